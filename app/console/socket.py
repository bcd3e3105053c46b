"""`/ws/console`: what happens, as it happens; after a break, everything missed."""

import asyncio
import contextlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import structlog
from fastapi import APIRouter
from starlette.websockets import WebSocket, WebSocketDisconnect

from app.auth.authenticate import authenticator_of, same_origin
from app.auth.caller import Caller, require
from app.console.deps import ConsoleDeps
from app.console.live import RECENT, SOON_S, Feed, Feeds, read_frames
from app.conversations.feed.event import Cursor, read_cursor
from app.conversations.feed.repository import cursor_at, is_known, newest_cursor
from app.db import DatabaseGone
from app.gateway.chat_frames import dump, error_frame
from app.gateway.sockets import next_text, until_one_ends
from app.problems import Problem

log = structlog.get_logger(__name__)

POLICY = 1008


@dataclass(frozen=True, kw_only=True)
class Ear:
    """How one console listens."""

    feed: Feed
    woken: asyncio.Event
    bundled: bool
    """It takes several events in one frame: `?bundle=1`."""


async def _begin(
    deps: ConsoleDeps, tenant_id: str, last_event_id: str | None, recent: bool
) -> tuple[Cursor, bool]:
    """Return where to go on, and whether the client has to load its lists again."""
    async with deps.tenants.tenant(tenant_id) as conn:
        if recent and not last_event_id:
            return await cursor_at(conn, tenant_id, deps.clock() - RECENT), False
        known = read_cursor(last_event_id) if last_event_id else None
        if known is not None and await is_known(conn, tenant_id, known):
            return known, False
        return await newest_cursor(conn, tenant_id), bool(last_event_id)


async def _follow(deps: ConsoleDeps, socket: WebSocket, tenant_id: str, cursor: Cursor, ear: Ear) -> None:
    """Send what follows a place: from the feed that all consoles share, what is older from the database."""
    while True:
        ear.woken.clear()
        frames = ear.feed.bundled_after(cursor) if ear.bundled else ear.feed.after(cursor)
        if frames is None:
            frames = []
            with contextlib.suppress(*DatabaseGone):
                frames = await read_frames(deps, tenant_id, cursor)
            if not frames:
                await asyncio.sleep(SOON_S)
        elif not frames:
            await ear.woken.wait()
        for frame in frames:
            await socket.send_text(frame.text)
            cursor = frame.cursor


async def _show_typing(deps: ConsoleDeps, socket: WebSocket, tenant_id: str) -> None:
    """Tell who writes or reads just now; it is no event, and nothing of it is kept."""
    with deps.hub.typing.in_tenant(tenant_id) as typings:
        while True:
            typing = await typings.get()
            frame: dict[str, Any] = {
                "type": "typing",
                "conversation_id": typing.conversation_id,
                "who": typing.who,
            }
            if typing.read_no:
                frame |= {"type": "read", "entry_no": typing.read_no}
            await socket.send_text(dump(frame))


async def _listen(socket: WebSocket, beat: Callable[[], None]) -> None:
    """Answer heartbeats until the client leaves; each says that somebody is there."""
    while True:
        beat()
        with contextlib.suppress(Problem):
            if "ping" in await next_text(socket):
                await socket.send_text('{"type":"pong"}')


async def _serve(deps: ConsoleDeps, feeds: Feeds, socket: WebSocket, caller: Caller) -> None:
    tenant_id = caller.tenant_id
    with feeds.listen(tenant_id) as (feed, woken):
        ear = Ear(feed=feed, woken=woken, bundled="bundle" in socket.query_params)
        try:
            asked = socket.query_params
            cursor, resync = await _begin(deps, tenant_id, asked.get("last_event_id"), "recent" in asked)
        except DatabaseGone:
            await socket.close(1013)
            return
        if resync:
            await socket.send_text(dump({"type": "resync", "event_id": str(cursor)}))
        await until_one_ends(
            _listen(socket, lambda: deps.beat(caller)),
            _follow(deps, socket, tenant_id, cursor, ear),
            _show_typing(deps, socket, tenant_id),
        )


def build_router(deps: ConsoleDeps) -> APIRouter:
    """Build the console's socket."""
    router, feeds = APIRouter(), Feeds(deps)

    @router.websocket("/ws/console")
    async def console(socket: WebSocket) -> None:
        """Send what happens until the client leaves."""
        await socket.accept()
        try:
            if not same_origin(socket):
                raise Problem(
                    403, "not-from-console", "This page is not the console.", "Open it from the console."
                )
            caller = await authenticator_of(socket).caller(socket)
            require(caller, "conversations:read")
        except Problem as problem:
            log.warning("console_socket_refused", why=problem.slug)
            await socket.send_text(error_frame(problem))
            await socket.close(POLICY)
            return
        with contextlib.suppress(WebSocketDisconnect):
            await _serve(deps, feeds, socket, caller)

    return router
