"""Customers as people look them up: found, corrected, blocked, merged, exported, written to first."""
