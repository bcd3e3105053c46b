"""Passing a conversation to a person and back, and a person's decisions on actions."""
