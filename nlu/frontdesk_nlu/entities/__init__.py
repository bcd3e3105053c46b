"""Finds order numbers, addresses, amounts, dates and products."""
