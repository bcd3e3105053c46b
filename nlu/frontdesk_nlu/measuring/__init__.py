"""Measures what was learnt, on files of labelled texts."""
