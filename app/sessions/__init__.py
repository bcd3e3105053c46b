"""Sittings: who is there, who is told that theirs ends, what is closed and archived when nobody writes."""
