"""`/ws/chat`: the widget's socket. One visitor, one conversation, resumed by token."""

import asyncio
import contextlib
import secrets
from dataclasses import dataclass, replace
from datetime import timedelta

from fastapi import APIRouter
from starlette.websockets import WebSocket, WebSocketDisconnect

from app.auth.authenticate import is_local
from app.auth.customer_token import CustomerToken, expiry, read_token, write_token
from app.conversations.entry import for_customer
from app.conversations.repository import Standing, entries_after, goes_on_in, standing_of
from app.db import DatabaseGone
from app.gateway.answer import accept
from app.gateway.body import check_text
from app.gateway.chat_frames import (
    PROTOCOL,
    Hello,
    Ping,
    Reads,
    Said,
    Types,
    dump,
    entry_frame,
    entry_shown,
    error_frame,
    read_frame,
    seen_frame,
    sentence_frame,
    speaker_of,
)
from app.gateway.deps import GatewayDeps
from app.gateway.files import files_of, named
from app.gateway.message import Inbound
from app.gateway.ports import Changes
from app.gateway.repository import read_by_owner
from app.gateway.sockets import next_text, until_one_ends
from app.problems import Problem, database_gone
from app.turns.typing import Typing

CHANNEL = "web"
LOOK_AGAIN_S = 15.0
"""A net below the signals: how long a socket trusts that nothing changed."""
HELLO_WITHIN_S = 30.0
STILL_WRITES_S = 6.0
"""So long after the last sign of it a person counts as writing."""
GOING_AWAY = 1001
POLICY = 1008
TRY_LATER = 1013


@dataclass
class Visit:
    """One open socket: whose it is and what it has shown so far."""

    token: CustomerToken
    shown: int
    spoken: tuple[str, str, str] | None = None
    goes_on_in: str | None = None
    """The conversation that a message began, because its own was archived."""


async def _token(deps: GatewayDeps, socket: WebSocket, hello: Hello) -> CustomerToken:
    """Return the visitor's token: a link's that leads somewhere, else the one given, else a new visitor's."""
    known = read_token(deps.vault, hello.token or "", deps.clock())
    if known is not None and not hello.link:
        return known
    if deps.door is not None and socket.client is not None and not is_local(socket):
        await deps.door.admit_visitor(deps.tenant_id, socket.client.host)
    visitor = secrets.token_hex(16)
    linked = await deps.visit(deps.tenant_id, hello.link, visitor) if deps.visit and hello.link else None
    found = linked or known
    if found is not None:
        return found
    believed = hello.customer_id if deps.demo and is_local(socket) else None
    return CustomerToken(
        tenant_id=deps.tenant_id,
        visitor=visitor,
        conversation_id=f"cnv_{secrets.token_hex(16)}",
        customer_id=believed,
        verified=believed is not None,
        expires=expiry(deps.clock()),
    )


async def _welcome(deps: GatewayDeps, socket: WebSocket, token: CustomerToken, shown: int) -> Visit:
    """Show a conversation from an entry on; of an archived one, the newest that goes on with it."""
    async with deps.tenants.tenant(token.tenant_id) as conn:
        standing = await standing_of(conn, token.tenant_id, token.conversation_id)
        if standing is not None and standing.status == "archived":
            newest = await goes_on_in(conn, token.tenant_id, token.conversation_id)
            if newest is not None:
                token, shown = replace(token, conversation_id=newest), 0
                standing = await standing_of(conn, token.tenant_id, newest)
        visit = Visit(token=token, shown=shown)
        entries = await entries_after(conn, deps.vault, token.tenant_id, token.conversation_id, visit.shown)
        owned = standing is not None and standing.owner_id is not None
        read = await read_by_owner(conn, token.tenant_id, token.conversation_id) if owned else 0
    speaker = speaker_of(standing)
    status = standing.status if standing else "active"
    visit.shown = max([visit.shown, *(entry.entry_no for entry in entries)])
    visit.spoken = (status, speaker["kind"], speaker["name"])
    frame = {
        "type": "welcome",
        "protocol": PROTOCOL,
        "token": write_token(deps.vault, token),
        "conversation_id": token.conversation_id,
        "company": deps.company(),
        "speaker": speaker,
        "status": status,
        "heartbeat_s": deps.heartbeat() / timedelta(seconds=1),
        "entries": [for_customer(entry) for entry in entries if entry_shown(entry)],
    }
    await socket.send_text(dump(frame))
    if read:
        await socket.send_text(seen_frame(read, speaker["name"]))
    deps.signs.beat(token.tenant_id, token.conversation_id, deps.clock())
    return visit


