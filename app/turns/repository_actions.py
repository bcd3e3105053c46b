"""Statements about actions, their lanes and their tasks.

An action holds its lane from its beginning to its end; what may not run beside it is queued behind it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from psycopg import AsyncConnection
from psycopg.rows import class_row

OPEN = ("proposed", "confirming", "queued", "approving", "running", "unknown")
"""States of an action that has not ended."""

NEW = """insert into actions (tenant_id, action_id, conversation_id, thread_id, action, status, detail,
    customer_id, lane, waits_for, created_at, updated_at)
  values (%(tenant)s, %(action_id)s, %(conversation)s, %(action_id)s, %(action)s, %(status)s, %(detail)s,
    %(customer)s, %(lane)s, %(waits_for)s, %(now)s, %(now)s)"""

# An action that has ended stays as it ended.
CHANGE = """update actions
  set status = %(status)s, detail = coalesce(%(detail)s, detail), updated_at = %(now)s
  where tenant_id = %(tenant)s and action_id = %(action_id)s and status = any(%(open)s)
  returning lane"""

LOCK_LANE = "select pg_advisory_xact_lock(hashtextextended(%s || encode(%s, 'hex'), 2))"

LANE_OF = "select lane from actions where tenant_id = %s and action_id = %s"

# Ahead of an action: what has begun in its lane, and what was queued there before it.
BLOCKED = """select exists (
    select from actions me join actions other
      on other.tenant_id = me.tenant_id and other.lane = me.lane and other.action_id <> me.action_id
    where me.tenant_id = %(tenant)s and me.action_id = %(action_id)s and other.action = any(me.waits_for)
      and other.status = any(%(open)s)
      and ((other.began_at is not null and other.status <> 'queued')
        or (other.status = 'queued' and (me.queued_at is null
          or (other.queued_at, other.action_id) < (me.queued_at, me.action_id)))))"""

QUEUE = """update actions set status = 'queued', start = %(start)s, queued_at = %(now)s, updated_at = %(now)s
  where tenant_id = %(tenant)s and action_id = %(action_id)s and status = any('{proposed,confirming}')
    and began_at is null
  returning action_id"""

BEGIN = """update actions set status = 'proposed', began_at = %(now)s, start = null, updated_at = %(now)s
  where tenant_id = %(tenant)s and action_id = %(action_id)s
    and status = any('{proposed,confirming,queued}') and began_at is null
  returning action_id"""

QUEUED = """select a.action_id, a.conversation_id, a.start, c.channel from actions a
    join conversations c on c.tenant_id = a.tenant_id and c.conversation_id = a.conversation_id
  where a.tenant_id = %s and a.lane = %s and a.status = 'queued' order by a.queued_at, a.action_id"""

NEW_TASK = """insert into tasks (tenant_id, task_id, conversation_id, action_id, thread_id, kind, detail,
    created_at, look_at)
  values (%(tenant)s, %(task)s, %(conversation)s, %(action_id)s, %(action_id)s, %(kind)s, %(detail)s, %(now)s,
    %(look_at)s)
  on conflict (tenant_id, action_id) where status = 'open' do nothing"""

SETTLE_TASK = """update tasks set status = %s, settled_at = %s, settled_by = 'look-up', look_at = null
  where tenant_id = %s and action_id = %s and status = 'open' and kind = 'unknown_outcome'"""

TO_LOOK_AT = """update tasks set looks = looks + 1,
    look_at = case when looks + 1 < %(most)s
      then %(now)s + make_interval(secs => %(every_s)s::float8 * power(2, looks + 1)) end
  where tenant_id = %(tenant)s and status = 'open' and look_at <= %(now)s
  returning conversation_id, thread_id"""

# A question that nobody can answer any more: a person has the conversation, it is over, or a day has passed.
# Whoever takes the conversation's next turn sees that it was dropped; a turn under way is left alone.
UNANSWERED = """select a.action_id, a.conversation_id, a.began_at is not null as began from actions a
    join conversations c on c.tenant_id = a.tenant_id and c.conversation_id = a.conversation_id
    join threads t on t.tenant_id = a.tenant_id and t.thread_id = a.conversation_id
  where a.tenant_id = %(tenant)s and a.status = 'confirming'
    and ((c.status <> 'active' and c.status_since <= %(settled)s) or a.updated_at <= %(old)s)
    and (a.began_at is null or a.updated_at <= %(settled)s) and t.lease_until is null
  for update of t skip locked"""

DROP = """update actions set status = 'cancelled', updated_at = %s
  where tenant_id = %s and action_id = any(%s) and status = 'confirming' and began_at is null"""

TOUCH = """update actions set updated_at = %s
  where tenant_id = %s and action_id = any(%s) and status = 'confirming'"""


@dataclass(frozen=True, kw_only=True)
class QueuedRow:
    """An action that waits in a lane, with the event that begins it, sealed."""

    action_id: str
    conversation_id: str
    start: bytes
    channel: str


async def new_action(
    conn: AsyncConnection,
    *,
    tenant: str,
    conversation: str,
    customer: str,
    action_id: str,
    action: str,
    status: str,
    detail: bytes,
    lane: bytes,
    waits_for: Sequence[str],
    now: datetime,
) -> None:
    """Write a proposed action."""
    named = {
        "tenant": tenant,
        "conversation": conversation,
        "customer": customer,
        "action_id": action_id,
        "action": action,
        "status": status,
        "detail": detail,
        "lane": lane,
        "waits_for": list(waits_for),
        "now": now,
    }
    await conn.execute(NEW, named)


async def change(
    conn: AsyncConnection, tenant: str, action_id: str, status: str, detail: bytes | None, now: datetime
) -> None:
    """Give an action that has not ended its new state."""
    named = {
        "tenant": tenant,
        "action_id": action_id,
        "status": status,
        "detail": detail,
        "open": list(OPEN),
        "now": now,
    }
    await conn.execute(CHANGE, named)


async def lane_of(conn: AsyncConnection, tenant: str, action_id: str) -> bytes | None:
    """Return an action's lane; None for one from before there were lanes."""
    row = await (await conn.execute(LANE_OF, [tenant, action_id])).fetchone()
    return bytes(row[0]) if row and row[0] is not None else None


