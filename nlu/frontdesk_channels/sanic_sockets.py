"""Sanic's WebSockets, mended for Python 3.11.

The Sanic that Rasa pins waits for a bare coroutine, which `asyncio.wait` takes no more: every socket closed
at its first message. A task in the coroutine's place is all it needs.
"""

import asyncio
from typing import Any

from sanic.server.websockets.frame import WebsocketFrameAssembler

_read = WebsocketFrameAssembler.get


def _reading(assembler: WebsocketFrameAssembler, timeout: float | None = None) -> "asyncio.Future[Any]":
    """Read the next message as a task."""
    return asyncio.ensure_future(_read(assembler, timeout))


def mend() -> None:
    """Let sockets receive; mending twice changes nothing."""
    WebsocketFrameAssembler.get = _reading  # type: ignore[method-assign, assignment]
