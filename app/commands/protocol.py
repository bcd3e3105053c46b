"""`asyncapi`: the protocol of the widget's socket, for those who write a client of their own."""

import sys


def asyncapi() -> None:
    """Print the AsyncAPI document of `/ws/chat`."""
    from app.gateway.chat_protocol import written

    sys.stdout.buffer.write(written())
