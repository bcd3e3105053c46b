"""Rates sentiment and emotions."""
