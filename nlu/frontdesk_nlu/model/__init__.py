"""The Rasa graph: its components, its training, its archive."""
