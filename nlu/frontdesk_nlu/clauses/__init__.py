"""Tells a text with two wishes from one with a long sentence."""
