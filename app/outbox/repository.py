"""The SQL of the outbox. The connection is bound to the tenant by whoever passes it in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from psycopg import AsyncConnection
from psycopg.rows import class_row

PUSH = "select push_channels(%s::text[])"
# Lines that were said on a channel just before it was known that somebody writes to it.
CATCH_UP = """insert into outbox (tenant_id, conversation_id, entry_no, channel, due_at, created_at)
  select e.tenant_id, e.conversation_id, e.entry_no, e.channel, %(now)s, %(now)s
  from conversations c join entries e
    on e.tenant_id = c.tenant_id and e.conversation_id = c.conversation_id and e.direction = 'outbound'
  where c.tenant_id = %(tenant)s and c.updated_at > %(since)s
    and c.status in ('active', 'escalating', 'assigned', 'human_handling', 'waiting', 'resolved')
    and e.channel = any(%(channels)s::text[]) and e.created_at > %(since)s
  on conflict (tenant_id, conversation_id, entry_no, channel) do nothing"""
DUE = "select tenant_id, channel, lines from tenants_with_outbox(%s::text[], %s)"

# Only the first waiting line of a conversation on a channel is taken, by one engine until its lease ends.
TAKE = """update outbox o
  set lease_until = %(until)s, taken = o.taken + 1, tried_at = %(now)s
  from (select w.outbox_id from outbox w
        where w.tenant_id = %(tenant)s and w.channel = %(channel)s and w.state = 'waiting'
          and w.due_at <= %(now)s and (w.lease_until is null or w.lease_until <= %(now)s)
          and not exists (select from outbox b
            where b.tenant_id = w.tenant_id and b.conversation_id = w.conversation_id
              and b.channel = w.channel and b.state = 'waiting' and b.entry_no < w.entry_no)
        order by w.due_at, w.outbox_id limit %(most)s for update skip locked) due
  where o.outbox_id = due.outbox_id
  returning o.outbox_id, o.conversation_id, o.entry_no, o.channel, o.attempts, o.parts, o.taken,
    o.created_at"""

# Whoever lost the lease to somebody else changes nothing.
SETTLE = """update outbox set state = %(state)s, attempts = %(attempts)s, parts = %(parts)s,
    due_at = coalesce(%(due)s, due_at), lease_until = %(until)s, error = %(error)s,
    sent_at = case when %(state)s = 'sent' then %(now)s else sent_at end
  where tenant_id = %(tenant)s and outbox_id = %(outbox_id)s and taken = %(taken)s
    and state = 'waiting'"""
ADD_PART = """insert into outbox_parts (tenant_id, outbox_id, part, provider_index, at)
  values (%(tenant)s, %(outbox_id)s, %(part)s, %(index)s, %(now)s)
  on conflict (outbox_id, part) do update set provider_index = excluded.provider_index, state = 'sent'"""

# The address by which they wrote last in this conversation, else one of theirs on the channel.
ADDRESS = """select i.address_index, i.address, p.language, p.customer_id, last.message_id
  from conversations c
  join customers p on p.tenant_id = c.tenant_id and p.customer_id = c.customer_id
  left join lateral (select x.channel_message_id as message_id from inbox x
      where x.tenant_id = c.tenant_id and x.thread_id = c.conversation_id and x.channel = %(channel)s
        and x.channel_message_id is not null order by x.seq desc limit 1) last on true
  left join lateral (select a.address_index, a.address from identities a
      where a.tenant_id = c.tenant_id and a.channel = %(channel)s and a.customer_id = c.customer_id
        and (a.verified or not %(verified)s
             or left(encode(a.address_index, 'hex'), 16) = split_part(last.message_id, ':', 1))
      order by (left(encode(a.address_index, 'hex'), 16) = split_part(last.message_id, ':', 1))
        desc nulls last, a.verified desc, a.created_at desc limit 1) i on true
  where c.tenant_id = %(tenant)s and c.conversation_id = %(conversation)s"""

STAND_IN = """insert into outbox (tenant_id, conversation_id, entry_no, channel, due_at, created_at,
    stands_for)
  values (%(tenant)s, %(conversation)s, %(entry_no)s, %(channel)s, %(now)s, %(now)s, %(stands_for)s)
  on conflict (tenant_id, conversation_id, entry_no, channel) do nothing"""

STANDS_FOR = """select stands_for from outbox
  where tenant_id = %s and conversation_id = %s and entry_no = %s and channel = %s"""

LOCK_REPORT = "select pg_advisory_xact_lock(hashtextextended(%s, 31))"
PART_OF = """select p.outbox_id, p.state, o.conversation_id, o.entry_no, o.channel, o.state as line_state
  from outbox_parts p join outbox o on o.outbox_id = p.outbox_id
  where p.tenant_id = %s and p.provider_index = %s order by p.outbox_id desc limit 1"""
REPORTED = """update outbox_parts set state = %s, at = %s
  where tenant_id = %s and provider_index = %s"""
TOO_EARLY = """insert into outbox_early (tenant_id, provider_index, state, error, at)
  values (%(tenant)s, %(index)s, %(state)s, %(error)s, %(now)s)
  on conflict (tenant_id, provider_index) do update
    set state = excluded.state, error = excluded.error, at = excluded.at
    where outbox_early.state <> 'failed' and outbox_early.state <> 'read'"""
TAKE_EARLY = "delete from outbox_early where tenant_id = %s and provider_index = %s returning state, error"

# A line is where the last of its messages is.
RECOUNT = """update outbox o set state = s.state,
    delivered_at = case when s.state <> 'sent' then coalesce(o.delivered_at, %(now)s)
                        else o.delivered_at end
  from (select case when bool_or(p.state = 'sent') then 'sent'
                    when bool_or(p.state = 'delivered') then 'delivered' else 'read' end as state
        from outbox_parts p where p.tenant_id = %(tenant)s and p.outbox_id = %(outbox_id)s
        having count(*) > 0) s
  where o.tenant_id = %(tenant)s and o.outbox_id = %(outbox_id)s and o.state in ('sent', 'delivered')
    and o.state <> s.state
  returning o.state"""
BURY = """update outbox set state = 'dead', error = %(error)s, tried_at = %(now)s, lease_until = null
  where tenant_id = %(tenant)s and outbox_id = %(outbox_id)s and state in ('waiting', 'sent')"""

LATE = """select outbox_id, conversation_id, entry_no, channel, attempts, parts, taken, created_at
  from outbox
  where tenant_id = %(tenant)s and channel = %(channel)s and state = 'waiting' and created_at <= %(before)s
    and due_at <= %(now)s and (lease_until is null or lease_until <= %(now)s)
  order by outbox_id limit %(most)s for update skip locked"""
PUT_OFF = """update outbox set due_at = %(due)s
  where tenant_id = %(tenant)s and outbox_id = %(outbox_id)s and state = 'waiting'"""
DEAD = """select outbox_id, conversation_id, entry_no, channel, error, attempts, tried_at from outbox
  where tenant_id = %s and state = 'dead' order by tried_at desc limit %s"""
# Of open conversations, and only what no other channel carries or carried in its place.
STUCK = """select o.outbox_id, o.conversation_id, o.entry_no, o.channel, o.error, o.attempts, o.tried_at
  from outbox o join conversations c on c.tenant_id = o.tenant_id and c.conversation_id = o.conversation_id
  where o.tenant_id = %s and o.state = 'dead' and c.status not in ('resolved', 'archived')
    and not exists (select from outbox i where i.tenant_id = o.tenant_id
      and i.conversation_id = o.conversation_id and i.entry_no = o.entry_no and i.state <> 'dead')
    and not exists (select from outbox l where l.tenant_id = o.tenant_id
      and l.conversation_id = o.conversation_id and l.entry_no = o.entry_no
      and l.state = 'dead' and l.outbox_id < o.outbox_id)
  order by o.tried_at desc limit %s"""
AGAIN = """update outbox set state = 'waiting', attempts = 0, due_at = %(now)s, lease_until = null,
    error = null, created_at = %(now)s
  where tenant_id = %(tenant)s and outbox_id = %(outbox_id)s and state = 'dead' returning conversation_id"""
PRUNE = "delete from outbox where tenant_id = %s and state <> 'waiting' and created_at < %s"
PRUNE_EARLY = "delete from outbox_early where tenant_id = %s and at < %s"

# Of what was said since the customer last wrote, their number means a choice.
OFFERED = """select c.conversation_id, coalesce((
      select max(e.entry_no) from entries e where e.tenant_id = c.tenant_id
        and e.conversation_id = c.conversation_id and e.direction = 'inbound'), 0)
  from conversations c
  where c.tenant_id = %(tenant)s and c.status <> 'archived'
    and (c.conversation_id = %(conversation)s or (%(conversation)s::text is null and c.customer_id = (
      select i.customer_id from identities i
      where i.tenant_id = %(tenant)s and i.channel = %(channel)s and i.address_index = %(index)s)))
  order by c.updated_at desc limit 1"""


@dataclass(frozen=True, kw_only=True)
class Taken:
    """A line that this engine carries now."""

    outbox_id: int
    conversation_id: str
    entry_no: int
    channel: str
    attempts: int
    parts: int
    taken: int
    created_at: datetime


@dataclass(frozen=True, kw_only=True)
class AddressRow:
    """Where a conversation's customer is written to."""

    address_index: bytes | None
    address: bytes | None
    language: str
    customer_id: str
    message_id: str | None


