"""What every vendor's stand-in has: routes, an admission check, faults, and an address."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Protocol

from aiohttp import web
from aiohttp.typedefs import Handler

from tests.peers.faults import Faults, serving


class Peer(Protocol):
    """A vendor on loopback, with a state that requests change."""

    faults: Faults

    def routes(self) -> list[web.RouteDef]:
        """What it answers."""

    def admits(self, request: web.Request) -> bool:
        """Whether a request carries what lets it in."""


class Refusal(Exception):
    """An answer that a handler gives instead of its own."""

    def __init__(self, response: web.Response) -> None:
        super().__init__(response.status)
        self.response = response


@asynccontextmanager
async def open_peer(peer: Peer) -> AsyncIterator[str]:
    """Serve a peer; its address."""

    @web.middleware
    async def gate(request: web.Request, handler: Handler) -> web.StreamResponse:
        async def answer() -> web.StreamResponse:
            try:
                if not peer.admits(request):
                    return peer.faults.says.unauthorised()
                return await handler(request)
            except Refusal as refusal:
                return refusal.response

        return await peer.faults.around(request, answer)

    app = web.Application(middlewares=[gate])
    app.add_routes(peer.routes())
    async with serving(app) as url:
        yield url


def answering(status: int, body: object, **headers: str) -> Callable[[], web.Response]:
    """Make the same answer whenever it is asked for."""
    return lambda: web.json_response(body, status=status, headers=headers)
