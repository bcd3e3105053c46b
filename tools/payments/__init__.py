"""Payments: money that goes back."""
