"""What our sockets have in common: reading text frames, ending both directions together."""

import asyncio
from collections.abc import Coroutine
from typing import Any

from starlette.websockets import WebSocket, WebSocketDisconnect

from app.gateway.body import not_json


async def next_text(socket: WebSocket) -> str:
    """Return the next text frame; a binary one is a problem, a closed socket raises `WebSocketDisconnect`."""
    message = await socket.receive()
    if message["type"] == "websocket.disconnect":
        raise WebSocketDisconnect(message.get("code", 1006))
    text = message.get("text")
    if text is None:
        raise not_json("Send text frames.")
    return str(text)


async def until_one_ends(*directions: Coroutine[Any, Any, None]) -> None:
    """Run both directions of a socket; when one ends, end the other and raise what ended the first."""
    tasks = [asyncio.ensure_future(direction) for direction in directions]
    try:
        ended, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    for task in ended:
        task.result()
