"""A reference client for apps: the chat's protocol with a customer's token, and nothing of the engine's code."""
