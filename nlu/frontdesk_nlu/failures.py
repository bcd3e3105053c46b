"""The failures that whoever runs the service can mend."""


class CannotGoOn(Exception):
    """Something is missing or wrong; the message says what, where, and what to do."""
