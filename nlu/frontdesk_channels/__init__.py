"""Rasa's channel connectors in a process of their own: verified here, stored and answered by the core."""
