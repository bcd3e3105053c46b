"""The SQL of ratings and of asking for them; the connection comes in."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from psycopg import AsyncConnection
from psycopg.rows import class_row

ADD = """
insert into feedback (tenant_id, feedback_id, key, conversation_id, rating, comment)
values (%(tenant)s, %(id)s, %(key)s, %(conversation)s, %(rating)s, %(comment)s)
on conflict (tenant_id, key) do nothing
"""
UNDER = "select feedback_id, rating, comment from feedback where tenant_id = %s and key = %s"
SINCE = """
select count(*), avg(rating)::float8, count(*) filter (where rating <= 2)
  from feedback where tenant_id = %s and created_at >= %s
"""


class Row(NamedTuple):
    """One rating as it is stored; `comment` is sealed."""

    feedback_id: str
    rating: int
    comment: bytes | None


async def add(conn: AsyncConnection, values: Mapping[str, Any]) -> None:
    """Keep a rating, unless its key kept one already."""
    await conn.execute(ADD, values)


async def under(conn: AsyncConnection, tenant_id: str, key: str) -> Row | None:
    """The rating that a key kept."""
    async with conn.cursor(row_factory=class_row(Row)) as cursor:
        return await (await cursor.execute(UNDER, [tenant_id, key])).fetchone()


async def since(conn: AsyncConnection, tenant_id: str, moment: datetime) -> tuple[int, float | None, int]:
    """How many ratings there were, their mean, and how many were a 1 or a 2."""
    row = await (await conn.execute(SINCE, [tenant_id, moment])).fetchone()
    assert row is not None
    return int(row[0]), row[1], int(row[2])


# Resolved by an agent; or quiet since the customer thanked or said goodbye, with nothing left to wait for.
OVER = """select c.conversation_id, c.customer_id, c.channel, p.language,
    case when c.status = 'resolved' then c.status_since else e.created_at end as resolved_at
  from conversations c
  join customers p on p.tenant_id = c.tenant_id and p.customer_id = c.customer_id
  left join lateral (select intent, created_at from entries where tenant_id = c.tenant_id
    and conversation_id = c.conversation_id and sender = 'customer' order by entry_no desc limit 1) e on true
  where c.tenant_id = %(tenant)s and c.updated_at >= %(since)s
    and ((c.status = 'resolved' and c.status_since between %(since)s and %(until)s)
      or (c.status = 'active' and e.intent in ('thanks', 'goodbye')
        and e.created_at between %(since)s and %(until)s))
    and not exists (select from actions a where a.tenant_id = c.tenant_id
      and a.conversation_id = c.conversation_id
      and a.status in ('proposed', 'confirming', 'queued', 'approving', 'running', 'unknown'))
    and not exists (select from feedback f where f.tenant_id = c.tenant_id
      and f.conversation_id = c.conversation_id)
    and not exists (select from surveys s join conversations o on o.tenant_id = s.tenant_id
        and o.conversation_id = s.conversation_id
      where s.tenant_id = c.tenant_id and o.customer_id = c.customer_id and s.asked_at >= %(asked_since)s)
  order by resolved_at limit 50"""

# Held until the end of the transaction: two engines ask one customer once, whichever conversation ended.
HOLD_CUSTOMER = "select pg_advisory_xact_lock(hashtextextended(%s || ':survey:' || %s, 7))"

ASKED = """insert into surveys (tenant_id, conversation_id, resolved_at, asked_at)
  select %(tenant)s, %(conversation)s, %(resolved_at)s, %(now)s
  where not exists (select from surveys s join conversations o on o.tenant_id = s.tenant_id
      and o.conversation_id = s.conversation_id
    where s.tenant_id = %(tenant)s and o.customer_id = %(customer)s and s.asked_at >= %(resolved_at)s)
  on conflict do nothing"""


@dataclass(frozen=True, kw_only=True)
class Times:
    """When conversations ended that are asked about, and since when nobody was asked."""

    since: datetime
    until: datetime
    asked_since: datetime


@dataclass(frozen=True, kw_only=True)
class Over:
    """A conversation that is over."""

    conversation_id: str
    customer_id: str
    channel: str
    language: str
    resolved_at: datetime


async def over(conn: AsyncConnection, tenant_id: str, times: Times) -> list[Over]:
    """Read the conversations that are over and were not asked about."""
    named = {
        "tenant": tenant_id,
        "since": times.since,
        "until": times.until,
        "asked_since": times.asked_since,
    }
    async with conn.cursor(row_factory=class_row(Over)) as cursor:
        return await (await cursor.execute(OVER, named)).fetchall()


async def asked(conn: AsyncConnection, tenant_id: str, one: Over, now: datetime) -> bool:
    """Write down that a customer is asked; False when somebody has asked since."""
    await conn.execute(HOLD_CUSTOMER, [tenant_id, one.customer_id])
    named = {
        "tenant": tenant_id,
        "conversation": one.conversation_id,
        "customer": one.customer_id,
        "resolved_at": one.resolved_at,
        "now": now,
    }
    return (await conn.execute(ASKED, named)).rowcount == 1
