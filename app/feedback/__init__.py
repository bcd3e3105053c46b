"""Ratings that customers gave."""
