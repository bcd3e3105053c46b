"""What Frontdesk asks of a connector beside what Rasa asks; every question has an answer by default."""

import contextvars
from collections.abc import Mapping, Sequence
from typing import Any, cast

from rasa.core.channels.channel import InputChannel, OutputChannel
from sanic.request import Request
from sanic.response import HTTPResponse

from frontdesk_channels.events import Attachment, Event

RECEIPTS: contextvars.ContextVar[list[str]] = contextvars.ContextVar("receipts")
KEY: contextvars.ContextVar[str] = contextvars.ContextVar("key", default="")
"""Names the part of the reply that is being sent, for providers that know a repetition by its key."""
URL_HEADER = "x-frontdesk-url"
"""The address the provider called, as the core saw it: some signatures cover it."""


class Edge:
    """A connector that knows its channel's signatures, ids and answers; mixed into Rasa's input channel."""

    reads_all = True
    """True: a message that `read` does not return is none, whatever Rasa's connector makes of it."""
    answers_here = False
    """True: the channel has no way to push; its reply stands in the response to the message."""
    longest_text = 4000
    """Characters that one message of the channel may have."""
    most_buttons = 5
    longest_label = 20
    longest_payload = 2000

    @property
    def unsigned(self) -> str:
        """Why requests cannot be told from forged ones, and what to set; empty when they can."""
        return "this connector checks no signature"

    async def open(self) -> None:
        """Tell the provider where we are, where it wants that; called once when the process starts."""

    async def close(self) -> None:
        """Let go of what was opened."""

    async def authenticate(self, request: Request) -> None:
        """Raise `Forged` unless the channel itself sent this request, and just now."""

    def read(self, request: Request) -> Sequence[Event]:
        """Return what the request says: messages under the channel's own ids, and what became of replies."""
        return ()

    def acknowledgement(self, request: Request) -> HTTPResponse | None:
        """Return what the provider wants to read once all is stored; None: what Rasa's connector says."""
        return None

    async def taken(self, request: Request) -> None:
        """Do what the channel expects after a message, such as stopping a button's spinner."""

    async def file(self, kept: Attachment) -> bytes | None:
        """Fetch what came with a message; None where the channel does not give it, or not in reason."""
        return None

    def output_for(self, reply_to: Mapping[str, Any]) -> OutputChannel | None:
        """Return what answers where a message came from; None when nothing can be pushed."""
        return cast("InputChannel", self).get_output_channel()

    async def whoami(self) -> str:
        """Ask the channel's API whom the credentials belong to, or raise `Undelivered`."""
        return ""


class Unmended(Edge):
    """A connector that somebody brought and that knows nothing of us: served as Rasa serves it."""

    reads_all = False

    def __init__(self, channel: InputChannel) -> None:
        self._channel = channel

    def output_for(self, reply_to: Mapping[str, Any]) -> OutputChannel | None:
        """Return the connector's own way out."""
        return self._channel.get_output_channel()


def edge_of(channel: InputChannel) -> Edge:
    """Return what a connector answers to our questions."""
    return channel if isinstance(channel, Edge) else Unmended(channel)


def sent(provider_id: str) -> None:
    """Write down the id under which the provider took what was just sent."""
    receipts = RECEIPTS.get(None)
    if receipts is not None:
        receipts.append(provider_id)


def called_url(request: Request) -> str:
    """Return the address that the provider called."""
    return cast("str", request.headers.get(URL_HEADER) or request.url)