async def _take(deps: GatewayDeps, socket: WebSocket, visit: Visit, said: Said) -> None:
    """Store one message and acknowledge it; only what is stored is acknowledged."""
    token = visit.token
    files = await files_of(deps, token.tenant_id, f"visitor:{token.visitor}", said.attachments)
    inbound = Inbound(
        tenant_id=token.tenant_id,
        channel=token.channel,
        message_id=f"{token.visitor}:{said.id}",
        address=token.visitor,
        text=check_text(said.text or named(files), "text"),
        payload=said.payload,
        attachments=files,
        conversation_id=token.conversation_id,
        customer_id=token.customer_id,
        verified=token.verified,
        begins=True,
        received_at=deps.clock(),
    )
    accepted = await accept(deps, inbound)
    await socket.send_text(dump({"type": "ack", "id": said.id, "seq": accepted.seq}))
    if visit.spoken and visit.spoken[1] == "assistant" and not accepted.duplicate:
        await socket.send_text(dump({"type": "working"}))
    if accepted.conversation_id != token.conversation_id:
        visit.goes_on_in = accepted.conversation_id


async def _listen(deps: GatewayDeps, socket: WebSocket, visit: Visit) -> None:
    while visit.goes_on_in is None:
        frame_id = None
        try:
            frame = read_frame(await next_text(socket))
            if isinstance(frame, Said):
                frame_id = frame.id
                await _take(deps, socket, visit, frame)
            elif isinstance(frame, Types):
                _pass_on_typing(deps, visit)
            elif isinstance(frame, Reads):
                _pass_on_reading(deps, visit, min(frame.entry_no, visit.shown))
            elif isinstance(frame, Ping):
                deps.signs.beat(visit.token.tenant_id, visit.token.conversation_id, deps.clock())
                await socket.send_text(dump({"type": "pong"}))
        except Problem as problem:
            await socket.send_text(error_frame(problem, frame_id))
        except DatabaseGone:
            await socket.send_text(error_frame(database_gone(), frame_id))


def _pass_on_typing(deps: GatewayDeps, visit: Visit) -> None:
    token = visit.token
    deps.signs.types(token.tenant_id, token.conversation_id, deps.clock())
    deps.hub.types(Typing(tenant_id=token.tenant_id, conversation_id=token.conversation_id, who="customer"))


def _pass_on_reading(deps: GatewayDeps, visit: Visit, entry_no: int) -> None:
    """Note what the customer has read; a person who speaks with them sees it at once."""
    token = visit.token
    deps.signs.reads(token.tenant_id, token.conversation_id, entry_no, deps.clock())
    if visit.spoken and visit.spoken[1] == "agent":
        read = Typing(
            tenant_id=token.tenant_id, conversation_id=token.conversation_id, who="customer", read_no=entry_no
        )
        deps.hub.types(read)


async def _show_typing(deps: GatewayDeps, socket: WebSocket, visit: Visit) -> None:
    """Tell the customer when a person begins to write, when nothing more comes, and what they have read."""
    writes = False
    with deps.hub.typing.in_conversation(visit.token.conversation_id) as typings:
        while True:
            try:
                typing = await asyncio.wait_for(typings.get(), STILL_WRITES_S if writes else None)
            except TimeoutError:
                writes = False
                await socket.send_text(dump({"type": "working", "on": False}))
                continue
            if typing.who == "agent" and typing.read_no:
                await socket.send_text(seen_frame(typing.read_no, visit.spoken[2] if visit.spoken else ""))
            elif typing.who == "agent" and not writes:
                writes = True
                await socket.send_text(dump({"type": "working", "on": True}))


