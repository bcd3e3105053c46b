"""A reference client for apps: the chat's protocol with a customer's token, no code of the engine."""
