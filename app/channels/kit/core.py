"""The engine's doors for connectors as the kit needs them: what comes is kept, once for each of its ids."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import aiohttp
from aiohttp import web

from app.channels.inbound import TOKEN_HEADER


@dataclass(frozen=True, kw_only=True)
class Answer:
    """How the core answers a channel's next message instead of storing it."""

    status: int
    retry_after_s: int | None = None


@dataclass
class Core:
    """Stores messages as the engine does, and can be full or away."""

    token: str
    stored: list[Mapping[str, Any]] = field(default_factory=list)
    attempts: list[Mapping[str, Any]] = field(default_factory=list)
    """Every message that was handed in, stored before or not."""
    statuses: list[Mapping[str, Any]] = field(default_factory=list)
    answers: dict[str, list[Answer]] = field(default_factory=lambda: defaultdict(list))
    replies: list[Mapping[str, Any]] = field(default_factory=list)
    """What is answered to channels that wait for their reply."""
    behind: dict[str, str] = field(default_factory=dict)
    """Addresses of engines that take a channel's messages instead."""
    _seen: set[tuple[str, str, str]] = field(default_factory=set)

    def app(self) -> web.Application:
        """Return the doors as an application."""
        app = web.Application()
        app.router.add_post("/internal/channels/messages", self._message)
        app.router.add_post("/internal/channels/statuses", self._status)
        return app

    def of(self, channel: str, marker: str) -> list[Mapping[str, Any]]:
        """Return the stored messages of a channel that carry a marker in their text."""
        return [one for one in self.stored if one["channel"] == channel and marker in one["text"]]

    def tried(self, channel: str, marker: str = "") -> list[Mapping[str, Any]]:
        """Return every message of a channel that was handed in, stored before or not."""
        return [one for one in self.attempts if one["channel"] == channel and marker in one["text"]]

    async def _message(self, request: web.Request) -> web.Response:
        if request.headers.get(TOKEN_HEADER) != self.token:
            return web.json_response({}, status=401)
        message = await request.json()
        if engine := self.behind.get(message["channel"]):
            return await self._hand_on(engine, "messages", message)
        self.attempts.append(message)
        if due := self.answers[message["channel"]]:
            answer = due.pop(0)
            headers = {"Retry-After": str(answer.retry_after_s)} if answer.retry_after_s else {}
            return web.json_response({}, status=answer.status, headers=headers)
        key = (message["channel"], message["address"], message["message_id"])
        if key not in self._seen:
            self._seen.add(key)
            self.stored.append(message)
        waits = bool(message.get("wait_s"))
        return web.json_response(
            {"replies": list(self.replies) if waits else []}, status=200 if waits else 202
        )

    async def _hand_on(self, engine: str, what: str, told: Mapping[str, Any]) -> web.Response:
        url, headers = f"{engine}/internal/channels/{what}", {TOKEN_HEADER: self.token}
        try:
            async with aiohttp.request("POST", url, json=told, headers=headers) as answer:
                return web.Response(body=await answer.read(), status=answer.status)
        except aiohttp.ClientError:
            return web.Response(status=503)

    async def _status(self, request: web.Request) -> web.Response:
        told = await request.json()
        if engine := self.behind.get(told["channel"]):
            return await self._hand_on(engine, "statuses", told)
        self.statuses.append(told)
        return web.json_response({}, status=202)
