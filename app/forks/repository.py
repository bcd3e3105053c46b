"""Where a conversation stood before one of its turns, as it lies in the database."""

from dataclasses import dataclass
from datetime import datetime

from psycopg import AsyncConnection
from psycopg.rows import class_row

TURN = """select thread_id, seq, book_version, committed_at from turns
  where tenant_id = %s and conversation_id = %s and thread_id = %s and seq = %s"""

# The newest memory of every thread before the turn: by number on its own thread, by time on the others.
BEFORE = """select distinct on (k.thread_id) k.thread_id, k.checkpoint_id, k.parent_id, k.data, k.writes
  from threads t join checkpoints k on k.tenant_id = t.tenant_id and k.thread_id = t.thread_id and k.ns = ''
  where t.tenant_id = %(tenant)s and t.conversation_id = %(conversation)s
    and case when k.thread_id = %(thread)s then k.seq < %(seq)s else k.created_at < %(at)s end
  order by k.thread_id, k.seq desc, k.checkpoint_id desc"""


TURNS = """select thread_id, seq, why, book_version, committed_at, ms::float8 from turns
  where tenant_id = %s and conversation_id = %s order by committed_at desc, thread_id, seq desc limit %s"""


@dataclass(frozen=True, kw_only=True)
class PastTurn:
    """A turn of a conversation or of one of its actions."""

    thread_id: str
    seq: int
    why: str
    book_version: str
    committed_at: datetime
    ms: float


@dataclass(frozen=True, kw_only=True)
class ForkedTurn:
    """The turn at which a conversation is forked."""

    thread_id: str
    seq: int
    book_version: str
    committed_at: datetime


@dataclass(frozen=True, kw_only=True)
class StoredMemory:
    """What one thread remembered, sealed."""

    thread_id: str
    checkpoint_id: str
    parent_id: str | None
    data: bytes
    writes: bytes | None


async def forked_turn(
    conn: AsyncConnection, tenant_id: str, conversation_id: str, thread_id: str, seq: int
) -> ForkedTurn | None:
    """Find the turn, or None when this conversation has none such."""
    cursor = conn.cursor(row_factory=class_row(ForkedTurn))
    await cursor.execute(TURN, [tenant_id, conversation_id, thread_id, seq])
    return await cursor.fetchone()


async def memories_before(
    conn: AsyncConnection, tenant_id: str, conversation_id: str, turn: ForkedTurn
) -> list[StoredMemory]:
    """Read what every thread of the conversation remembered before the turn."""
    named = {
        "tenant": tenant_id,
        "conversation": conversation_id,
        "thread": turn.thread_id,
        "seq": turn.seq,
        "at": turn.committed_at,
    }
    cursor = conn.cursor(row_factory=class_row(StoredMemory))
    await cursor.execute(BEFORE, named)
    return await cursor.fetchall()


async def turns_of(conn: AsyncConnection, tenant_id: str, conversation_id: str, most: int) -> list[PastTurn]:
    """List the turns of a conversation and of its actions, the newest first."""
    cursor = conn.cursor(row_factory=class_row(PastTurn))
    await cursor.execute(TURNS, [tenant_id, conversation_id, most])
    return await cursor.fetchall()