@dataclass(frozen=True, kw_only=True)
class PartRow:
    """A message that a provider reports on, with its line."""

    outbox_id: int
    state: str
    conversation_id: str
    entry_no: int
    channel: str
    line_state: str


@dataclass(frozen=True, kw_only=True)
class DeadRow:
    """A line that was set aside."""

    outbox_id: int
    conversation_id: str
    entry_no: int
    channel: str
    error: str | None
    attempts: int
    tried_at: datetime


async def push_channels(conn: AsyncConnection, channels: Sequence[str]) -> None:
    """Have lines of these channels join the outbox from now on, and of no others."""
    await conn.execute(PUSH, [list(channels)])


async def due(conn: AsyncConnection, channels: Sequence[str], now: datetime) -> list[tuple[str, str, int]]:
    """Name tenants and channels that have something to carry, and about how many lines."""
    return await (await conn.execute(DUE, [list(channels), now])).fetchall()


async def take(
    conn: AsyncConnection, tenant_id: str, channel: str, now: datetime, until: datetime, most: int
) -> list[Taken]:
    """Take the next lines of a channel, for as long as a lease."""
    cursor = conn.cursor(row_factory=class_row(Taken))
    values = {"tenant": tenant_id, "channel": channel, "now": now, "until": until, "most": most}
    return await (await cursor.execute(TAKE, values)).fetchall()


