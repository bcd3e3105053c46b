"""What can be wrong with a channel's setup, in words for whoever sets it up."""


class ChannelError(Exception):
    """A channel cannot be set up as it is; the message says what to do."""
