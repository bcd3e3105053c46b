"""Faults on demand: what a backend does to its callers on a bad day, repeatable by seed."""

import asyncio
import socket
import struct
from dataclasses import dataclass, field
from random import Random
from typing import Annotated, Any, Literal

from fastapi import APIRouter
from pydantic import Field
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from examples.shop.problems import answer, problem
from examples.shop.schema import Strict

Kind = Literal["latency", "error500", "drop_after_effect", "drop_before_effect", "reset"]
INJECTED = problem(500, "injected_fault", "This answer is a fault on demand.")
SPARED = ("/_faults", "/healthz", "/openapi.json")


class FaultRule(Strict):
    """Which requests suffer, and how: the next few, or each with a probability."""

    path: str = "/"
    method: str | None = None
    kind: Kind
    probability: Annotated[float, Field(ge=0, le=1)] = 1.0
    next: Annotated[int | None, Field(ge=1)] = None
    ms: Annotated[int, Field(ge=0, le=60_000)] = 0
    seed: int = 0


@dataclass
class Trouble:
    """One rule at work."""

    rule: FaultRule
    random: Random
    left: int | None

    def strikes(self, scope: Scope) -> bool:
        """Decide about one request; only matching requests use up luck and count."""
        rule = self.rule
        if self.left == 0 or not scope["path"].startswith(rule.path):
            return False
        if rule.method and rule.method.upper() != scope["method"]:
            return False
        if self.random.random() >= rule.probability:
            return False
        self.left = None if self.left is None else self.left - 1
        return True


@dataclass
class Faults:
    """All rules at work; without any, nothing happens."""

    troubles: list[Trouble] = field(default_factory=list)

    def add(self, rule: FaultRule) -> None:
        """Put a rule to work."""
        self.troubles.append(Trouble(rule, Random(rule.seed), rule.next))

    def clear(self) -> None:
        """Behave again."""
        self.troubles.clear()

    def strike(self, scope: Scope) -> list[FaultRule]:
        """The rules that hit this request."""
        return [trouble.rule for trouble in self.troubles if trouble.strikes(scope)]


LINES: dict[tuple[str, int], asyncio.Transport] = {}
"""Open connections by the caller's address, so that a fault can cut one."""


class Line(HttpToolsProtocol):
    """An HTTP connection that can be cut from inside a request."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Remember the line."""
        super().connection_made(transport)
        LINES[transport.get_extra_info("peername")[:2]] = transport

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the line."""
        LINES.pop(self.transport.get_extra_info("peername")[:2], None)
        super().connection_lost(exc)


class FaultLayer:
    """Stands around the whole service and spoils what its rules say."""

    def __init__(self, app: ASGIApp, faults: Faults) -> None:
        self._app = app
        self._faults = faults

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request, or fail it in the way a rule asks for."""
        if scope["type"] != "http" or scope["path"].startswith(SPARED):
            await self._app(scope, receive, send)
            return
        rules = self._faults.strike(scope)
        for rule in rules:
            await asyncio.sleep(rule.ms / 1000)
        match next((rule.kind for rule in rules if rule.kind != "latency"), None):
            case None:
                await self._app(scope, receive, send)
            case "error500":
                await INJECTED(scope, receive, send)
            case "drop_after_effect":
                await self._app(scope, receive, unheard)
                await cut(scope, receive, hard=False)
            case kind:
                await cut(scope, receive, hard=kind == "reset")


async def unheard(_: Message) -> None:
    """Take an answer that nobody will get."""


async def cut(scope: Scope, receive: Receive, *, hard: bool) -> None:
    """Close the caller's connection without an answer; hard means a TCP reset."""
    transport = LINES[tuple(scope["client"])]
    if hard:
        linger = struct.pack("ii", 1, 0)
        transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
    transport.abort()
    while (await receive())["type"] != "http.disconnect":
        pass


def fault_routes(faults: Faults) -> APIRouter:
    """Where tests order their faults."""
    router = APIRouter(tags=["faults"])

    @router.post("/_faults", status_code=201)
    async def add(rules: list[FaultRule] | FaultRule) -> Response:
        """Put one rule or several to work."""
        for rule in rules if isinstance(rules, list) else [rules]:
            faults.add(rule)
        return answer(shown(faults), 201)

    @router.get("/_faults")
    async def show() -> Response:
        """The rules at work and how often each may still strike."""
        return answer(shown(faults))

    @router.delete("/_faults", status_code=204)
    async def clear() -> Response:
        """Behave again."""
        faults.clear()
        return Response(status_code=204)

    return router


def shown(faults: Faults) -> list[dict[str, Any]]:
    """Rules as JSON."""
    return [trouble.rule.model_dump() | {"left": trouble.left} for trouble in faults.troubles]
