"""Files that customers sent: fetched from the channel when the engine asks for them."""

import hmac
from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import Any

import orjson
from rasa.core.channels.channel import InputChannel
from sanic import Sanic
from sanic.request import Request
from sanic.response import HTTPResponse, raw, text

from frontdesk_channels.core import TOKEN_HEADER
from frontdesk_channels.edge import edge_of
from frontdesk_channels.events import Attachment
from frontdesk_channels.failures import Undelivered

MOST_BYTES = 25 * 1024 * 1024
KNOWN = frozenset(field.name for field in fields(Attachment))


def add_file_route(app: Sanic, channels: Sequence[InputChannel], token: str) -> None:
    """Serve `/file`: the bytes of one attachment, for whoever has the key."""
    by_name = {channel.name(): channel for channel in channels}

    async def file(request: Request) -> HTTPResponse:
        """Answer with the bytes; 404 where the channel does not give them."""
        if not hmac.compare_digest(request.headers.get(TOKEN_HEADER, "").encode(), token.encode()):
            return text("", 401)
        asked = orjson.loads(request.body)
        channel = by_name.get(asked["channel"])
        try:
            found = await edge_of(channel).file(_kept(asked["attachment"])) if channel is not None else None
        except Undelivered:
            found = None
        return text("", 404) if found is None else raw(found)

    app.add_route(file, "/file", methods=["POST"])


def _kept(told: Mapping[str, Any]) -> Attachment:
    return Attachment(**{name: value for name, value in told.items() if name in KNOWN})
