"""Notes, tags and snoozes: each one transaction with its line in the feed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from psycopg import AsyncConnection

from app.console.deps import ConsoleDeps
from app.conversations.entry import Entry
from app.conversations.feed.event import EventType
from app.conversations.feed.repository import record_event
from app.conversations.repository import (
    NewEntry,
    Standing,
    append_entry,
    entry_by_id,
    new_entry_id,
    standing_of,
)
from app.handoff.outcomes import AgentName
from app.problems import Problem, not_found
from app.workspace import repository as sql


@dataclass(frozen=True, kw_only=True)
class Place:
    """Who adds something to which conversation, and when."""

    tenant_id: str
    conversation_id: str
    by: AgentName
    now: datetime


async def _standing(conn: AsyncConnection, at: Place) -> Standing:
    standing = await standing_of(conn, at.tenant_id, at.conversation_id)
    if standing is None:
        raise not_found("conversation")
    return standing


async def _record(
    conn: AsyncConnection, deps: ConsoleDeps, at: Place, kind: EventType, facts: Mapping[str, Any]
) -> None:
    told = {"agent_id": at.by.agent_id, "agent_name": at.by.name, **facts}
    await record_event(conn, deps.vault, at.tenant_id, kind, at.conversation_id, told, at.now)


async def add_note(deps: ConsoleDeps, at: Place, text: str, mentions: Sequence[str]) -> Entry:
    """Write a line that only colleagues read; whom it names is told."""
    entry_id = new_entry_id()
    async with deps.tenants.tenant(at.tenant_id) as conn:
        standing = await _standing(conn, at)
        named = await sql.colleagues(conn, at.tenant_id, mentions)
        if unknown := [one for one in mentions if one not in named]:
            raise Problem(
                422,
                "wrong-fields",
                "Some fields do not fit.",
                f"mentions names {len(unknown)} who do not work here; take agent ids from /api/v1/agents.",
            )
        entry = NewEntry(
            kind="note",
            direction="internal",
            sender="agent",
            sender_id=at.by.agent_id,
            text=text,
            channel=standing.channel,
            entry_id=entry_id,
            detail={"sender_name": at.by.name, "mentions": named},
        )
        await append_entry(conn, deps.vault, at.tenant_id, at.conversation_id, entry, at.now)
        await sql.mention(conn, at.tenant_id, at.conversation_id, entry_id, sorted(named), at.now)
        await _record(conn, deps, at, "note.added", {"mentions": sorted(named), "text": text[:140]})
        written = await entry_by_id(conn, deps.vault, at.tenant_id, entry_id)
    assert written is not None
    deps.hub.changed(at.tenant_id, at.conversation_id)
    return written


async def set_tags(deps: ConsoleDeps, at: Place, tags: Sequence[str]) -> list[str]:
    """Make these the conversation's tags and return them as they stand."""
    async with deps.tenants.tenant(at.tenant_id) as conn:
        await _standing(conn, at)
        await sql.set_tags(conn, at.tenant_id, at.conversation_id, tags, at.by.agent_id, at.now)
        kept = await sql.tags_of(conn, at.tenant_id, at.conversation_id)
        await _record(conn, deps, at, "conversation.tagged", {"tags": kept})
    deps.hub.changed(at.tenant_id, at.conversation_id)
    return kept


async def snooze(deps: ConsoleDeps, at: Place, until: datetime) -> None:
    """Put a conversation aside until a time; the customer's next message brings it back sooner."""
    async with deps.tenants.tenant(at.tenant_id) as conn:
        standing = await _standing(conn, at)
        if standing.status in ("resolved", "archived"):
            raise Problem(
                409,
                "not-in-this-status",
                f"This is not possible now: the conversation is {standing.status}.",
                "A closed conversation waits for nobody; it opens again when the customer writes.",
                conversation_status=standing.status,
            )
        await sql.snooze(conn, at.tenant_id, at.conversation_id, until, at.by.agent_id, at.now)
        await _record(conn, deps, at, "conversation.snoozed", {"until": until.isoformat()})
    deps.hub.changed(at.tenant_id, at.conversation_id)


async def wake(deps: ConsoleDeps, at: Place) -> None:
    """Bring a conversation back now; one that is not snoozed stays as it is."""
    async with deps.tenants.tenant(at.tenant_id) as conn:
        await _standing(conn, at)
        if await sql.wake(conn, at.tenant_id, at.conversation_id):
            await _record(conn, deps, at, "conversation.returned", {"because": "woken"})
    deps.hub.changed(at.tenant_id, at.conversation_id)