async def lock_lane(conn: AsyncConnection, tenant: str, lane: bytes) -> None:
    """Hold a lane until the transaction ends."""
    await conn.execute(LOCK_LANE, [tenant, lane])


async def blocked(conn: AsyncConnection, tenant: str, action_id: str) -> bool:
    """Say whether something that an action may not run beside is ahead of it."""
    named = {"tenant": tenant, "action_id": action_id, "open": list(OPEN)}
    row = await (await conn.execute(BLOCKED, named)).fetchone()
    return bool(row and row[0])


async def queue(conn: AsyncConnection, tenant: str, action_id: str, start: bytes, now: datetime) -> bool:
    """Put an action behind those ahead of it; False when it has begun or ended."""
    named = {"tenant": tenant, "action_id": action_id, "start": start, "now": now}
    return (await conn.execute(QUEUE, named)).rowcount == 1


async def begin(conn: AsyncConnection, tenant: str, action_id: str, now: datetime) -> bool:
    """Let an action hold its lane; False when it has begun or ended."""
    named = {"tenant": tenant, "action_id": action_id, "now": now}
    return (await conn.execute(BEGIN, named)).rowcount == 1


async def queued(conn: AsyncConnection, tenant: str, lane: bytes) -> list[QueuedRow]:
    """Return what waits in a lane, in order."""
    async with conn.cursor(row_factory=class_row(QueuedRow)) as cursor:
        return await (await cursor.execute(QUEUED, [tenant, lane])).fetchall()


async def unanswered(
    conn: AsyncConnection, tenant: str, *, settled: datetime, old: datetime
) -> list[tuple[str, str, bool]]:
    """Return actions whose question nobody can answer any more: id, conversation, whether it had begun."""
    named = {"tenant": tenant, "settled": settled, "old": old}
    return await (await conn.execute(UNANSWERED, named)).fetchall()
