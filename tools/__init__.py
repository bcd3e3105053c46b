"""Typed calls to a company's systems, with a journal that makes effects happen once."""
