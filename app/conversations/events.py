"""The live feed: what happened, in the order it became visible, read by a cursor that loses nothing."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from psycopg import AsyncConnection

from app.conversations.seal import Seal, open_json, seal_json

EventType = Literal[
    "message.received",
    "reply.committed",
    "notice.sent",
    "approval.requested",
    "approval.decided",
    "approval.expired",
    "action.finished",
    "handoff.requested",
    "handoff.withdrawn",
    "conversation.claimed",
    "conversation.released",
    "agent.message",
    "agent.status",
]

RECORD = "insert into events (tenant_id, conversation_id, type, data, at) values (%s, %s, %s, %s, %s)"

# Below the snapshot's xmin nothing can still commit: what is read now is complete.
READ = """select xact::text, event_id, conversation_id, type, data, at from events
  where tenant_id = %s and (xact, event_id) > (%s::text::xid8, %s)
    and xact < pg_snapshot_xmin(pg_current_snapshot())
  order by xact, event_id limit %s"""

NEWEST = """select xact::text, event_id from events
  where tenant_id = %s and xact < pg_snapshot_xmin(pg_current_snapshot())
  order by xact desc, event_id desc limit 1"""

KNOWN = "select exists (select from events where tenant_id = %s and xact = %s::text::xid8 and event_id = %s)"


@dataclass(frozen=True, kw_only=True)
class Cursor:
    """A place in the feed, written `xact.event_id`."""

    xact: int
    event_id: int

    def __str__(self) -> str:
        return f"{self.xact}.{self.event_id}"


BEGINNING = Cursor(xact=0, event_id=0)


@dataclass(frozen=True, kw_only=True)
class Event:
    """One thing that happened."""

    cursor: Cursor
    type: str
    conversation_id: str | None
    at: datetime
    facts: Mapping[str, Any]


def read_cursor(text: str) -> Cursor | None:
    """Read a cursor as a client sent it; None when it is none."""
    xact, _, event_id = text.partition(".")
    if not (xact.isascii() and xact.isdigit() and event_id.isascii() and event_id.isdigit()):
        return None
    if len(xact) > 19 or len(event_id) > 18:
        return None
    return Cursor(xact=int(xact), event_id=int(event_id))


def event_place(event_type: str, conversation_id: str | None) -> str:
    """Name the place an event's facts are sealed for; its number is not known before it is written."""
    return f"events:data:{event_type}:{conversation_id or '-'}"


async def record_event(
    conn: AsyncConnection,
    vault: Seal,
    tenant_id: str,
    event_type: EventType,
    conversation_id: str | None,
    facts: Mapping[str, Any],
    now: datetime,
) -> None:
    """Write one event in the transaction of the change it tells of."""
    sealed = seal_json(vault, tenant_id, dict(facts), event_place(event_type, conversation_id))
    await conn.execute(RECORD, [tenant_id, conversation_id, event_type, sealed, now])


async def events_after(
    conn: AsyncConnection, vault: Seal, tenant_id: str, cursor: Cursor, limit: int = 200
) -> list[Event]:
    """Read what happened after the cursor, oldest first."""
    found = await conn.execute(READ, [tenant_id, str(cursor.xact), cursor.event_id, limit])
    return [
        Event(
            cursor=Cursor(xact=int(xact), event_id=event_id),
            type=event_type,
            conversation_id=conversation_id,
            at=at,
            facts=open_json(vault, tenant_id, sealed, event_place(event_type, conversation_id)),
        )
        for xact, event_id, conversation_id, event_type, sealed, at in await found.fetchall()
    ]


async def newest_cursor(conn: AsyncConnection, tenant_id: str) -> Cursor:
    """Return the feed's end as it is now."""
    row = await (await conn.execute(NEWEST, [tenant_id])).fetchone()
    return Cursor(xact=int(row[0]), event_id=row[1]) if row else BEGINNING


async def is_known(conn: AsyncConnection, tenant_id: str, cursor: Cursor) -> bool:
    """Say whether the feed still holds the event, so that going on after it misses nothing."""
    if cursor == BEGINNING:
        return False
    row = await (await conn.execute(KNOWN, [tenant_id, str(cursor.xact), cursor.event_id])).fetchone()
    return bool(row and row[0])
