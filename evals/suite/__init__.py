"""Scripted conversations: read, played against a running Frontdesk, and kept as records."""
