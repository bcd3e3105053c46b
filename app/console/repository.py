"""The console's lists: one statement each, whatever their length."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from psycopg import AsyncConnection
from psycopg.rows import class_row

# A page of ids first, by an index; what is shown beside them is joined to the page only.
_SHOWN = """select c.conversation_id, c.customer_id, c.status, c.channel, p.profile, p.tier, p.language,
    c.preview, c.preview_at, c.preview_sender, c.reasons, c.flags, c.urgency::float8, c.sentiment::float8,
    c.priority,
    c.owner_id, u.name as owner_name, c.waiting_since, c.sla_due_at, c.verified, c.updated_at,
    (select count(*)::int from approvals a where a.tenant_id = c.tenant_id
       and a.conversation_id = c.conversation_id and a.status = 'pending') as approvals_pending,
    array(select tag from conversation_tags t where t.tenant_id = c.tenant_id
       and t.conversation_id = c.conversation_id order by tag) as tags,
    (select z.until from snoozes z where z.tenant_id = c.tenant_id
       and z.conversation_id = c.conversation_id) as snoozed_until,
    (select count(*)::int from (select from entries e where e.tenant_id = c.tenant_id
       and e.conversation_id = c.conversation_id and e.sender = 'customer' and e.kind = 'message'
       and e.entry_no > coalesce((select r.entry_no from read_marks r where r.tenant_id = c.tenant_id
         and r.agent_id = %(viewer)s and r.conversation_id = c.conversation_id), 0)
       limit 99) as new) as unread
  from page c
  join customers p on p.tenant_id = c.tenant_id and p.customer_id = c.customer_id
  left join users u on u.tenant_id = c.tenant_id and u.user_id = c.owner_id"""

_WHERE = """where c.tenant_id = %(tenant)s and c.status = any(%(statuses)s)
    and (%(owner)s::text is null or c.owner_id = %(owner)s)
    and (not %(approvals)s or c.conversation_id in (
      select conversation_id from approvals where tenant_id = %(tenant)s and status = 'pending'))
    and (%(seen_by)s::text is null or c.owner_id is null or c.owner_id = %(seen_by)s or exists (
      select from mentions m where m.tenant_id = c.tenant_id and m.conversation_id = c.conversation_id
        and m.agent_id = %(seen_by)s))
    and (not %(named)s or c.conversation_id in (
      select conversation_id from mentions where tenant_id = %(tenant)s and agent_id = %(viewer)s
        and seen_at is null))
    and (%(snoozed)s::boolean is null or %(snoozed)s = exists (
      select from snoozes z where z.tenant_id = c.tenant_id and z.conversation_id = c.conversation_id
        and z.until > %(now)s and not (c.preview_sender = 'customer' and c.preview_at > z.snoozed_at)))"""

BY_TIME = f"""with page as (select c.* from conversations c {_WHERE}
    and (%(at)s::timestamptz is null or (c.updated_at, c.conversation_id) < (%(at)s, %(id)s))
    order by c.updated_at desc, c.conversation_id desc limit %(limit)s)
  {_SHOWN} order by c.updated_at desc, c.conversation_id desc"""  # noqa: S608 (constants only)

BY_URGENCY = f"""with page as (select c.* from conversations c {_WHERE}
    and (%(at)s::timestamptz is null
      or (-c.urgency::float8, coalesce(c.waiting_since, c.updated_at), c.conversation_id)
         > (%(urgency)s, %(at)s, %(id)s))
    order by -c.urgency::float8, coalesce(c.waiting_since, c.updated_at), c.conversation_id limit %(limit)s)
  {_SHOWN} order by -c.urgency::float8, coalesce(c.waiting_since, c.updated_at), c.conversation_id"""  # noqa: S608

BY_IDS = f"""with page as (select c.* from conversations c
    where c.tenant_id = %(tenant)s and c.conversation_id = any(%(ids)s))
  {_SHOWN}"""  # noqa: S608

COUNT = f"select count(*)::int from conversations c {_WHERE}"  # noqa: S608

STATE = """select c.updated_at, c.urgency::float8, c.sentiment::float8, c.owner_id, u.name as owner_name,
    array(select tag from conversation_tags t where t.tenant_id = c.tenant_id
      and t.conversation_id = c.conversation_id order by tag) as tags,
    (select until from snoozes z where z.tenant_id = c.tenant_id
      and z.conversation_id = c.conversation_id) as snoozed_until
  from conversations c left join users u on u.tenant_id = c.tenant_id and u.user_id = c.owner_id
  where c.tenant_id = %s and c.conversation_id = %s"""

TURN = """select thread_id, seq, why, committed_at, ms::float8, cpu_ms::float8, book_version, trace from turns
  where tenant_id = %s and conversation_id = %s and thread_id = %s and seq = %s"""

CUSTOMER = """select customer_id, profile, tier, language from customers
  where tenant_id = %s and (customer_id = %s or external_index = %s) limit 1"""

# Threads first, as everywhere; what a worker holds, or what waits for something, is left open.
ARCHIVE_IDLE = """with free as (
    select t.conversation_id from threads t
    join conversations c on c.tenant_id = t.tenant_id and c.conversation_id = t.conversation_id
    where c.tenant_id = %(tenant)s and c.customer_id = %(customer)s and c.channel = %(channel)s
      and c.status = any(%(statuses)s) and t.thread_id = t.conversation_id
    for update of t skip locked)
  update conversations c set status = 'archived', status_since = %(now)s, updated_at = %(now)s
  from free where c.tenant_id = %(tenant)s and c.conversation_id = free.conversation_id
    and c.status = any(%(statuses)s) and not exists (
      select 1 from threads t where t.tenant_id = c.tenant_id and t.conversation_id = c.conversation_id
        and (t.head_due_at is not null or t.lease_until is not null))
    and not exists (
      select 1 from actions a where a.tenant_id = c.tenant_id and a.conversation_id = c.conversation_id
        and (a.status in ('proposed', 'queued', 'approving', 'running', 'unknown')
          or (a.status = 'confirming' and a.began_at is not null)))"""


@dataclass(frozen=True, kw_only=True)
class StoredRow:
    """A conversation in a list, sealed."""

    conversation_id: str
    customer_id: str
    status: str
    channel: str
    profile: bytes
    tier: str
    language: str
    preview: bytes | None
    preview_at: datetime | None
    preview_sender: str | None
    reasons: Sequence[str]
    flags: Sequence[str]
    urgency: float
    sentiment: float
    priority: str
    owner_id: str | None
    owner_name: str | None
    waiting_since: datetime | None
    sla_due_at: datetime | None
    verified: bool
    updated_at: datetime
    approvals_pending: int
    tags: Sequence[str]
    snoozed_until: datetime | None
    unread: int


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where a page of a list ended."""

    at: datetime
    conversation_id: str
    urgency: float = 0.0


