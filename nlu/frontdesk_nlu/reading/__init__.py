"""Reads a text: makes it comparable, tells its language."""
