"""The front door: authenticate, check, normalise to one message shape, accept, wait for the answer."""
