"""What can be wrong with the rails before they run."""


class RailsMisconfigured(ValueError):
    """A rail's configuration cannot be used: the message names file or field, and what to write."""
