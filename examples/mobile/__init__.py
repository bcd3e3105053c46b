"""A reference client for apps: the chat's protocol with a customer's token, none of the engine's code."""
