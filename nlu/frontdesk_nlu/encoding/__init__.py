"""Turns a text into a vector, once."""
