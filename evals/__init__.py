"""Measures the whole thing."""
