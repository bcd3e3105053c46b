"""Rasa's own dialogue bot on the corpus of the book."""
