"""The protocol of `/ws/chat` as an app speaks it: resume, queue, receipts, files. Ready to be carried over.

The app's own server asks for a token (`POST /api/v1/identity/tokens`) and hands it to the app, which never
holds a key. What a phone must survive is here: a line that breaks, a start without one, a message that may
have arrived.
"""

import asyncio
import contextlib
import json
import uuid
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

import aiohttp

FIRST_WAIT_S, LONGEST_WAIT_S = 0.2, 30.0


@dataclass(frozen=True, kw_only=True)
class Line:
    """A line of the conversation, as far as an app shows it."""

    number: int
    text: str
    sender: str
    sender_name: str
    buttons: tuple[tuple[str, str], ...] = ()
    """What can be pressed: title and payload."""


@dataclass
class Kept:
    """What the app keeps on the phone between two starts."""

    token: str
    unsent: dict[str, dict[str, Any]] = field(default_factory=dict)
    """Messages without an acknowledgement, in their order; the same id again is the same message."""


class Refused(Exception):
    """The engine does not take it; the text is what the customer should read."""


@dataclass
class Chat:
    """One customer's chat. `run` keeps the line; everything else may be called at any time."""

    server: str
    kept: Kept
    http: aiohttp.ClientSession
    conversation_id: str | None = None
    lines: dict[int, Line] = field(default_factory=dict)
    speaker: str = ""
    read_by: tuple[str, int] | None = None
    """Who of the company has read, and up to which line."""
    refused: dict[str, str] = field(default_factory=dict)
    _socket: aiohttp.ClientWebSocketResponse | None = None
    _changed: asyncio.Event = field(default_factory=asyncio.Event)

    async def run(self) -> None:
        """Keep a line open until cancelled; one that breaks is opened again, later each time."""
        wait_s = FIRST_WAIT_S
        while True:
            with contextlib.suppress(aiohttp.ClientError, TimeoutError, ConnectionError):
                async for frame in self._frames():
                    wait_s = FIRST_WAIT_S
                    self._hear(frame)
                    if frame["type"] == "welcome":
                        await self._send_again()
            self._socket = None
            await asyncio.sleep(wait_s)
            wait_s = min(2 * wait_s, LONGEST_WAIT_S)

    async def say(self, text: str, *, payload: str | None = None, files: tuple[str, ...] = ()) -> str:
        """Send a message, now or when there is a line; returns its id."""
        message_id = uuid.uuid4().hex
        frame = {"type": "message", "id": message_id, "text": text, "payload": payload}
        self.kept.unsent[message_id] = {**frame, "attachments": list(files)}
        await self._send(self.kept.unsent[message_id])
        return message_id

    async def press(self, title: str, payload: str) -> str:
        """Choose an answer that was offered."""
        return await self.say(title, payload=payload or None)

    async def bring(self, name: str, content: bytes) -> str:
        """Bring a file for the next message; returns the id to send it by."""
        url = f"{self.server}/api/v1/attachments?name={quote(name)}"
        async with self.http.post(url, data=content, headers={"X-Customer-Token": self.kept.token}) as answer:
            told = await answer.json()
            if answer.status != 201:
                raise Refused(told.get("notice") or f"{told['title']} {told.get('detail', '')}".strip())
            return str(told["attachment_id"])

    async def typing(self) -> None:
        """Let a person who answers see that somebody writes; a sign that is lost is no loss."""
        await self._send({"type": "typing"})

    async def read(self) -> None:
        """Say that everything so far was in sight; call it when the chat is on the screen."""
        if self.lines:
            await self._send({"type": "read", "entry_no": max(self.lines)})

    async def until(self, text: str, within_s: float = 20.0) -> Line:
        """Wait for a line that holds a text."""
        async with asyncio.timeout(within_s):
            while True:
                found = next((line for line in self.lines.values() if text in line.text), None)
                if found is not None:
                    return found
                self._changed.clear()
                await self._changed.wait()

    async def _frames(self) -> AsyncIterator[dict[str, Any]]:
        address = f"{self.server.replace('http', 'ws', 1)}/ws/chat"
        async with self.http.ws_connect(address, heartbeat=30.0) as socket:
            last = max(self.lines, default=0)
            await socket.send_json({"type": "hello", "token": self.kept.token, "last_entry_no": last})
            self._socket = socket
            beat = asyncio.create_task(self._beat(socket))
            try:
                async for message in socket:
                    if message.type == aiohttp.WSMsgType.TEXT:
                        yield json.loads(message.data)
            finally:
                beat.cancel()

    async def _beat(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        """Say every half minute that the app is in front."""
        while True:
            await asyncio.sleep(30.0)
            await socket.send_json({"type": "ping"})

    def _hear(self, frame: dict[str, Any]) -> None:
        """Take in a frame; kinds that are not known are left aside, as the protocol asks."""
        match frame["type"]:
            case "welcome":
                self.kept.token = frame["token"]
                if self.conversation_id not in (None, frame["conversation_id"]):
                    self.lines.clear()
                self.conversation_id = frame["conversation_id"]
                self.speaker = frame["speaker"]["kind"]
                for entry in frame["entries"]:
                    self._show(entry)
            case "entry":
                self._show(frame["entry"])
            case "ack":
                self.kept.unsent.pop(frame["id"], None)
            case "status":
                self.speaker = frame["speaker"]["kind"]
            case "seen":
                self.read_by = (frame["by"], frame["entry_no"])
            case "error":
                self._refuse(frame)
        self._changed.set()

    def _refuse(self, frame: dict[str, Any]) -> None:
        """Keep why a message was not taken; a fault of the engine is tried again with the next line."""
        problem = frame["problem"]
        if problem["status"] < 500 and frame.get("id") in self.kept.unsent:
            del self.kept.unsent[frame["id"]]
            self.refused[frame["id"]] = problem.get("notice") or problem["title"]

    def _show(self, entry: dict[str, Any]) -> None:
        buttons = tuple((one["title"], one["payload"]) for one in entry["buttons"])
        self.lines[entry["entry_no"]] = Line(
            number=entry["entry_no"],
            text=entry["text"],
            sender=entry["sender"],
            sender_name=entry["sender_name"] or "",
            buttons=buttons,
        )

    async def _send_again(self) -> None:
        for frame in list(self.kept.unsent.values()):
            await self._send(frame)

    async def _send(self, frame: dict[str, Any]) -> None:
        """Send when there is a line; what matters is kept and goes out with the next one."""
        if self._socket is not None:
            with contextlib.suppress(ConnectionError, RuntimeError):
                await self._socket.send_json(frame)
