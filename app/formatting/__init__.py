"""Formatting: one reply in each channel's best form; no word, number, link or choice of it is lost."""
