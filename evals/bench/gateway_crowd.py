"""Those who write to a front door: providers, programs with keys, visitors, one who floods."""

import asyncio
import contextlib
import secrets
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from email.message import EmailMessage
from functools import partial
from typing import Any

import aiohttp
import aiosmtplib
import orjson

from app.channels.kit.bench import Bench
from app.channels.kit.peer import VendorPeer
from evals.figures import percentile

BACK_WITHIN_S = 60.0
PATIENCE = aiohttp.ClientTimeout(total=30)
TEXT = "Where is my order 1042? It should have been here on Monday, and I leave on Friday."


@dataclass(kw_only=True)
class Took:
    """How long each message took until it was stored, and what was refused."""

    ms: list[float] = field(default_factory=list)
    refused: int = 0
    failed: int = 0

    def p95(self) -> float:
        """The time within which nineteen in twenty were stored."""
        return round(percentile(self.ms, 0.95), 2)


READING = set[asyncio.Task[None]]()
"""Keeps the tasks that read sockets alive."""
Send = Callable[[int], Any]
"""Sends one message and returns the status that it was answered with."""


async def many(send: Send, count: int, at_once: int) -> Took:
    """Send messages, so many at a time."""
    took, numbers = Took(), iter(range(count))

    async def one_after_another() -> None:
        for number in numbers:
            await _timed(took, send, number)

    await asyncio.gather(*(one_after_another() for _ in range(at_once)))
    return took


async def _timed(took: Took, send: Send, number: int) -> None:
    began = time.perf_counter()
    try:
        status = await send(number)
    except (aiohttp.ClientError, TimeoutError):
        status = 0
    if status == 429:
        took.refused += 1
    elif not 200 <= status < 300:
        took.failed += 1
    else:
        took.ms.append((time.perf_counter() - began) * 1000)


def by_key(session: aiohttp.ClientSession, url: str, key: str, channel: str = "api") -> Send:
    """Send over the public API, each time for another customer."""
    run = secrets.token_hex(4)

    async def send(number: int) -> int:
        address = f"{run}-{number}"
        return await post_message(session, url, key, channel, address, address)

    return send


async def post_message(
    session: aiohttp.ClientSession, url: str, key: str, channel: str, message_id: str, address: str
) -> int:
    """Post one message over the public API and return the status."""
    body = {"channel": channel, "message_id": message_id, "address": address, "text": TEXT}
    headers = {"X-API-Key": key, "Content-Type": "application/json"}
    async with session.post(f"{url}/api/v1/messages", data=orjson.dumps(body), headers=headers) as response:
        await response.read()
        return response.status


def by_mail(port: int, mailbox: str) -> Send:
    """Hand mails in, each over a connection of its own, as mail servers do."""
    run = secrets.token_hex(4)

    async def send(number: int) -> int:
        mail = EmailMessage()
        mail["From"], mail["To"] = f"{run}{number}@example.org", mailbox
        mail["Message-ID"] = f"<{run}.{number}@example.org>"
        mail.set_content(TEXT)
        try:
            await aiosmtplib.send(mail, hostname="127.0.0.1", port=port, start_tls=False)
        except aiosmtplib.SMTPResponseException as refused:
            return 429 if refused.code == 452 else 503
        return 202

    return send


def by_vendor(bench: Bench, peer: VendorPeer) -> Send:
    """Send signed webhooks, as the vendor does."""
    run = secrets.token_hex(4)

    async def send(number: int) -> int:
        return (await bench.call(peer, peer.says(f"{run}{number}", f"{TEXT} {number}"))).status

    return send


@dataclass(kw_only=True)
class Visitor:
    """One widget: its socket, its token, and what was not acknowledged yet."""

    socket: aiohttp.ClientWebSocketResponse
    token: str
    waiting: dict[str, str] = field(default_factory=dict)
    """Texts by message id, sent and not acknowledged."""
    frames: asyncio.Queue[dict[str, Any] | None] = field(default_factory=asyncio.Queue)
    """What came; None when the line ended."""

    async def read(self) -> None:
        """Take frames as they come, as a browser does: who does not read answers no ping of the server's."""
        async for message in self.socket:
            self.frames.put_nowait(orjson.loads(message.data))
        self.frames.put_nowait(None)

    async def hear(self, kind: str) -> dict[str, Any]:
        """Wait for a frame of a type; acknowledgements are noted on the way."""
        while True:
            frame = await asyncio.wait_for(self.frames.get(), PATIENCE.total)
            if frame is None:
                raise aiohttp.ClientConnectionError("the door hung up")
            if frame["type"] == "ack":
                self.waiting.pop(frame["id"], None)
            if frame["type"] == kind:
                return frame

    async def say(self, message_id: str) -> None:
        """Send a message, which stays noted until it is acknowledged."""
        self.waiting[message_id] = TEXT
        await self.socket.send_str(orjson.dumps({"type": "message", "id": message_id, "text": TEXT}).decode())

    async def beat(self) -> None:
        """Send a heartbeat and wait for its answer."""
        await self.socket.send_str('{"type":"ping"}')
        await self.hear("pong")


