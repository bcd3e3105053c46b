"""What still refers to a version of the book: recorded turns, flows that are open, actions that go on."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime

from psycopg import AsyncConnection
from psycopg.rows import class_row

LAST_TURN = """select max(committed_at) from turns where tenant_id = %s and book_version = %s"""

OPEN_ACTIONS = """select count(*) from actions a where a.tenant_id = %(tenant)s
    and a.status = any('{proposed,confirming,queued,approving,running,unknown}')
    and exists (select from turns t where t.tenant_id = a.tenant_id and t.book_version = %(version)s
      and t.thread_id in (a.thread_id, a.conversation_id))"""

# A flow that began on a version left a turn on it; whether it is still open only its memory tells.
MEMORIES = """select t.thread_id, k.checkpoint_id, k.data
  from (select distinct thread_id from turns where tenant_id = %(tenant)s and book_version = %(version)s
      and thread_id > %(after)s order by thread_id limit %(most)s) t
    left join conversations c on c.tenant_id = %(tenant)s and c.conversation_id = t.thread_id
      and c.status <> 'archived'
    left join lateral (select * from checkpoints k where k.tenant_id = c.tenant_id
      and k.thread_id = c.conversation_id and k.ns = ''
      order by k.seq desc, k.checkpoint_id desc limit 1) k on true
  order by t.thread_id"""

# The one in force stays whatever is said here; so does one that came into force again meanwhile.
DROP = """delete from books b where b.tenant_id = %(tenant)s and b.version = %(version)s
    and b.in_force_at = %(in_force_at)s
    and exists (select from books n where n.tenant_id = b.tenant_id and n.in_force_at > b.in_force_at)"""

PAGE = 200


@dataclass(frozen=True, kw_only=True)
class MemoryRow:
    """The newest memory of a conversation, sealed; none of an archived one, or of an action's thread."""

    thread_id: str
    checkpoint_id: str | None
    data: bytes | None


async def last_turn(conn: AsyncConnection, tenant_id: str, version: str) -> datetime | None:
    """Say when a turn was last recorded on a version."""
    row = await (await conn.execute(LAST_TURN, [tenant_id, version])).fetchone()
    return row[0] if row else None


async def open_actions(conn: AsyncConnection, tenant_id: str, version: str) -> int:
    """Count the actions that have not ended, in conversations with a turn on a version."""
    row = await (await conn.execute(OPEN_ACTIONS, {"tenant": tenant_id, "version": version})).fetchone()
    return int(row[0]) if row else 0


async def memories(conn: AsyncConnection, tenant_id: str, version: str) -> AsyncIterator[MemoryRow]:
    """Read the newest memory of every thread that has a turn on a version."""
    named = {"tenant": tenant_id, "version": version, "after": "", "most": PAGE}
    while True:
        async with conn.cursor(row_factory=class_row(MemoryRow)) as cursor:
            rows = await (await cursor.execute(MEMORIES, named)).fetchall()
        for row in rows:
            yield row
        if not rows:
            return
        named["after"] = rows[-1].thread_id


async def drop(conn: AsyncConnection, tenant_id: str, version: str, in_force_at: datetime) -> bool:
    """Delete a version that was last put in force then; False when it is the one in force, or is again."""
    named = {"tenant": tenant_id, "version": version, "in_force_at": in_force_at}
    return (await conn.execute(DROP, named)).rowcount == 1
