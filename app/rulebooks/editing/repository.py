"""Where running conversations stand in their flows. The connection is bound to the tenant."""

from dataclasses import dataclass

from psycopg import AsyncConnection
from psycopg.rows import class_row

RUNNING = """select c.conversation_id, k.checkpoint_id, k.data
  from (select conversation_id, updated_at from conversations
        where tenant_id = %(tenant)s and status = 'active'
        order by updated_at desc limit %(most)s) c
  cross join lateral (
    select checkpoint_id, data from checkpoints k
    where k.tenant_id = %(tenant)s and k.thread_id = c.conversation_id
    order by k.seq desc, k.checkpoint_id desc limit 1) k"""

DECIDING = """select a.action, count(*)::int from approvals p
  join actions a on a.tenant_id = p.tenant_id and a.action_id = p.action_id
  where p.tenant_id = %s and p.status = 'pending' group by a.action"""


@dataclass(frozen=True, kw_only=True)
class RunningRow:
    """A running conversation's memory, sealed."""

    conversation_id: str
    checkpoint_id: str
    data: bytes


async def running(conn: AsyncConnection, tenant_id: str, most: int) -> list[RunningRow]:
    """Read the memory of the conversations that the assistant has, the newest first."""
    cursor = conn.cursor(row_factory=class_row(RunningRow))
    await cursor.execute(RUNNING, {"tenant": tenant_id, "most": most})
    return await cursor.fetchall()


async def deciding(conn: AsyncConnection, tenant_id: str) -> dict[str, int]:
    """Count the approvals that wait, by action."""
    rows = await (await conn.execute(DECIDING, [tenant_id])).fetchall()
    return {str(action): int(count) for action, count in rows}


HOLD_BOOK = "select pg_advisory_xact_lock(hashtextextended(%s, 18))"


async def hold_book(conn: AsyncConnection, tenant_id: str) -> None:
    """Let nobody else publish until the transaction ends, in whichever engine."""
    await conn.execute(HOLD_BOOK, [tenant_id])
