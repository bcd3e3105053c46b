"""The outbox: what was said to customers, carried to the channels that must be written to, in order."""
