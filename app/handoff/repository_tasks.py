"""Statements about tasks: what only a person can settle."""

from dataclasses import dataclass
from datetime import datetime

from psycopg import AsyncConnection
from psycopg.rows import class_row

COLUMNS = """select t.task_id, t.conversation_id, t.action_id, t.thread_id, t.kind, t.status, t.detail,
    t.note, coalesce(u.name, t.settled_by) as settled_by, t.created_at, t.settled_at, t.look_at, a.action,
    a.status as action_status, h.interrupted, c.customer_id, p.profile, c.verified
  from tasks t
  join conversations c on c.tenant_id = t.tenant_id and c.conversation_id = t.conversation_id
  join customers p on p.tenant_id = c.tenant_id and p.customer_id = c.customer_id
  left join actions a on a.tenant_id = t.tenant_id and a.action_id = t.action_id
  left join threads h on h.tenant_id = t.tenant_id and h.thread_id = t.thread_id
  left join users u on u.tenant_id = t.tenant_id and u.user_id = t.settled_by"""

FIND = f"""{COLUMNS}
  where t.tenant_id = %(tenant)s and (%(task)s::text is null or t.task_id = %(task)s)
    and (%(conversation)s::text is null or t.conversation_id = %(conversation)s)
    and (%(status)s::text is null or (t.status = 'open') = (%(status)s = 'open'))
  order by t.created_at desc, t.task_id limit %(limit)s"""

# The first answer counts, as with approvals.
SETTLE = """update tasks set status = %(status)s, note = %(note)s, settled_by = %(by)s, settled_at = %(now)s,
    look_at = null
  where tenant_id = %(tenant)s and task_id = %(task)s and status = 'open'"""


@dataclass(frozen=True, kw_only=True)
class StoredTask:
    """A task, sealed, with how its action stands."""

    task_id: str
    conversation_id: str
    action_id: str
    thread_id: str
    kind: str
    status: str
    detail: bytes
    note: bytes | None
    settled_by: str | None
    created_at: datetime
    settled_at: datetime | None
    look_at: datetime | None
    action: str | None
    action_status: str | None
    interrupted: bool | None
    customer_id: str
    profile: bytes
    verified: bool


async def find(
    conn: AsyncConnection,
    tenant_id: str,
    *,
    task_id: str | None = None,
    conversation_id: str | None = None,
    status: str | None = None,
    limit: int = 200,
) -> list[StoredTask]:
    """Return tasks, newest first, by whichever of the three is given."""
    named = {
        "tenant": tenant_id,
        "task": task_id,
        "conversation": conversation_id,
        "status": status,
        "limit": limit,
    }
    async with conn.cursor(row_factory=class_row(StoredTask)) as cursor:
        return await (await cursor.execute(FIND, named)).fetchall()


async def settle(
    conn: AsyncConnection,
    tenant_id: str,
    task_id: str,
    *,
    status: str,
    note: bytes | None,
    by: str,
    now: datetime,
) -> bool:
    """Record what a person found out; False when somebody was faster."""
    named = {"tenant": tenant_id, "task": task_id, "status": status, "note": note, "by": by, "now": now}
    return (await conn.execute(SETTLE, named)).rowcount == 1