async def visit(session: aiohttp.ClientSession, url: str, token: str | None = None) -> Visitor:
    """Open a widget's socket: a new visitor's, or with a token the one of before."""
    socket = await session.ws_connect(f"{url}/ws/chat", max_msg_size=0, compress=15)
    visitor = Visitor(socket=socket, token=token or "")
    reading = asyncio.create_task(visitor.read())
    READING.add(reading)
    reading.add_done_callback(READING.discard)
    try:
        await socket.send_str(orjson.dumps({"type": "hello", "token": token}).decode())
        visitor.token = str((await visitor.hear("welcome"))["token"])
    except BaseException:
        await socket.close()
        raise
    return visitor


async def open_all(session: aiohttp.ClientSession, url: str, count: int, at_once: int = 50) -> list[Visitor]:
    """Open many sockets."""
    room = asyncio.Semaphore(at_once)

    async def one() -> Visitor:
        async with room:
            return await persistently(partial(visit, session, url), BACK_WITHIN_S)

    return list(await asyncio.gather(*(one() for _ in range(count))))


async def come_back(session: aiohttp.ClientSession, url: str, gone: Visitor, until_s: float) -> Visitor:
    """Open a socket again, and say what was not acknowledged."""
    return await persistently(partial(_resumed, session, url, gone), until_s)


async def persistently(opening: Callable[[], Awaitable[Visitor]], until_s: float) -> Visitor:
    """Try again as the widget does, with pauses that double."""
    deadline, pause = time.monotonic() + until_s, 0.2
    while True:
        try:
            return await opening()
        except (aiohttp.ClientError, OSError, TimeoutError):
            if time.monotonic() > deadline:
                raise
        await asyncio.sleep(pause * (0.5 + secrets.randbelow(1000) / 1000))
        pause = min(pause * 2, 5.0)


async def _resumed(session: aiohttp.ClientSession, url: str, gone: Visitor) -> Visitor:
    """Go on where the line broke, and say again what was not acknowledged; ids are the same."""
    visitor = await visit(session, url, gone.token)
    for message_id in gone.waiting:
        await visitor.say(message_id)
    while visitor.waiting:
        await visitor.hear("ack")
    return visitor


async def ordinary(
    session: aiohttp.ClientSession, url: str, key: str, customers: int, seconds: float, every_s: float
) -> Took:
    """Let customers write at their own pace, none of them beyond the limit."""
    took, run = Took(), secrets.token_hex(4)
    until = time.monotonic() + seconds

    async def customer(number: int) -> None:
        await asyncio.sleep(every_s * number / customers)
        count = 0
        while time.monotonic() < until:
            began = time.monotonic()
            message = f"{run}-{number}-{count}", f"{run}-{number}"
            await _timed(took, partial(_again, session, url, key, *message), count)
            count += 1
            await asyncio.sleep(max(0.0, every_s - (time.monotonic() - began)))

    await asyncio.gather(*(customer(number) for number in range(customers)))
    return took


async def _again(
    session: aiohttp.ClientSession, url: str, key: str, message_id: str, address: str, _: int
) -> int:
    return await post_message(session, url, key, "web", message_id, address)


@contextlib.asynccontextmanager
async def flooding(
    session: aiohttp.ClientSession, url: str, key: str, per_second: float
) -> AsyncIterator[Took]:
    """Let one sender write far beyond the limit for as long as the block lasts."""
    took, sending = Took(), set[asyncio.Task[None]]()

    async def flood() -> None:
        number, began = 0, time.monotonic()
        while True:
            while number < (time.monotonic() - began) * per_second:
                number += 1
                send = partial(_again, session, url, key, f"flood-{number}", "flood")
                task = asyncio.create_task(_timed(took, send, number))
                sending.add(task)
                task.add_done_callback(sending.discard)
            await asyncio.sleep(0.01)

    running = asyncio.create_task(flood())
    try:
        yield took
    finally:
        running.cancel()
        await asyncio.gather(running, *sending, return_exceptions=True)


def all_of(takes: Sequence[Took]) -> Took:
    """Put several runs together."""
    return Took(
        ms=[ms for took in takes for ms in took.ms],
        refused=sum(took.refused for took in takes),
        failed=sum(took.failed for took in takes),
    )
