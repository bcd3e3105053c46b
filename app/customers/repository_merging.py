"""The statements that make two customers one, and part them again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from psycopg import AsyncConnection
from psycopg.rows import class_row

from app.turns.repository_actions import OPEN

CONVERSATIONS = """update conversations set customer_id = %(to)s
  where tenant_id = %(tenant)s and customer_id = %(from)s
    and (%(only)s::text[] is null or conversation_id = any(%(only)s)) returning conversation_id"""
ACTIONS = """update actions set customer_id = %(to)s where tenant_id = %(tenant)s and customer_id = %(from)s
    and (%(only)s::text[] is null or conversation_id = any(%(only)s))"""
IDENTITIES = """update identities set customer_id = %(to)s
  where tenant_id = %(tenant)s and customer_id = %(from)s
    and (%(indexes)s::bytea[] is null or address_index = any(%(indexes)s)) returning address_index"""
OPEN_ACTIONS = """select action_id, detail from actions
  where tenant_id = %s and conversation_id = any(%s) and status = any(%s) and lane is not null"""
CHANGE_LANE = "update actions set lane = %s where tenant_id = %s and action_id = %s"
MERGED_INTO = """update customers set merged_into = %s, keys_at = null, version = version + 1
  where tenant_id = %s and customer_id = %s"""
ADD = """insert into customer_merges (tenant_id, merge_id, kept_id, gone_id, before, merged_at)
  values (%s, %s, %s, %s, %s, %s)"""
MERGE = """select merge_id, kept_id, gone_id, before, merged_at, undone_at from customer_merges
  where tenant_id = %s and merge_id = %s for update"""
MERGES = """select merge_id, kept_id, gone_id, before, merged_at, undone_at from customer_merges
  where tenant_id = %s and kept_id = %s and undone_at is null order by merged_at desc"""
UNDONE = "update customer_merges set undone_at = %s where tenant_id = %s and merge_id = %s"


@dataclass(frozen=True, kw_only=True)
class MergeRow:
    """Two customers made one, and what it takes to part them, sealed."""

    merge_id: str
    kept_id: str
    gone_id: str
    before: bytes
    merged_at: datetime
    undone_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class Moved:
    """What belonged to one customer and belongs to another now."""

    conversations: Sequence[str]
    addresses: Sequence[bytes]


async def move(
    conn: AsyncConnection, tenant_id: str, from_id: str, to_id: str, only: Moved | None = None
) -> Moved:
    """Give a customer's conversations, actions and addresses to another: all of them, or only those named."""
    named: dict[str, Any] = {
        "tenant": tenant_id,
        "from": from_id,
        "to": to_id,
        "only": list(only.conversations) if only else None,
        "indexes": list(only.addresses) if only else None,
    }
    conversations = await (await conn.execute(CONVERSATIONS, named)).fetchall()
    await conn.execute(ACTIONS, named)
    addresses = await (await conn.execute(IDENTITIES, named)).fetchall()
    return Moved(
        conversations=[str(row[0]) for row in conversations], addresses=[bytes(row[0]) for row in addresses]
    )


async def open_actions(
    conn: AsyncConnection, tenant_id: str, conversations: Sequence[str]
) -> list[tuple[str, bytes]]:
    """List the actions of conversations that have not ended, with their sealed details."""
    rows = await (await conn.execute(OPEN_ACTIONS, [tenant_id, list(conversations), list(OPEN)])).fetchall()
    return [(str(row[0]), bytes(row[1])) for row in rows]


async def change_lane(conn: AsyncConnection, tenant_id: str, action_id: str, lane: bytes) -> None:
    """Let an action take turns in another lane."""
    await conn.execute(CHANGE_LANE, [lane, tenant_id, action_id])


async def set_merged(conn: AsyncConnection, tenant_id: str, customer_id: str, into: str | None) -> None:
    """Say that a customer is another one now, or is oneself again."""
    await conn.execute(MERGED_INTO, [into, tenant_id, customer_id])


async def add(
    conn: AsyncConnection, tenant_id: str, merge_id: str, kept: str, gone: str, before: bytes, now: datetime
) -> None:
    """Keep what it takes to part the two again."""
    await conn.execute(ADD, [tenant_id, merge_id, kept, gone, before, now])


async def merge(conn: AsyncConnection, tenant_id: str, merge_id: str) -> MergeRow | None:
    """Read one merge, held until the transaction ends."""
    cursor = conn.cursor(row_factory=class_row(MergeRow))
    await cursor.execute(MERGE, [tenant_id, merge_id])
    return await cursor.fetchone()


async def merges(conn: AsyncConnection, tenant_id: str, kept_id: str) -> list[MergeRow]:
    """List who was merged into a customer."""
    cursor = conn.cursor(row_factory=class_row(MergeRow))
    await cursor.execute(MERGES, [tenant_id, kept_id])
    return await cursor.fetchall()


async def undone(conn: AsyncConnection, tenant_id: str, merge_id: str, now: datetime) -> None:
    """Say that a merge was taken back."""
    await conn.execute(UNDONE, [now, tenant_id, merge_id])
