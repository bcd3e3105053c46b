"""What a command about people says when it cannot be done."""


class PeopleError(Exception):
    """The message names what does not fit and what to do."""
