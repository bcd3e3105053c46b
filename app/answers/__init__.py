"""Answers from the articles that all processes of an installation share."""
