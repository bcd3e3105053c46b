"""A page with the widget: the chat's socket as `docs/chat.asyncapi.json` has it."""

import asyncio
import contextlib
from collections.abc import Mapping, Sequence
from typing import Any

import aiohttp
import orjson

from app.channels.kit.edges import Edge, EdgePeer
from app.channels.kit.peer import Call, File, Heard

ANSWERED_WITHIN_S = 5.0
FILE = b"\x89PNG\r\n\x1a\n" + bytes(32)
"""Begins as a picture does."""
ANSWERS = ("ack", "error", "pong")
ALL_SHOWN = 10**9
"""The number of a line behind every other: nothing is shown again."""


class WidgetPeer(EdgePeer):
    """One visitor, whose page stays open for its replies."""

    name = "widget"
    channel = "web"
    gives_ids = False
    tells_of_sent = True
    cannot: Mapping[str, str] = {
        "signature": "anybody may begin a chat; a token that we did not sign begins one of its own",
        "echo": "the socket tells a visitor of our messages, and us of none",
        "long text": "a line of the timeline is shown whole, however long it is",
        "retry": "a page that was away asks for what came since the last line that it saw",
        "retry_after": "a frame has no header for it",
        "sent_at": "the visitor's clock is not asked",
    }

    def __init__(self) -> None:
        super().__init__()
        self._edge: Edge | None = None
        self._session: aiohttp.ClientSession | None = None
        self._token = ""
        self._listening: asyncio.Task[None] | None = None

    async def begin(self, session: aiohttp.ClientSession, edge: Edge) -> None:
        """Open the page."""
        self._session, self._edge = session, edge
        socket, welcome = await self._open()
        self._token, self.customer = welcome["token"], edge.visitor_of(welcome["token"])
        self._listening = asyncio.create_task(self._listen(socket))

    async def close(self) -> None:
        """Close the page."""
        if self._listening is not None:
            self._listening.cancel()
            await asyncio.gather(self._listening, return_exceptions=True)

    async def _open(self) -> tuple[aiohttp.ClientWebSocketResponse, dict[str, Any]]:
        assert self._session is not None
        assert self._edge is not None
        socket = await self._session.ws_connect(f"{self._edge.url}/ws/chat")
        known = {"token": self._token, "last_entry_no": ALL_SHOWN} if self._token else {}
        await socket.send_str(orjson.dumps({"type": "hello", **known}).decode())
        return socket, dict(orjson.loads(await socket.receive_str()))

    async def _listen(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        async for frame in socket:
            told = orjson.loads(frame.data)
            if told["type"] == "entry" and told["entry"]["direction"] == "outbound":
                labels = tuple(one["title"] for one in told["entry"].get("buttons") or ())
                text, number = told["entry"]["text"], str(told["entry"]["entry_no"])
                self.heard.append(Heard(to=self.customer, text=text, labels=labels, provider_id=number))

    def says(self, message_id: str, text: str, *, files: Sequence[File] = ()) -> Call:
        """Make the frame of a message; files are uploaded before it is sent."""
        return _frame({"id": message_id, "text": text}, files)

    def presses(self, message_id: str, payload: str) -> Call:
        """Make the frame of a pressed button."""
        return _frame({"id": message_id, "text": payload, "payload": payload})

    def status(self, provider_id: str) -> tuple[Call, str]:
        """Make the frame that says that a line was read; a heartbeat behind it is answered."""
        return Call(body=orjson.dumps({"type": "read", "entry_no": int(provider_id)})), "read"

    def own_id(self, message_id: str) -> str:
        """A visitor's ids are their own."""
        return f"{self.customer}:{message_id}"

    async def reach(self, session: aiohttp.ClientSession, base: str, call: Call) -> tuple[int, str]:
        """Send a frame over a socket of its own, and return what was said to it."""
        frame = call.body.decode("utf-8", "replace")
        if count := int(call.headers.get("X-Files", 0)):
            ids = [await self._upload(session, base) for _ in range(count)]
            frame = orjson.dumps({**orjson.loads(frame), "attachments": ids}).decode()
        socket, _ = await self._open()
        try:
            await socket.send_str(frame)
            await socket.send_str('{"type":"ping"}')
            async with asyncio.timeout(ANSWERED_WITHIN_S):
                while (told := orjson.loads(await socket.receive_str()))["type"] not in ANSWERS:
                    continue
        finally:
            with contextlib.suppress(aiohttp.ClientError):
                await socket.close()
        problem = told.get("problem")
        return (problem["status"], problem["title"]) if problem else (202, "")

    async def _upload(self, session: aiohttp.ClientSession, base: str) -> str:
        url, headers = f"{base}/api/v1/attachments?name=lamp.png", {"X-Customer-Token": self._token}
        async with session.post(url, data=FILE, headers=headers) as answer:
            return str(orjson.loads(await answer.read())["attachment_id"])


def _frame(fields: Mapping[str, Any], files: Sequence[File] = ()) -> Call:
    headers = {"X-Files": str(len(files))} if files else {}
    return Call(body=orjson.dumps({"type": "message", **fields}), headers=headers)
