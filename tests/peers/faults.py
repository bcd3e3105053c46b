"""What goes wrong on the way to a vendor, once, on the next request of a kind."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Literal

import aiohttp
from aiohttp import web

Kind = Literal["error", "reset", "cut_after", "silent", "garbled", "unauthorised", "throttled"]
On = Literal["read", "effect"]
Answer = Callable[[], Awaitable[web.StreamResponse]]


@dataclass(frozen=True)
class Says:
    """How a vendor writes the errors that every vendor has."""

    error: Callable[[], web.Response]
    unauthorised: Callable[[], web.Response]
    throttled: Callable[[str], web.Response]


@dataclass
class Faults:
    """Spoils requests as ordered; without an order, nothing happens."""

    is_effect: Callable[[web.Request], bool]
    says: Says
    wait: str = "30"
    ordered: list[tuple[On, Kind]] = field(default_factory=list)
    storm: Callable[[], Kind | None] = lambda: None
    """Spoils whatever comes, as chance has it."""
    asked: list[web.Request] = field(default_factory=list)

    def next(self, on: On, kind: Kind) -> None:
        """Spoil the next read or effect."""
        self.ordered.append((on, kind))

    async def around(self, request: web.Request, answer: Answer) -> web.StreamResponse:
        """Answer a request, or fail it as ordered."""
        self.asked.append(request)
        on: On = "effect" if self.is_effect(request) else "read"
        kind = next((kind for where, kind in self.ordered if where == on), None)
        if kind is not None:
            self.ordered.remove((on, kind))
        match kind or self.storm():
            case None:
                return await answer()
            case "error":
                return self.says.error()
            case "unauthorised":
                return self.says.unauthorised()
            case "throttled":
                return self.says.throttled(self.wait)
            case "garbled":
                await answer()
                return web.Response(text="<html>We are down for maintenance</html>", content_type="text/html")
            case "reset" | "cut_after" | "silent" as how:
                return await silence(request, how, answer)


async def silence(request: web.Request, kind: Kind, answer: Answer) -> web.StreamResponse:
    """Act or not, and never answer: cut the line, or hold it until the caller gives up."""
    if kind != "reset":
        await answer()
    if kind == "silent":
        await asyncio.Event().wait()
    if request.transport:
        request.transport.abort()
    return web.Response()


@asynccontextmanager
async def serving(app: web.Application, port: int = 0) -> AsyncIterator[str]:
    """Serve on loopback; handlers end with their callers."""
    runner = web.AppRunner(app, handler_cancellation=True, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    host, port = runner.addresses[0][:2]
    try:
        yield f"http://{host}:{port}"
    finally:
        await runner.cleanup()


@asynccontextmanager
async def line_to(upstream: str, faults: Faults, port: int = 0) -> AsyncIterator[str]:
    """A line to a service that cannot spoil itself: everything passes through, or fails as ordered."""
    passed = ("Authorization", "Content-Type", "Idempotency-Key", "If-Match", "X-API-Key", "X-Channels-Token")

    async with aiohttp.ClientSession() as session:

        async def forward(request: web.Request) -> web.StreamResponse:
            headers = {name: request.headers[name] for name in passed if name in request.headers}
            body = await request.read()

            async def answer() -> web.StreamResponse:
                target = upstream + request.raw_path
                async with session.request(request.method, target, headers=headers, data=body) as said:
                    kind = said.headers.get("Content-Type", "application/json")
                    given = {"Content-Type": kind}
                    return web.Response(status=said.status, body=await said.read(), headers=given)

            return await faults.around(request, answer)

        app = web.Application()
        app.router.add_route("*", "/{anything:.*}", forward)
        async with serving(app, port) as url:
            yield url
