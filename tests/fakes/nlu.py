"""An NLU service on loopback that answers over real sockets, rightly or in every wrong way."""

import asyncio
import base64
import json
import re
import struct
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

VECTOR = base64.b64encode(struct.pack("<384e", *([0.051] * 384))).decode()
ORDER = re.compile(r"#?(\d{4})\b")
Meaning = Callable[[str], str]


def answer_to(text: str, intent: str) -> dict[str, Any]:
    """Write a right answer of `/model/parse`."""
    named = {"name": intent, "confidence": 0.97}
    entities = [
        {
            "entity": "order_number",
            "value": found[1],
            "start": found.start(),
            "end": found.end(),
            "confidence": 1,
        }
        for found in ORDER.finditer(text)
    ]
    return {
        "text": text,
        "intent": named,
        "intent_ranking": [named],
        "entities": entities,
        "clauses": [],
        "sentiment": {"score": 0.0, "label": "neutral", "confidence": 0.9},
        "emotions": {},
        "language": {"code": "en", "confidence": 0.99, "mixed": False},
        "out_of_scope": 0.01,
        "embedding": VECTOR,
    }


@dataclass
class LoopbackNlu:
    """Knows what `meanings` says; with a `fault` it does that wrong instead."""

    meanings: dict[str, str]
    fault: str | None = None
    bodies: list[dict[str, Any]] = field(default_factory=list)
    """What it was asked."""
    port: int = 0
    over: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}"

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer one request and close."""
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            head = await reader.readuntil(b"\r\n\r\n")
            length = re.search(rb"content-length: (\d+)", head, re.I)
            body = await reader.readexactly(int(length[1]) if length else 0)
            await self._answer(writer, json.loads(body))
        writer.close()

    async def _answer(self, writer: asyncio.StreamWriter, asked: dict[str, Any]) -> None:
        self.bodies.append(asked)
        text = asked["text"]
        intent = next((name for part, name in self.meanings.items() if part in text.lower()), "small_talk")
        right = json.dumps(answer_to(text, intent)).encode()
        match self.fault:
            case None:
                await send(writer, right)
            case "hangs":
                await self.over.wait()
            case "trickles":
                await self._trickle(writer, right)
            case "never ends":
                await self._flood(writer)
            case "breaks off":
                writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 9999\r\n\r\n" + right[:50])
                await writer.drain()
            case "no http":
                writer.write(b"\x00\xff\x00 hello\r\n\r\n")
                await writer.drain()
            case fault:
                status, wrong = wrong_answers(text, intent)[fault]
                await send(writer, wrong, status)

    async def _trickle(self, writer: asyncio.StreamWriter, right: bytes) -> None:
        """Send a byte now and then: never silent, never done."""
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n" % len(right))
        for byte in right:
            writer.write(bytes([byte]))
            await writer.drain()
            with suppress(TimeoutError):
                await asyncio.wait_for(self.over.wait(), 0.05)
                return

    async def _flood(self, writer: asyncio.StreamWriter) -> None:
        """Send blanks, which JSON allows, for as long as somebody reads."""
        writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
        while not self.over.is_set():
            writer.write(b" " * 65536)
            await writer.drain()


async def send(writer: asyncio.StreamWriter, body: bytes, status: str = "200 OK") -> None:
    """Send a whole answer."""
    head = f"HTTP/1.1 {status}\r\ncontent-type: application/json\r\ncontent-length: {len(body)}\r\n"
    writer.write(head.encode() + b"connection: close\r\n\r\n" + body)
    await writer.drain()


def wrong_answers(text: str, intent: str) -> dict[str, tuple[str, bytes]]:
    """Every answer that is whole and wrong, with its status."""

    def spoilt(**changes: Any) -> tuple[str, bytes]:
        return "200 OK", json.dumps({**answer_to(text, intent), **changes}).encode()

    nan = base64.b64encode(struct.pack("<384e", *([float("nan")] * 384))).decode()
    outside = {"entity": "order_number", "value": "1042", "start": 0, "end": 10**6}
    return {
        "500": ("500 Internal Server Error", b'{"detail": "boom"}'),
        "503": ("503 Service Unavailable", b'{"type": "/problems/busy"}'),
        "404": ("404 Not Found", b"nothing here"),
        "goes elsewhere": ("307 Temporary Redirect", b""),
        "no json": ("200 OK", b"<html>It works!</html>"),
        "nothing": ("200 OK", b""),
        "not utf-8": ("200 OK", b'{"text": "\xff\xfe"}'),
        "half json": ("200 OK", json.dumps(answer_to(text, intent)).encode()[:-20]),
        "deep": ("200 OK", b"[" * 200_000),
        "a list": ("200 OK", b"[]"),
        "null": ("200 OK", b"null"),
        "no intent": spoilt(intent=None),
        "sure beyond all measure": spoilt(intent={"name": intent, "confidence": 17}),
        "confidence in words": spoilt(intent={"name": intent, "confidence": "very"}),
        "entities in words": spoilt(entities="1042"),
        "spans of another text": spoilt(entities=[outside]),
        "backward spans": spoilt(entities=[{**outside, "start": 5, "end": 2}]),
        "clauses of another text": spoilt(
            clauses=[{"start": 0, "end": 10**6, "intent": {"name": intent, "confidence": 1}, "entities": []}]
        ),
        "mood off the scale": spoilt(sentiment={"score": -40, "label": "negative"}),
        "vector of nothing": spoilt(embedding=nan),
        "vector too short": spoilt(embedding="AAAA"),
        "vector of no base64": spoilt(embedding="!!!"),
    }


WHOLE_ANSWERS = tuple(wrong_answers("", ""))
SOCKETS = ("hangs", "trickles", "never ends", "breaks off", "no http")
FAULTS = (*SOCKETS, *WHOLE_ANSWERS)
"""Every way in which it can fail; "gone" is the test's to do."""


@asynccontextmanager
async def loopback_nlu(meanings: dict[str, str]) -> AsyncIterator[LoopbackNlu]:
    """Run one for a test."""
    nlu = LoopbackNlu(meanings=meanings)
    server = await asyncio.start_server(nlu.serve, "127.0.0.1", 0)
    nlu.port = server.sockets[0].getsockname()[1]
    try:
        yield nlu
    finally:
        nlu.over.set()
        server.close()
        await server.wait_closed()