@dataclass(frozen=True, kw_only=True)
class Filter:
    """Which conversations a list shows, and in which order."""

    statuses: Sequence[str]
    owner_id: str | None = None
    with_approvals: bool = False
    by_urgency: bool = False
    viewer: str | None = None
    """For whom lines count as unread."""
    naming_viewer: bool = False
    snoozed: bool | None = None
    """True: only what is put aside; False: all but that; None: it does not matter."""
    seen_by: str | None = None
    """An agent who sees only what is theirs or nobody's."""


@dataclass(frozen=True, kw_only=True)
class State:
    """What changes most in a conversation."""

    updated_at: datetime
    urgency: float
    sentiment: float
    owner_id: str | None
    owner_name: str | None
    tags: Sequence[str]
    snoozed_until: datetime | None


@dataclass(frozen=True, kw_only=True)
class StoredTurn:
    """A turn with its sealed trace."""

    thread_id: str
    seq: int
    why: str
    committed_at: datetime
    ms: float
    cpu_ms: float
    book_version: str
    trace: bytes


@dataclass(frozen=True, kw_only=True)
class StoredCustomer:
    """A customer with the sealed profile."""

    customer_id: str
    profile: bytes
    tier: str
    language: str


async def rows(
    conn: AsyncConnection, tenant_id: str, wanted: Filter, after: Place | None, limit: int, now: datetime
) -> list[StoredRow]:
    """Read one page of a list of conversations."""
    named = {
        **_named(tenant_id, wanted, now),
        "at": after.at if after else None,
        "id": after.conversation_id if after else None,
        "urgency": after.urgency if after else None,
        "limit": limit,
    }
    cursor = conn.cursor(row_factory=class_row(StoredRow))
    await cursor.execute(BY_URGENCY if wanted.by_urgency else BY_TIME, named)
    return await cursor.fetchall()


async def count(conn: AsyncConnection, tenant_id: str, wanted: Filter, now: datetime) -> int:
    """Count the conversations of a list, on all its pages."""
    row = await (await conn.execute(COUNT, _named(tenant_id, wanted, now))).fetchone()
    assert row is not None
    return int(row[0])


async def rows_of(
    conn: AsyncConnection, tenant_id: str, conversation_ids: Sequence[str], viewer: str | None
) -> list[StoredRow]:
    """Read these conversations as a list shows them, in no order."""
    named = {"tenant": tenant_id, "ids": list(conversation_ids), "viewer": viewer}
    cursor = conn.cursor(row_factory=class_row(StoredRow))
    await cursor.execute(BY_IDS, named)
    return await cursor.fetchall()


def _named(tenant_id: str, wanted: Filter, now: datetime) -> dict[str, Any]:
    return {
        "tenant": tenant_id,
        "statuses": list(wanted.statuses),
        "owner": wanted.owner_id,
        "approvals": wanted.with_approvals,
        "viewer": wanted.viewer,
        "named": wanted.naming_viewer,
        "snoozed": wanted.snoozed,
        "seen_by": wanted.seen_by,
        "now": now,
    }


async def state_of(conn: AsyncConnection, tenant_id: str, conversation_id: str) -> State | None:
    """Read what changes most in a conversation."""
    cursor = conn.cursor(row_factory=class_row(State))
    await cursor.execute(STATE, [tenant_id, conversation_id])
    return await cursor.fetchone()


async def turn(
    conn: AsyncConnection, tenant_id: str, conversation_id: str, thread_id: str, seq: int
) -> StoredTurn | None:
    """Read one turn of a conversation or of one of its actions."""
    cursor = conn.cursor(row_factory=class_row(StoredTurn))
    await cursor.execute(TURN, [tenant_id, conversation_id, thread_id, seq])
    return await cursor.fetchone()


async def customer(
    conn: AsyncConnection, tenant_id: str, customer_id: str, external_index: bytes
) -> StoredCustomer | None:
    """Find a customer by our id or by the company's own."""
    cursor = conn.cursor(row_factory=class_row(StoredCustomer))
    await cursor.execute(CUSTOMER, [tenant_id, customer_id, external_index])
    return await cursor.fetchone()


async def archive_idle(
    conn: AsyncConnection,
    tenant_id: str,
    customer_id: str,
    channel: str,
    statuses: Sequence[str],
    now: datetime,
) -> int:
    """Archive a customer's conversations on a channel in which nothing is under way; returns how many."""
    asked = {
        "tenant": tenant_id,
        "customer": customer_id,
        "channel": channel,
        "statuses": statuses,
        "now": now,
    }
    return (await conn.execute(ARCHIVE_IDLE, asked)).rowcount
