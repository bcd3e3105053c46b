"""Tickets: what a person of the company has to look at later."""
