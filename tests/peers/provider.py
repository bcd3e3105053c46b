"""A provider of messages on loopback, and a sender that speaks to it, as a real channel's pair does."""

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import aiohttp
import orjson
from aiohttp import web

from app.outbox.port import Errand, Outage, Refused, Retryable

Fault = Literal["busy", "refused", "away", "error", "cut", "cut_after", "silent"]
BUSY_S = 7


@dataclass
class Provider:
    """Takes messages under idempotency keys and shows each once."""

    shown: list[dict[str, Any]] = field(default_factory=list)
    """What customers got, in the order in which they got it."""
    attempts: list[str] = field(default_factory=list)
    """The key of every attempt that came in, taken or not."""
    faults: list[Fault] = field(default_factory=list)
    """What happens to the next messages instead of being taken."""
    refuses: set[str] = field(default_factory=set)
    """Addresses that are nobody's."""
    away: bool = False
    slow_s: float = 0.0
    ids: dict[str, str] = field(default_factory=dict)
    under_way: Counter[str] = field(default_factory=Counter)
    met: list[str] = field(default_factory=list)
    """Keys of which two attempts were here at the same time."""

    def app(self) -> web.Application:
        """The service."""
        app = web.Application()
        app.add_routes([web.post("/messages", self.receive)])
        return app

    def texts(self, to: str) -> list[str]:
        """What one customer read."""
        return [one["text"] for one in self.shown if one["to"] == to]

    async def receive(self, request: web.Request) -> web.StreamResponse:
        """Take one message, or fail as ordered."""
        told, key = orjson.loads(await request.read()), request.headers["Idempotency-Key"]
        self.attempts.append(key)
        self.under_way[key] += 1
        if self.under_way[key] > 1:
            self.met.append(key)
        try:
            await asyncio.sleep(self.slow_s)
            return await self._answer(request, told, key)
        finally:
            self.under_way[key] -= 1

    async def _answer(self, request: web.Request, told: Mapping[str, Any], key: str) -> web.StreamResponse:
        if told["to"] in self.refuses:
            return web.json_response({"error": "no such address"}, status=404)
        match "away" if self.away else self.faults.pop(0) if self.faults else None:
            case "busy":
                return web.json_response({}, status=429, headers={"Retry-After": str(BUSY_S)})
            case "refused":
                return web.json_response({"error": "blocked"}, status=403)
            case "away":
                return web.json_response({}, status=503)
            case "error":
                return web.json_response({}, status=500)
            case "cut" | "cut_after" as how:
                if how == "cut_after":
                    self._take(told, key)
                assert request.transport is not None
                request.transport.abort()
                return web.Response()
            case "silent":
                await asyncio.Event().wait()
        return web.json_response({"id": self._take(told, key)})

    def _take(self, told: Mapping[str, Any], key: str) -> str:
        if key not in self.ids:
            self.ids[key] = f"prov-{len(self.ids)}-{told['to']}"
            self.shown.append({**told, "key": key})
        return self.ids[key]


class ProviderSender:
    """Speaks to it, as `ChannelSender`."""

    def __init__(self, session: aiohttp.ClientSession, url: str, *, timeout_s: float = 5.0) -> None:
        self._session = session
        self._url = url
        self._timeout = aiohttp.ClientTimeout(total=timeout_s)

    async def deliver(self, errand: Errand) -> str:
        """See `ChannelSender`."""
        body = orjson.dumps({"to": errand.address, "text": errand.part.text, "buttons": titles(errand)})
        headers = {"Idempotency-Key": errand.key, "Content-Type": "application/json"}
        try:
            async with self._session.post(
                f"{self._url}/messages", data=body, headers=headers, timeout=self._timeout
            ) as answer:
                raw = await answer.read()
        except aiohttp.ClientConnectorError:
            raise Outage("the provider is not reached") from None
        except (aiohttp.ClientError, TimeoutError) as lost:
            raise Retryable(f"no answer: {type(lost).__name__}") from None
        return outcome(answer.status, answer.headers.get("Retry-After"), raw)


def outcome(status: int, wait: str | None, raw: bytes) -> str:
    """The provider's id, or one of the port's errors."""
    if status == 503:
        raise Outage("the provider is away")
    if status == 429 or status >= 500:
        raise Retryable(f"the provider answered {status}", after_s=float(wait) if wait else None)
    if status >= 400:
        raise Refused(f"the provider answered {status}")
    return str(orjson.loads(raw)["id"])


def titles(errand: Errand) -> Sequence[str]:
    """What can be pressed."""
    return [choice.title for choice in errand.part.choices]
