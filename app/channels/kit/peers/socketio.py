"""A web chat client of Rasa's: Socket.IO in its plainest form, long polling.

Wire format: socket.io/docs, "The Engine.IO protocol" (4) and "The Socket.IO protocol" (5);
events `user_uttered`, `bot_uttered`, `session_request`, `session_confirm` as Rasa's documentation has them.
"""

import asyncio
import contextlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

import aiohttp
import orjson

from app.channels.kit.peer import Call, File, Heard, VendorPeer

SEPARATOR = "\x1e"
ACKNOWLEDGED_WITHIN_S = 1.5
SILENT = 503


class SocketIOPeer(VendorPeer):
    """One browser with one session, which stays connected for its replies."""

    name = channel = "socketio"
    longest_text = 64 * 1024
    gives_ids = False
    customer = "session-7"
    cannot: Mapping[str, str] = {
        "signature": "a browser signs nothing; with `jwt_key` a socket opens for holders of a token only",
        "attachments": "Rasa's event for a message has no field for files",
        "echo": "a socket tells of no message of ours",
        "status": "a socket tells no state of a reply",
        "retry": "nothing stands between us and the browser that could fail in its own words",
        "rate limit": "an event that is not acknowledged has no place for a time to wait",
        "sent_at": "Rasa's event for a message has no time",
    }

    def __init__(self) -> None:
        super().__init__()
        self._listening: asyncio.Task[None] | None = None
        self._line: Line | None = None

    def credentials(self) -> Mapping[str, Any]:
        """Return Rasa's fields for sessions that outlive their sockets."""
        return {
            "user_message_evt": "user_uttered",
            "bot_message_evt": "bot_uttered",
            "session_persistence": True,
        }

    def says(self, message_id: str, text: str, *, files: Sequence[File] = ()) -> Call:
        """Make the event of a message; its id stands in the metadata."""
        told = {"session_id": self.customer, "message": text, "metadata": {"message_id": message_id}}
        return Call(body=json.dumps(["user_uttered", told]).encode())

    def presses(self, message_id: str, payload: str) -> Call:
        """Make the event that stands for a button."""
        return self.says(message_id, payload)

    def unknown(self) -> Sequence[Call]:
        """Make events that nobody listens to; they are never acknowledged, so nothing is to be read."""
        return ()

    async def reach(self, session: aiohttp.ClientSession, base: str, call: Call) -> tuple[int, str] | None:
        """Emit an event over a socket of its own, and return whether it was acknowledged."""
        if self._line is None:
            self._line = await Line.open(session, base)
            await self._line.emit(["session_request", {"session_id": self.customer}])
            self._listening = asyncio.create_task(self._listen(self._line))
        if not call.body.startswith(b'["'):
            return (400, "no event")
        line = await Line.open(session, base)
        try:
            await line.emit(orjson.loads(call.body), ack=1)
            return (200, "") if await line.acknowledged(1) else (SILENT, "not acknowledged")
        finally:
            await line.close()

    async def _listen(self, line: "Line") -> None:
        with contextlib.suppress(aiohttp.ClientError):
            while True:
                for packet in await line.packets():
                    if packet.startswith("42"):
                        self._hear(*orjson.loads(packet[2:]))

    def _hear(self, event: str, told: Any) -> None:
        if event == "bot_uttered":
            labels = tuple(one["title"] for one in told.get("quick_replies", ()))
            self.heard.append(Heard(to=self.customer, text=str(told.get("text") or ""), labels=labels))

    async def close(self) -> None:
        """Hang up."""
        if self._line is not None and self._listening is not None:
            await self._line.close()
            self._listening.cancel()
            await asyncio.gather(self._listening, return_exceptions=True)


class Line:
    """One connection by long polling."""

    def __init__(self, session: aiohttp.ClientSession, url: str) -> None:
        self._session = session
        self._url = url

    @classmethod
    async def open(cls, session: aiohttp.ClientSession, base: str) -> "Line":
        """Shake hands and join the default namespace."""
        url = f"{base}/socket.io/?EIO=4&transport=polling"
        async with session.get(url) as answer:
            sid = orjson.loads((await answer.text())[1:])["sid"]
        line = cls(session, f"{url}&sid={sid}")
        await line._send("40")
        while not any(packet.startswith("40") for packet in await line.packets()):
            continue
        return line

    async def emit(self, event: Sequence[Any], *, ack: int | None = None) -> None:
        """Send an event; with `ack` the other side says under this number that it was handled."""
        await self._send(f"42{'' if ack is None else ack}{orjson.dumps(event).decode()}")

    async def acknowledged(self, ack: int) -> bool:
        """Wait until an event is acknowledged; False when it is not in time."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(ACKNOWLEDGED_WITHIN_S):
                while not any(packet.startswith(f"43{ack}") for packet in await self.packets()):
                    continue
                return True
        return False

    async def close(self) -> None:
        """Hang up, so that nobody keeps the session for us."""
        with contextlib.suppress(aiohttp.ClientError):
            await self._send("1")

    async def packets(self) -> list[str]:
        """Wait for packets, and answer the heartbeat."""
        async with self._session.get(self._url) as answer:
            found = (await answer.text()).split(SEPARATOR)
        if "2" in found:
            await self._send("3")
        return found

    async def _send(self, packet: str) -> None:
        async with self._session.post(
            self._url, data=packet, headers={"Content-Type": "text/plain"}
        ) as answer:
            await answer.read()
