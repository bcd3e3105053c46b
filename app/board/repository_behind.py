"""The conversations behind a figure of the board."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from psycopg import AsyncConnection

from app.board.repository import OPEN_STATUSES

_OPEN = "c.status = any(%(open)s)"
_HELD_BY_PERSON = "c.status in ('assigned', 'human_handling', 'waiting')"
_BEGUN = "c.started_at >= %(since)s"
_HANDOFF = """exists (select from handoffs h where h.tenant_id = c.tenant_id
  and h.conversation_id = c.conversation_id {more})"""
_ANY_HANDOFF = _HANDOFF.format(more="")
_MET = "and h.requested_at >= %(since)s and h.assigned_at <= h.sla_due_at"
_MISSED = """and h.requested_at >= %(since)s and (h.assigned_at > h.sla_due_at
  or (h.status = 'queued' and h.sla_due_at < %(now)s))"""
_QUARTER = """and h.requested_at >= %(at)s and h.requested_at < %(at)s + interval '15 minutes'"""
_KIND = "and h.requested_at >= %(since)s and split_part(h.reason, ':', 1) = %(value)s"

FIGURES: Mapping[str, str] = {
    "active": _OPEN,
    "assistant": "c.status = 'active'",
    "person": _HELD_BY_PERSON,
    "waiting": "c.status = 'escalating'",
    "late": "c.status = 'escalating' and c.sla_due_at < %(now)s",
    "approvals": """exists (select from approvals a where a.tenant_id = c.tenant_id
      and a.conversation_id = c.conversation_id and a.status = 'pending')""",
    "urgency": f"{_OPEN} and least(10, greatest(1, round(c.urgency::numeric))) = %(number)s",
    "agent": f"{_HELD_BY_PERSON} and c.owner_id = %(value)s",
    "begun": _BEGUN,
    "contained": f"{_BEGUN} and not {_ANY_HANDOFF}",
    "handed_over": f"{_BEGUN} and {_ANY_HANDOFF}",
    "channel": f"{_BEGUN} and c.channel = %(value)s",
    "day": "c.started_at >= %(at)s and c.started_at < %(at)s + interval '1 day'",
    "sla_met": _HANDOFF.format(more=_MET),
    "sla_missed": _HANDOFF.format(more=_MISSED),
    "quarter": _HANDOFF.format(more=_QUARTER),
    "reason": _HANDOFF.format(more=_KIND),
    "mood": """exists (select from entries e where e.tenant_id = c.tenant_id
      and e.conversation_id = c.conversation_id and e.sender = 'customer' and e.sentiment is not null
      and e.created_at >= %(at)s and e.created_at < %(at)s + %(width)s)""",
    "slow": f"""{_BEGUN} and exists (select from inbox i where i.tenant_id = c.tenant_id
      and i.thread_id = c.conversation_id and i.seq = 1 and i.why = 'message' and i.state = 'done'
      and i.done_at - i.accepted_at > interval '2 seconds')""",
}
"""What each figure is made of; the names are the API's."""

BEHIND = """select c.conversation_id from conversations c where c.tenant_id = %(tenant)s and {condition}
  and (%(after_at)s::timestamptz is null or (c.updated_at, c.conversation_id) < (%(after_at)s, %(after_id)s))
  order by c.updated_at desc, c.conversation_id desc limit %(limit)s"""

COUNT = "select count(*)::int from conversations c where c.tenant_id = %(tenant)s and {condition}"

MARK_VIP = """update customers set vip_tier = %(tier)s, vip_by = %(by)s, vip_at = %(now)s
  where tenant_id = %(tenant)s and customer_id = %(customer)s and vip_tier is distinct from %(tier)s::text"""

RAISE = """update conversations set priority = case priority when 'normal' then 'high' else priority end,
    urgency = least(10, urgency + 2), sla_due_at = least(sla_due_at, %(due)s)
  where tenant_id = %(tenant)s and customer_id = %(customer)s and status = any(%(open)s)
  returning conversation_id"""

VIP = "select vip_tier is not null, tier from customers where tenant_id = %s and customer_id = %s"


@dataclass(frozen=True, kw_only=True)
class Page:
    """Some of the conversations behind a figure, and how many there are in all."""

    ids: Sequence[str]
    total: int


@dataclass(frozen=True, kw_only=True)
class Marked:
    """Whether a customer is marked as important now, and the tier that counts."""

    vip: bool
    tier: str


async def behind(conn: AsyncConnection, figure: str, asked: Mapping[str, Any], limit: int) -> Page:
    """Name the conversations behind a figure, the newest first."""
    condition, named = FIGURES[figure], {**asked, "limit": limit}
    rows = await (await conn.execute(BEHIND.format(condition=condition), named)).fetchall()
    total = await (await conn.execute(COUNT.format(condition=condition), named)).fetchone()
    assert total is not None
    return Page(ids=[str(row[0]) for row in rows], total=int(total[0]))


async def marked(conn: AsyncConnection, tenant_id: str, customer_id: str) -> Marked | None:
    """Say whether a customer is marked, or None when there is no such customer."""
    row = await (await conn.execute(VIP, [tenant_id, customer_id])).fetchone()
    return Marked(vip=row[0], tier=row[1]) if row else None


async def mark(
    conn: AsyncConnection, tenant_id: str, customer_id: str, tier: str | None, by: str, now: datetime
) -> bool:
    """Mark a customer with a tier, or take the mark away; False when it was so already."""
    named = {"tenant": tenant_id, "customer": customer_id, "tier": tier, "by": by, "now": now}
    return (await conn.execute(MARK_VIP, named)).rowcount == 1


async def raise_open(conn: AsyncConnection, tenant_id: str, customer_id: str, due: datetime) -> Sequence[str]:
    """Let the customer's open conversations count for more; returns which."""
    named = {"tenant": tenant_id, "customer": customer_id, "due": due, "open": list(OPEN_STATUSES)}
    return [str(row[0]) for row in await (await conn.execute(RAISE, named)).fetchall()]