async def address(
    conn: AsyncConnection, tenant_id: str, conversation_id: str, channel: str, *, verified: bool
) -> AddressRow | None:
    """Find where to write; `verified` asks for an address that is proven to be the customer's."""
    cursor = conn.cursor(row_factory=class_row(AddressRow))
    values = {
        "tenant": tenant_id,
        "conversation": conversation_id,
        "channel": channel,
        "verified": verified,
    }
    await cursor.execute(ADDRESS, values)
    return await cursor.fetchone()


async def changed(conn: AsyncConnection, statement: str, values: Mapping[str, Any]) -> bool:
    """Run a change and say whether it found its row."""
    return (await conn.execute(statement.encode(), values)).rowcount > 0


async def part_of(conn: AsyncConnection, tenant_id: str, index: bytes) -> PartRow | None:
    """Find the message that a provider calls so."""
    cursor = conn.cursor(row_factory=class_row(PartRow))
    await cursor.execute(PART_OF, [tenant_id, index])
    return await cursor.fetchone()


async def dead(conn: AsyncConnection, tenant_id: str, limit: int) -> list[DeadRow]:
    """Read the newest lines that were set aside."""
    cursor = conn.cursor(row_factory=class_row(DeadRow))
    await cursor.execute(DEAD, [tenant_id, limit])
    return await cursor.fetchall()


async def stuck(conn: AsyncConnection, tenant_id: str, limit: int) -> list[DeadRow]:
    """Read the newest lines that reached nobody, each on the channel that failed first."""
    cursor = conn.cursor(row_factory=class_row(DeadRow))
    await cursor.execute(STUCK, [tenant_id, limit])
    return await cursor.fetchall()


async def stands_for(
    conn: AsyncConnection, tenant_id: str, conversation_id: str, entry_no: int, channel: str
) -> str | None:
    """Name the channel that failed first, when a line is on its way in that channel's place."""
    found = await conn.execute(STANDS_FOR, [tenant_id, conversation_id, entry_no, channel])
    row = await found.fetchone()
    return row[0] if row else None


async def late(conn: AsyncConnection, values: Mapping[str, Any]) -> list[Taken]:
    """Read lines that have waited for too long."""
    cursor = conn.cursor(row_factory=class_row(Taken))
    return await (await cursor.execute(LATE, values)).fetchall()


async def offered(
    conn: AsyncConnection, tenant_id: str, channel: str, address_index: bytes, conversation_id: str | None
) -> tuple[str, int] | None:
    """Find the conversation that somebody writes in, and after which line of it they were last answered."""
    values = {
        "tenant": tenant_id,
        "channel": channel,
        "index": address_index,
        "conversation": conversation_id,
    }
    return await (await conn.execute(OFFERED, values)).fetchone()
