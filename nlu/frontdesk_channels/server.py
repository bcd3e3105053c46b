"""The connectors on one loopback port: webhooks in, replies out."""

import asyncio
import hmac
import logging
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import orjson
from rasa.core.channels.channel import InputChannel
from sanic import Sanic
from sanic.exceptions import SanicException
from sanic.request import Request
from sanic.response import BaseHTTPResponse, HTTPResponse, json, text

from frontdesk_channels.arrival import ARRIVAL, arrived, listener
from frontdesk_channels.core import TOKEN_HEADER, Core
from frontdesk_channels.delivery import Delivery, Reply
from frontdesk_channels.edge import Edge, edge_of
from frontdesk_channels.events import Event
from frontdesk_channels.failures import Forged, NotStored, Undelivered
from frontdesk_channels.files import add_file_route
from frontdesk_channels.sanic_sockets import mend

log = logging.getLogger(__name__)
PREFIX = "/webhooks/"
LAST_REQUESTS_S = 3.0
"""How long requests under way may take when we end; what is not stored then is sent again."""
OPEN_AGAIN_S = (1.0, 2.0, 4.0, 8.0, 16.0, 32.0, *(60.0,) * 60)
STATUS_OF = {"retryable": 503, "refused": 422, "outage": 502}


def build_app(channels: Sequence[InputChannel], core: Core, token: str) -> Sanic:
    """Serve every connector under `/webhooks/<channel>`, verified before and acknowledged after storing."""
    app = Sanic("frontdesk_channels", configure_logging=False)
    by_prefix = {channel.url_prefix(): channel for channel in channels}
    for channel in channels:
        app.blueprint(channel.blueprint(listener(core, channel)), url_prefix=PREFIX + channel.url_prefix())
    app.ctx.input_channels = list(channels)
    app.config.GRACEFUL_SHUTDOWN_TIMEOUT = LAST_REQUESTS_S
    app.register_listener(_opening(core, channels), "before_server_start")
    app.register_listener(_closing(core, channels), "after_server_stop")
    app.register_middleware(_verifying(core, by_prefix), "request")
    app.register_middleware(_settling, "response")
    _add_own_routes(app, channels, token)
    return app


def _channel_of(request: Request, by_prefix: dict[str, InputChannel]) -> InputChannel | None:
    """Find whose webhook is called; a look at its health brings nothing."""
    if not request.path.startswith(PREFIX):
        return None
    prefix, _, rest = request.path.removeprefix(PREFIX).partition("/")
    return by_prefix.get(prefix) if rest else None


def _verifying(core: Core, by_prefix: dict[str, InputChannel]) -> Any:
    async def before(request: Request) -> HTTPResponse | None:
        """Refuse what the channel did not send, then read the ids of what it did."""
        ARRIVAL.set(None)
        channel = _channel_of(request, by_prefix)
        if channel is None:
            return None
        edge = edge_of(channel)
        try:
            await edge.authenticate(request)
        except Forged as why:
            log.warning("%s: a request was refused: %s", channel.name(), why)
            return text(str(why), why.status)
        request.ctx.arrival = arrived(channel, core, _read(edge, request))
        return None

    return before


def _read(edge: Edge, request: Request) -> Sequence[Event] | None:
    """Read a request's events; one that has another shape than documented is left to Rasa's connector."""
    try:
        return edge.read(request)
    except (KeyError, TypeError, ValueError, AttributeError, IndexError, SanicException) as surprise:
        log.warning("%s: an event of an unknown shape: %s", type(edge).__name__, type(surprise).__name__)
        return None


async def _settling(request: Request, response: BaseHTTPResponse) -> HTTPResponse | None:
    """Acknowledge only what is stored; otherwise the provider is asked to send it again."""
    arrival = getattr(request.ctx, "arrival", None)
    if arrival is None:
        return None
    try:
        await arrival.settle()
    except NotStored as why:
        return text("Not stored, send it again.", why.status, headers={"Retry-After": str(why.retry_after_s)})
    own = arrival.edge.acknowledgement(request) if arrival.understood else None
    if own is None and response.status >= 400 and (arrival.understood or arrival.brought_something):
        # Rasa's connectors stumble over events that they do not know; they would be repeated for ever.
        own = text("")
    if arrival.brought_something:
        request.app.add_task(_politely(arrival.edge, request))
    return own


async def _politely(edge: Edge, request: Request) -> None:
    """Do what a channel expects after a message; the message is stored whether that works or not."""
    try:
        await edge.taken(request)
    except Undelivered as why:
        log.info("%s: %s", type(edge).__name__, why)


def _add_own_routes(app: Sanic, channels: Sequence[InputChannel], token: str) -> None:
    delivery = Delivery(channels)

    async def health(_: Request) -> HTTPResponse:
        """Say that it serves, and what."""
        return json({"status": "ok", "channels": [_described(channel) for channel in channels]})

    async def deliver(request: Request) -> HTTPResponse:
        """Send a reply; the answer holds the provider's ids, or what kind of failure it was."""
        if not hmac.compare_digest(request.headers.get(TOKEN_HEADER, "").encode(), token.encode()):
            return text("", 401)
        try:
            return json({"ids": await delivery.deliver(Reply(**orjson.loads(request.body)))})
        except Undelivered as why:
            told = {"kind": why.kind, "why": str(why), "retry_after_s": why.retry_after_s}
            return json(told, STATUS_OF[why.kind])

    add_file_route(app, channels, token)
    app.add_route(health, "/healthz")
    app.add_route(deliver, "/deliver", methods=["POST"])


def _described(channel: InputChannel) -> dict[str, Any]:
    edge = edge_of(channel)
    return {
        "name": channel.name(),
        "path": f"{PREFIX}{channel.url_prefix()}/webhook",
        "unsigned": edge.unsigned,
        "longest_text": edge.longest_text,
        "most_buttons": edge.most_buttons,
    }


def _opening(core: Core, channels: Sequence[InputChannel]) -> Any:
    async def opening(app: Sanic, _: Any) -> None:
        await core.open()
        for channel in channels:
            app.add_task(_open(channel))

    return opening


async def _open(channel: InputChannel) -> None:
    """Let a connector register itself; a provider that is away is asked again, and keeps nobody waiting."""
    for pause_s in OPEN_AGAIN_S:
        try:
            return await edge_of(channel).open()
        except Undelivered as why:
            log.warning("%s: %s", channel.name(), why)
            if why.kind == "refused":
                return None
        await asyncio.sleep(pause_s)
    return None


def _closing(core: Core, channels: Sequence[InputChannel]) -> Any:
    async def closing(*_: Any) -> None:
        for channel in channels:
            await edge_of(channel).close()
        await core.close()

    return closing


def run(channels: Sequence[InputChannel], core: Core, token: str, host: str, port: int) -> None:
    """Serve until told to stop."""
    mend()
    build_app(channels, core, token).run(host=host, port=port, access_log=False, debug=False, motd=False)


def read_token(file: Path) -> str:
    """Read the key that core and connectors share."""
    return file.read_text("ascii").strip()
