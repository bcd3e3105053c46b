"""`/ws/console`: what happens, as it happens; after a break, everything missed."""

import contextlib
from collections.abc import Callable

from fastapi import APIRouter
from starlette.websockets import WebSocket, WebSocketDisconnect

from app.auth.authenticate import authenticator_of, same_origin
from app.auth.caller import Caller, require
from app.console.deps import ConsoleDeps
from app.conversations.feed.event import Cursor, Event, read_cursor
from app.conversations.feed.repository import events_after, is_known, newest_cursor
from app.db import DatabaseGone
from app.gateway.chat_frames import dump, error_frame
from app.gateway.ports import Changes
from app.gateway.sockets import next_text, until_one_ends
from app.problems import Problem

LOOK_AGAIN_S = 10.0
"""A net below the signals."""
SOON_S = 0.1
"""How soon to look again after a signal: an event may be hidden behind an older, open transaction."""
POLICY = 1008


def event_frame(event: Event) -> str:
    """Write the frame of an event."""
    return dump(
        {
            "event_id": str(event.cursor),
            "type": event.type,
            "conversation_id": event.conversation_id,
            "at": event.at,
            "data": event.facts,
        }
    )


async def _begin(deps: ConsoleDeps, tenant_id: str, last_event_id: str | None) -> tuple[Cursor, bool]:
    """Return where to go on, and whether the client has to load its lists again."""
    async with deps.tenants.tenant(tenant_id) as conn:
        known = read_cursor(last_event_id) if last_event_id else None
        if known is not None and await is_known(conn, tenant_id, known):
            return known, False
        return await newest_cursor(conn, tenant_id), bool(last_event_id)


async def _send_new(deps: ConsoleDeps, socket: WebSocket, tenant_id: str, cursor: Cursor) -> Cursor:
    """Send everything after the cursor and return the new one."""
    async with deps.tenants.tenant(tenant_id) as conn:
        events = await events_after(conn, deps.vault, tenant_id, cursor)
    for event in events:
        await socket.send_text(event_frame(event))
    return events[-1].cursor if events else cursor


async def _follow(
    deps: ConsoleDeps, socket: WebSocket, tenant_id: str, cursor: Cursor, changes: Changes
) -> None:
    delay = LOOK_AGAIN_S
    while True:
        before = cursor
        with contextlib.suppress(*DatabaseGone):
            cursor = await _send_new(deps, socket, tenant_id, cursor)
        if cursor == before:
            signalled = await changes.wait(delay)
            delay = SOON_S if signalled else min(2 * delay, LOOK_AGAIN_S)


async def _listen(socket: WebSocket, beat: Callable[[], None]) -> None:
    """Answer heartbeats until the client leaves; each says that somebody is there."""
    while True:
        beat()
        with contextlib.suppress(Problem):
            if "ping" in await next_text(socket):
                await socket.send_text('{"type":"pong"}')


async def _serve(deps: ConsoleDeps, socket: WebSocket, caller: Caller) -> None:
    tenant_id = caller.tenant_id
    with deps.hub.subscribe_events(tenant_id) as changes:
        try:
            cursor, resync = await _begin(deps, tenant_id, socket.query_params.get("last_event_id"))
        except DatabaseGone:
            await socket.close(1013)
            return
        if resync:
            await socket.send_text(dump({"type": "resync", "event_id": str(cursor)}))
        await until_one_ends(
            _listen(socket, lambda: deps.beat(caller)), _follow(deps, socket, tenant_id, cursor, changes)
        )


def build_router(deps: ConsoleDeps) -> APIRouter:
    """Build the console's socket."""
    router = APIRouter()

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
            await socket.send_text(error_frame(problem))
            await socket.close(POLICY)
            return
        with contextlib.suppress(WebSocketDisconnect):
            await _serve(deps, socket, caller)

    return router