async def _tell(socket: WebSocket, visit: Visit, standing: Standing | None) -> None:
    """Send who speaks now, when that changed."""
    speaker = speaker_of(standing)
    status = standing.status if standing else "active"
    spoken = (status, speaker["kind"], speaker["name"])
    if spoken != visit.spoken:
        visit.spoken = spoken
        await socket.send_text(dump({"type": "status", "status": status, "speaker": speaker}))


async def _show(deps: GatewayDeps, socket: WebSocket, visit: Visit) -> None:
    """Send what is new in the conversation."""
    token = visit.token
    async with deps.tenants.tenant(token.tenant_id) as conn:
        standing = await standing_of(conn, token.tenant_id, token.conversation_id)
        entries = await entries_after(conn, deps.vault, token.tenant_id, token.conversation_id, visit.shown)
    for entry in entries:
        visit.shown = entry.entry_no
        if entry_shown(entry):
            await socket.send_text(entry_frame(entry))
    await _tell(socket, visit, standing)


async def _follow(deps: GatewayDeps, socket: WebSocket, visit: Visit, changes: Changes) -> None:
    while True:
        with contextlib.suppress(*DatabaseGone):
            await _show(deps, socket, visit)
        while await changes.wait(LOOK_AGAIN_S):
            for sentence in changes.heard():
                await socket.send_text(sentence_frame(sentence))
            if changes.moved():
                break


async def _greeted(socket: WebSocket) -> Hello | None:
    """Wait for the client's hello; anything else ends the socket with a problem."""
    try:
        async with asyncio.timeout(HELLO_WITHIN_S):
            frame = read_frame(await next_text(socket))
    except TimeoutError:
        return None
    except Problem as problem:
        await socket.send_text(error_frame(problem))
        return None
    if isinstance(frame, Hello):
        return frame
    await socket.send_text(
        error_frame(Problem(400, "hello-first", "Say hello first.", "Send a frame of type hello."))
    )
    return None


async def _serve(deps: GatewayDeps, socket: WebSocket) -> None:
    hello = await _greeted(socket)
    if hello is None:
        await socket.close(POLICY)
        return
    try:
        token: CustomerToken | None = await _token(deps, socket, hello)
        shown = 0 if hello.link else hello.last_entry_no
        while token is not None:
            visit = await _welcome(deps, socket, token, shown)
            token, shown = await _stay(deps, socket, visit), 0
    except Problem as problem:
        await socket.send_text(error_frame(problem))
        await socket.close(TRY_LATER)
    except DatabaseGone:
        await socket.send_text(error_frame(database_gone()))
        await socket.close(GOING_AWAY)


async def _stay(deps: GatewayDeps, socket: WebSocket, visit: Visit) -> CustomerToken | None:
    """Speak in one conversation until either side leaves, or another goes on with it: then its token."""
    with deps.hub.subscribe(visit.token.conversation_id) as changes:
        await until_one_ends(
            _listen(deps, socket, visit),
            _follow(deps, socket, visit, changes),
            _show_typing(deps, socket, visit),
        )
    return replace(visit.token, conversation_id=visit.goes_on_in) if visit.goes_on_in else None


def build_router(deps: GatewayDeps) -> APIRouter:
    """Build the widget's socket."""
    router = APIRouter()

    @router.websocket("/ws/chat")
    async def chat(socket: WebSocket) -> None:
        """Speak with one visitor until either side leaves."""
        await socket.accept()
        with contextlib.suppress(WebSocketDisconnect):
            await _serve(deps, socket)

    return router
