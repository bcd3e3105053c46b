"""Customers: who asks."""
