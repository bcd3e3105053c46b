"""Writes and reads of the feed. The connection is bound to the tenant by whoever passes it in."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from psycopg import AsyncConnection

from app.conversations.feed.event import BEGINNING, Cursor, Event, EventType, event_place
from app.conversations.seal import Seal, open_json, seal_json

RECORD = "insert into events (tenant_id, conversation_id, type, data, at) values (%s, %s, %s, %s, %s)"

# Below the snapshot's xmin nothing can still commit: what is read now is complete. The order names its table:
# a bare `xact` is the text in front of `from`, by which 10000 comes before 9999.
READ = """select xact::text, event_id, conversation_id, type, data, at from events
  where tenant_id = %s and (xact, event_id) > (%s::text::xid8, %s)
    and xact < pg_snapshot_xmin(pg_current_snapshot())
  order by events.xact, events.event_id limit %s"""

CHANGED = """select xact::text, event_id, conversation_id from events
  where tenant_id = %s and (xact, event_id) > (%s::text::xid8, %s)
    and xact < pg_snapshot_xmin(pg_current_snapshot())
  order by events.xact, events.event_id limit %s"""

NEWEST = """select xact::text, event_id from events
  where tenant_id = %s and xact < pg_snapshot_xmin(pg_current_snapshot())
  order by events.xact desc, events.event_id desc limit 1"""

EARLIER = """select xact::text, event_id from events
  where tenant_id = %s and at <= %s and xact < pg_snapshot_xmin(pg_current_snapshot())
  order by events.xact desc, events.event_id desc limit 1"""

KNOWN = "select exists (select from events where tenant_id = %s and xact = %s::text::xid8 and event_id = %s)"


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
            facts=open_json(vault, tenant_id, sealed or None, event_place(event_type, conversation_id)),
        )
        for xact, event_id, conversation_id, event_type, sealed, at in await found.fetchall()
    ]


async def changed_since(
    conn: AsyncConnection, tenant_id: str, place: Cursor, most: int
) -> tuple[set[str], Cursor]:
    """Return the conversations in which something happened after a place of the feed, and the new place."""
    rows = await (await conn.execute(CHANGED, [tenant_id, str(place.xact), place.event_id, most])).fetchall()
    end = Cursor(xact=int(rows[-1][0]), event_id=rows[-1][1]) if rows else place
    return {conversation for _, _, conversation in rows if conversation}, end


async def newest_cursor(conn: AsyncConnection, tenant_id: str) -> Cursor:
    """Return the feed's end as it is now."""
    row = await (await conn.execute(NEWEST, [tenant_id])).fetchone()
    return Cursor(xact=int(row[0]), event_id=row[1]) if row else BEGINNING


async def cursor_at(conn: AsyncConnection, tenant_id: str, at: datetime) -> Cursor:
    """Return the feed's end as it was at a time; what came later is read after it."""
    row = await (await conn.execute(EARLIER, [tenant_id, at])).fetchone()
    return Cursor(xact=int(row[0]), event_id=row[1]) if row else BEGINNING


async def is_known(conn: AsyncConnection, tenant_id: str, cursor: Cursor) -> bool:
    """Say whether the feed still holds the event, so that going on after it misses nothing."""
    if cursor == BEGINNING:
        return False
    row = await (await conn.execute(KNOWN, [tenant_id, str(cursor.xact), cursor.event_id])).fetchone()
    return bool(row and row[0])
