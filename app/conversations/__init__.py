"""Customers, their conversations, and the timeline of what was said and what happened."""
