"""Conversations that wait for a person, and the people who take them."""
