"""The queue as people see it: one statement a page, whatever its length."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from psycopg import AsyncConnection
from psycopg.rows import class_row

# The same order as `matching.in_order`; a test holds the two together.
LINE = """with line as (
    select h.handoff_id, h.skills, h.group_name, h.to_group, h.prefers, h.offered_to, h.offered_at, h.passed,
      h.requested_at, c.conversation_id, c.customer_id, c.channel, c.preview, c.reasons, c.priority,
      c.sentiment, c.sla_due_at, coalesce(c.waiting_since, h.requested_at) as waiting_since, p.tier,
      p.language, p.profile,
      case when c.priority = 'urgent' then greatest(c.urgency::float8, %(urgent)s)
        else c.urgency::float8 end as urgency,
      greatest(0, extract(epoch from %(now)s - c.sla_due_at)) / (
        (%(minutes)s::jsonb ->> c.priority)::float8 * 60
        * coalesce((%(shares)s::jsonb ->> p.tier)::float8, 1)) as overdue,
      not p.tier = any(%(vips)s) as common
    from handoffs h
    join conversations c on c.tenant_id = h.tenant_id and c.conversation_id = h.conversation_id
    join customers p on p.tenant_id = c.tenant_id and p.customer_id = c.customer_id
    where h.tenant_id = %(tenant)s and h.status = 'queued' and c.status = 'escalating'
      and c.owner_id is null),
  placed as (
    select line.*,
      row_number() over (order by -(urgency + coalesce(overdue, 0)), common, requested_at, conversation_id)
        as position,
      row_number() over (partition by group_name
        order by -(urgency + coalesce(overdue, 0)), common, requested_at, conversation_id) as place,
      count(*) over () as total,
      avg(extract(epoch from %(now)s - waiting_since)) over () as average_s,
      count(*) filter (where priority = 'urgent') over () as urgent,
      count(*) filter (where priority = 'high') over () as high,
      count(*) filter (where sla_due_at < %(now)s) over () as late
    from line)
  select l.conversation_id, l.handoff_id, l.customer_id, l.skills, l.group_name, l.to_group, l.prefers,
    l.offered_to, l.offered_at, l.passed, l.requested_at, l.channel, l.preview, l.reasons, l.priority,
    l.sentiment::float8, l.sla_due_at, l.waiting_since, l.tier, l.language, l.profile, l.urgency,
    l.position, l.place, l.total, l.average_s::float8, l.urgent, l.high, l.late, u.name as offered_name
  from placed l left join users u on u.tenant_id = %(tenant)s and u.user_id = l.offered_to
  where l.position > %(after)s order by l.position limit %(limit)s"""

# What was promised since a person was called, and when it was kept; an agent's line answers all before it.
PROMISES = """select h.requested_at, c.priority, p.tier, h.group_name, c.status,
    (select min(e.created_at) from entries e where e.tenant_id = h.tenant_id
      and e.conversation_id = h.conversation_id and e.sender = 'agent' and e.kind = 'message'
      and e.created_at >= h.requested_at) as first_reply_at,
    (select min(e.created_at) from entries e where e.tenant_id = h.tenant_id
      and e.conversation_id = h.conversation_id and e.sender = 'customer' and e.kind = 'message'
      and e.entry_no > coalesce((select max(a.entry_no) from entries a where a.tenant_id = h.tenant_id
        and a.conversation_id = h.conversation_id and a.sender = 'agent' and a.kind = 'message'), 0))
      as unanswered_since,
    h.closed_at,
    array(select t.at from conversation_transitions t where t.tenant_id = h.tenant_id
      and t.conversation_id = h.conversation_id and t.to_status = 'waiting' and t.from_status <> 'waiting'
      and t.at >= h.requested_at order by t.transition_id) as paused_at,
    array(select t.at from conversation_transitions t where t.tenant_id = h.tenant_id
      and t.conversation_id = h.conversation_id and t.from_status = 'waiting' and t.to_status <> 'waiting'
      and t.at >= h.requested_at order by t.transition_id) as resumed_at
  from handoffs h
  join conversations c on c.tenant_id = h.tenant_id and c.conversation_id = h.conversation_id
  join customers p on p.tenant_id = c.tenant_id and p.customer_id = c.customer_id
  where h.tenant_id = %s and h.conversation_id = %s order by h.requested_at desc limit 1"""


@dataclass(frozen=True, kw_only=True)
class LineRow:
    """A conversation in the queue, sealed, with the whole queue's sums beside it."""

    conversation_id: str
    handoff_id: str
    customer_id: str
    skills: Sequence[str]
    group_name: str | None
    to_group: str | None
    prefers: str | None
    offered_to: str | None
    offered_name: str | None
    offered_at: datetime | None
    passed: Sequence[str]
    requested_at: datetime
    channel: str
    preview: bytes | None
    reasons: Sequence[str]
    priority: str
    sentiment: float
    sla_due_at: datetime | None
    waiting_since: datetime
    tier: str
    language: str
    profile: bytes
    urgency: float
    position: int
    place: int
    """Among those who wait in the same group."""
    total: int
    average_s: float
    urgent: int
    high: int
    late: int


@dataclass(frozen=True, kw_only=True)
class PromisesRow:
    """What a handed-over conversation was promised, and what happened."""

    requested_at: datetime
    priority: str
    tier: str
    group_name: str | None
    status: str
    first_reply_at: datetime | None
    unanswered_since: datetime | None
    closed_at: datetime | None
    paused_at: Sequence[datetime]
    resumed_at: Sequence[datetime]


async def line(conn: AsyncConnection, values: Mapping[str, Any]) -> list[LineRow]:
    """Read a page of the queue in its order."""
    async with conn.cursor(row_factory=class_row(LineRow)) as cursor:
        return await (await cursor.execute(LINE, values)).fetchall()


async def promises(conn: AsyncConnection, tenant_id: str, conversation_id: str) -> PromisesRow | None:
    """Read what the newest handoff of a conversation was promised."""
    async with conn.cursor(row_factory=class_row(PromisesRow)) as cursor:
        return await (await cursor.execute(PROMISES, [tenant_id, conversation_id])).fetchone()
