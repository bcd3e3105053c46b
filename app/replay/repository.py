"""Recorded conversations as they lie in the database."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from psycopg import AsyncConnection
from psycopg.rows import class_row

CONVERSATIONS = """select conversation_id from conversations
  where tenant_id = %s and started_at >= coalesce(%s::timestamptz, '-infinity')
  order by started_at desc, conversation_id limit %s"""

TURNS = """select r.conversation_id, r.thread_id, r.seq, r.trace
  from threads t join turns r on r.tenant_id = t.tenant_id and r.thread_id = t.thread_id
  where t.tenant_id = %s and t.conversation_id = any(%s)
  order by r.conversation_id, r.committed_at, r.thread_id, r.seq"""


@dataclass(frozen=True, kw_only=True)
class StoredTrace:
    """A turn's trace, still sealed."""

    conversation_id: str
    thread_id: str
    seq: int
    trace: bytes


async def conversations_since(
    conn: AsyncConnection, tenant_id: str, since: datetime | None, most: int
) -> list[str]:
    """Name the newest conversations that began since then, the oldest of them first."""
    rows = await (await conn.execute(CONVERSATIONS, [tenant_id, since, most])).fetchall()
    return [str(row[0]) for row in reversed(rows)]


async def traces_of(conn: AsyncConnection, tenant_id: str, conversations: Sequence[str]) -> list[StoredTrace]:
    """Read the traces of all turns of some conversations, in the order of their commits."""
    cursor = conn.cursor(row_factory=class_row(StoredTrace))
    await cursor.execute(TURNS, [tenant_id, list(conversations)])
    return await cursor.fetchall()
