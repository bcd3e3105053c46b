"""The engine's side of Rasa's connectors: webhooks passed on, messages taken in, replies sent out."""
