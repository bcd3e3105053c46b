"""Webhooks out: what happened is told to systems of the company, signed, once at a time, until it arrives."""
