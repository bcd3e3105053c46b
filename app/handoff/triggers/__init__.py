"""Handoff triggers of a company: its own rows beside and instead of the book's, in reach of every turn."""
