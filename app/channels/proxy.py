"""`/webhooks/<channel>/…` and `/socket.io`: passed on to the connectors, so that one address is enough."""

import asyncio
import contextlib
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import aiohttp
from fastapi import APIRouter, Request, Response, WebSocket
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, WebSocketException
from yarl import URL

from app.channels.inbound import TOKEN_HEADER
from app.channels.process import STARTS_WITHIN_S, once_it_runs
from app.gateway.body import PlainRoute, read_body
from app.gateway.sockets import until_one_ends
from app.problems import Problem

URL_HEADER = "X-Frontdesk-URL"
"""The address the provider called: some signatures cover it, and behind proxies nobody else knows it."""
WITHIN = aiohttp.ClientTimeout(total=60.0, sock_connect=2.0)
GLANCE_S = 0.5
METHODS = ["GET", "POST", "PUT", "HEAD", "OPTIONS"]
NOT_OURS_TO_PASS = {
    *("connection", "keep-alive", "transfer-encoding", "te", "trailer", "upgrade", "proxy-authorization"),
    *(
        "host",
        "content-length",
        "content-encoding",
        "accept-encoding",
        "cookie",
        "set-cookie",
        "date",
        "server",
    ),
    *(URL_HEADER.lower(), TOKEN_HEADER.lower()),
}


class Passage:
    """Carries requests from the outside to the connectors and their answers back."""

    def __init__(
        self,
        session: aiohttp.ClientSession,
        url: str,
        public_url: str | None,
        starts_within_s: float = STARTS_WITHIN_S,
    ) -> None:
        self._session = session
        self._starts_within_s = starts_within_s
        self._ran = False
        self._url = url.rstrip("/")
        self._public_url = (public_url or "").rstrip("/")

    async def carry(self, request: Request) -> Response:
        """Pass a request on as it is; 503 when the connectors' process does not answer.

        Some providers never send again, so a process that is being started again is waited for.
        """
        return await self._ask(self._session, request, await read_body(request))

    async def poll(self, request: Request) -> Response:
        """Pass a long poll on, over a connection of its own, and hang up as soon as the browser does."""
        body = await read_body(request)
        async with aiohttp.ClientSession() as session:
            answering = asyncio.ensure_future(self._ask(session, request, body))
            leaving = asyncio.ensure_future(_left(request))
            await asyncio.wait({answering, leaving}, return_when=asyncio.FIRST_COMPLETED)
            leaving.cancel()
            if answering.done():
                return answering.result()
            answering.cancel()
            return Response(status_code=499)

    async def _ask(self, session: aiohttp.ClientSession, request: Request, body: bytes) -> Response:
        url, headers = URL(self._url + target(request.scope), encoded=True), self._headers(request)

        async def ask() -> Response:
            async with session.request(
                request.method, url, data=body, headers=headers, timeout=WITHIN, allow_redirects=False
            ) as answer:
                self._ran = True
                return Response(await answer.read(), answer.status, headers=passed(answer.headers))

        try:
            return await once_it_runs(ask, self._starts_within_s if self._ran else 0.0)
        except (aiohttp.ClientError, TimeoutError):
            raise channels_away() from None

    def _headers(self, request: Request) -> dict[str, str]:
        own = self._public_url or f"{request.url.scheme}://{request.url.netloc}"
        return {**passed(request.headers), URL_HEADER: own + target(request.scope)}

    async def join(self, socket: WebSocket) -> None:
        """Pass frames both ways until one side closes."""
        there = "ws" + self._url.removeprefix("http") + target(socket.scope)
        try:
            async with connect(there, max_size=2**20, open_timeout=5, close_timeout=1) as line:
                await socket.accept()
                with contextlib.suppress(ConnectionClosed, RuntimeError):
                    await until_one_ends(_outwards(socket, line), _inwards(socket, line))
        except (OSError, TimeoutError, WebSocketException):
            with contextlib.suppress(RuntimeError):
                await socket.close(1013)


async def _left(request: Request) -> None:
    """Return once the browser has gone; called when the body has been read."""
    while not await request.is_disconnected():  # noqa: ASYNC110 - the server tells it only when it is asked
        await asyncio.sleep(GLANCE_S)


async def _inwards(socket: WebSocket, line: ClientConnection) -> None:
    while (message := await socket.receive())["type"] == "websocket.receive":
        text = message.get("text")
        await line.send(text if text is not None else message["bytes"])


async def _outwards(socket: WebSocket, line: ClientConnection) -> None:
    async for frame in line:
        await (socket.send_text(frame) if isinstance(frame, str) else socket.send_bytes(frame))


def passed(headers: Mapping[str, str]) -> dict[str, str]:
    """Keep the headers that mean something beyond one connection."""
    return {name: value for name, value in headers.items() if name.lower() not in NOT_OURS_TO_PASS}


def target(scope: Mapping[str, Any]) -> str:
    """Return path and query as they were written."""
    path = scope.get("raw_path") or urlsplit(str(scope["path"])).path.encode()
    query = scope.get("query_string") or b""
    return bytes(path).decode("ascii", "replace") + (f"?{query.decode('ascii', 'replace')}" if query else "")


def channels_away() -> Problem:
    """Say that nothing was stored, so that the provider sends it again."""
    return Problem(
        503,
        "channels-away",
        "The channels do not answer just now.",
        "Nothing was stored. Send it again in a moment.",
        headers={"Retry-After": "2"},
    )


def build_router(passage: Passage) -> APIRouter:
    """Build what is passed on; each provider's own documentation describes it."""
    router = APIRouter(include_in_schema=False, route_class=PlainRoute)
    router.add_api_route("/webhooks/{channel}/{rest:path}", passage.carry, methods=METHODS)
    router.add_api_route("/socket.io/", passage.poll, methods=["GET"])
    router.add_api_route("/socket.io/", passage.carry, methods=["POST", "OPTIONS"])
    router.add_api_websocket_route("/socket.io/", passage.join)
    return router
