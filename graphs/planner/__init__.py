"""Turns understanding and memory into commands; policy decides what becomes of them."""
