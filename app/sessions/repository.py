"""The SQL of sittings; the connection comes in, bound to the tenant.

Every statement works on many rows and is safe beside other engines: what one closed is not closed again.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from psycopg import AsyncConnection
from psycopg.rows import class_row

# What is still open belongs to a person or to the company's systems: it is not the customer who is silent.
OPEN_ACTION = """select from actions a where a.tenant_id = c.tenant_id
  and a.conversation_id = c.conversation_id
  and (a.status in ('proposed', 'queued', 'approving', 'running', 'unknown')
    or (a.status = 'confirming' and a.began_at is not null))"""
UNANSWERED = """select from inbox i where i.tenant_id = c.tenant_id
  and i.conversation_id = c.conversation_id and i.state = 'waiting'"""
THEIRS = f"""c.status in ('active', 'human_handling', 'waiting', 'resolved')
  and c.preview_sender is distinct from 'customer'
  and not exists ({OPEN_ACTION}) and not exists ({UNANSWERED})"""

LIFE = """update sessions s
    set seen_at = greatest(s.seen_at, g.seen_at),
      active_at = greatest(s.active_at, g.typed_at),
      warned_at = case when g.typed_at > s.active_at then null else s.warned_at end
  from unnest(%(conversations)s::text[], %(seen)s::timestamptz[], %(typed)s::timestamptz[])
    as g (conversation_id, seen_at, typed_at)
  where s.tenant_id = %(tenant)s and s.conversation_id = g.conversation_id and s.closed_at is null"""

# Nobody reads what was not said: a line beyond the last counts as the last.
READING = """insert into customer_reads as r (tenant_id, conversation_id, entry_no, read_at)
  select c.tenant_id, c.conversation_id, least(g.entry_no, c.last_entry_no), g.read_at
  from unnest(%(conversations)s::text[], %(lines)s::bigint[], %(at)s::timestamptz[])
    as g (conversation_id, entry_no, read_at)
  join conversations c on c.tenant_id = %(tenant)s and c.conversation_id = g.conversation_id
  where c.last_entry_no > 0
  on conflict (tenant_id, conversation_id)
    do update set entry_no = excluded.entry_no, read_at = excluded.read_at
    where r.entry_no < excluded.entry_no"""
READ = "select entry_no, read_at from customer_reads where tenant_id = %s and conversation_id = %s"

# A sitting begins with the first word of the customer behind the end of the one before.
BEGIN = """insert into sessions (tenant_id, conversation_id, session_no, started_at, active_at)
  select c.tenant_id, c.conversation_id, coalesce(l.session_no, 0) + 1, e.first_at,
    greatest(c.preview_at, e.first_at)
  from conversations c
  left join lateral (select s.session_no, s.closed_at, s.last_entry_no from sessions s
    where s.tenant_id = c.tenant_id and s.conversation_id = c.conversation_id
    order by s.session_no desc limit 1) l on true
  cross join lateral (select min(e.created_at) as first_at from entries e
    where e.tenant_id = c.tenant_id and e.conversation_id = c.conversation_id
      and e.entry_no > coalesce(l.last_entry_no, 0) and e.sender = 'customer' and e.kind = 'message') e
  where c.tenant_id = %(tenant)s and c.status = any(%(statuses)s) and c.updated_at >= %(since)s
    and (%(only)s::text is null or c.conversation_id = %(only)s)
    and (l.session_no is null or l.closed_at is not null) and e.first_at is not null
  on conflict do nothing"""

GO_ON = """update sessions s set active_at = c.preview_at, warned_at = null
  from conversations c
  where c.tenant_id = %(tenant)s and c.status = any(%(statuses)s) and c.updated_at >= %(since)s
    and (%(only)s::text is null or c.conversation_id = %(only)s)
    and s.tenant_id = c.tenant_id and s.conversation_id = c.conversation_id and s.closed_at is null
    and c.preview_at > s.active_at"""

SILENT = f"""select s.conversation_id, s.session_no, s.active_at, s.warned_at, c.channel, c.status,
    p.language, c.last_entry_no
  from sessions s
  join conversations c on c.tenant_id = s.tenant_id and c.conversation_id = s.conversation_id
  join customers p on p.tenant_id = c.tenant_id and p.customer_id = c.customer_id
  where s.tenant_id = %(tenant)s and s.closed_at is null and s.active_at <= %(until)s
    and (s.active_at <= %(close_until)s or (s.warned_at is null and c.channel = any(%(tell_on)s)
      and c.status <> 'resolved' and coalesce(c.intent, '') <> all(%(over)s)))
    and (c.status = 'archived' or ({THEIRS}))
  order by s.active_at limit %(most)s"""  # noqa: S608

WARN = """update sessions set warned_at = %(now)s
  where tenant_id = %(tenant)s and conversation_id = %(conversation)s and session_no = %(session_no)s
    and closed_at is null and warned_at is null and active_at = %(active_at)s"""

# What came in meanwhile, spoken or still on its way, keeps the sitting open.
CLOSE = f"""update sessions s set closed_at = %(ended_at)s, last_entry_no = c.last_entry_no
  from conversations c
  where s.tenant_id = %(tenant)s and s.conversation_id = %(conversation)s and s.session_no = %(session_no)s
    and s.closed_at is null and s.active_at = %(active_at)s
    and c.tenant_id = s.tenant_id and c.conversation_id = s.conversation_id
    and coalesce(c.preview_at, s.active_at) <= s.active_at
    and (c.status = 'archived' or not exists ({UNANSWERED}))"""  # noqa: S608

AS_BEFORE = """update conversations set updated_at = %(updated_at)s
  where tenant_id = %(tenant)s and conversation_id = %(conversation)s"""
UPDATED = "select updated_at from conversations where tenant_id = %s and conversation_id = %s"

# Threads first, as everywhere; what a worker holds, or what waits for something, is left open.
NOTHING_LEFT = f"""c.status = any(%(statuses)s) and c.updated_at <= %(until)s
  and not exists ({OPEN_ACTION}) and not exists ({UNANSWERED})
  and not exists (select from follow_ups f where f.tenant_id = c.tenant_id
    and f.conversation_id = c.conversation_id and f.state = 'scheduled')"""
FREE = f"""select t.thread_id from conversations c
  join threads t on t.tenant_id = c.tenant_id and t.thread_id = c.conversation_id
  where c.tenant_id = %(tenant)s and {NOTHING_LEFT}
  order by c.updated_at limit %(most)s for update of t skip locked"""  # noqa: S608
ARCHIVE = f"""update conversations c set status = 'archived', status_since = %(now)s, updated_at = %(now)s
  where c.tenant_id = %(tenant)s and c.conversation_id = any(%(free)s) and {NOTHING_LEFT}
  returning c.conversation_id"""  # noqa: S608
END = """update sessions s set closed_at = least(s.active_at + %(close_after)s, %(now)s),
    last_entry_no = c.last_entry_no
  from conversations c where s.tenant_id = %(tenant)s and s.conversation_id = any(%(archived)s)
    and s.closed_at is null and c.tenant_id = s.tenant_id and c.conversation_id = s.conversation_id"""

OF = """select session_no, started_at, active_at, seen_at, warned_at, closed_at from sessions
  where tenant_id = %s and conversation_id = %s order by session_no"""
CHAIN = """select continues, continued_by, status from conversations
  where tenant_id = %s and conversation_id = %s"""


@dataclass(frozen=True, kw_only=True)
class SilentRow:
    """A sitting in which nobody said anything for a while, and it is the customer's turn."""

    conversation_id: str
    session_no: int
    active_at: datetime
    warned_at: datetime | None
    channel: str
    status: str
    language: str
    last_entry_no: int


@dataclass(frozen=True, kw_only=True)
class SessionRow:
    """One sitting of a conversation."""

    session_no: int
    started_at: datetime
    active_at: datetime
    seen_at: datetime | None
    warned_at: datetime | None
    closed_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class ReadRow:
    """Up to which line the customer has read."""

    entry_no: int
    read_at: datetime


@dataclass(frozen=True, kw_only=True)
class Chain:
    """What a conversation goes on with, and what goes on with it."""

    continues: str | None
    continued_by: str | None
    status: str


@dataclass(frozen=True, kw_only=True)
class Since:
    """Which conversations are looked at: those that changed since, or one."""

    statuses: Sequence[str]
    since: datetime
    only: str | None = None


@dataclass(frozen=True, kw_only=True)
class Silence:
    """Which sittings are looked for: silent until the one time, or the other."""

    until: datetime
    close_until: datetime
    tell_on: list[str]
    over: list[str]
    """Intents with which a customer took leave: nobody is asked whether they are still there."""
    most: int


async def note_life(
    conn: AsyncConnection, tenant_id: str, seen: Mapping[str, datetime], typed: Mapping[str, datetime]
) -> None:
    """Write down heartbeats and keystrokes; a keystroke takes back a warning."""
    named = {
        "tenant": tenant_id,
        "conversations": list(seen),
        "seen": list(seen.values()),
        "typed": [typed.get(conversation_id) for conversation_id in seen],
    }
    await conn.execute(LIFE, named)


async def note_reading(
    conn: AsyncConnection, tenant_id: str, read: Mapping[str, tuple[int, datetime]]
) -> None:
    """Write down up to which lines customers have read."""
    named = {
        "tenant": tenant_id,
        "conversations": list(read),
        "lines": [entry_no for entry_no, _ in read.values()],
        "at": [at for _, at in read.values()],
    }
    await conn.execute(READING, named)


async def read_by_customer(conn: AsyncConnection, tenant_id: str, conversation_id: str) -> ReadRow | None:
    """Say up to which line the customer has read; None when that is not known."""
    cursor = conn.cursor(row_factory=class_row(ReadRow))
    await cursor.execute(READ, [tenant_id, conversation_id])
    return await cursor.fetchone()


async def follow(conn: AsyncConnection, tenant_id: str, since: Since) -> None:
    """Go on with sittings in which something was said, and begin those that customers began."""
    named = {"tenant": tenant_id, **vars(since), "statuses": list(since.statuses)}
    await conn.execute(GO_ON, named)
    await conn.execute(BEGIN, named)


async def silent(conn: AsyncConnection, tenant_id: str, asked: Silence) -> list[SilentRow]:
    """Read sittings that are to be warned of or closed, the longest silent first."""
    cursor = conn.cursor(row_factory=class_row(SilentRow))
    named = {"tenant": tenant_id, **vars(asked)}
    await cursor.execute(SILENT, named)
    return await cursor.fetchall()


async def warn(conn: AsyncConnection, values: Mapping[str, Any]) -> bool:
    """Mark a sitting as warned; False when another engine has, or somebody wrote."""
    return (await conn.execute(WARN, values)).rowcount == 1


async def close(conn: AsyncConnection, values: Mapping[str, Any]) -> bool:
    """Close a sitting where it ended; False when another engine has, or somebody wrote."""
    return (await conn.execute(CLOSE, values)).rowcount == 1


async def updated_at(conn: AsyncConnection, tenant_id: str, conversation_id: str) -> datetime:
    """Read when a conversation last changed."""
    row = await (await conn.execute(UPDATED, [tenant_id, conversation_id])).fetchone()
    assert row is not None
    return datetime.fromisoformat(row[0].isoformat())


async def leave_unchanged(
    conn: AsyncConnection, tenant_id: str, conversation_id: str, before: datetime
) -> None:
    """Say that what was just written is no activity: nobody's place in a list moves by it."""
    named = {"tenant": tenant_id, "conversation": conversation_id, "updated_at": before}
    await conn.execute(AS_BEFORE, named)


async def archive(conn: AsyncConnection, tenant_id: str, values: Mapping[str, Any]) -> list[str]:
    """Archive what is over, and close its sittings; returns the conversations."""
    named = {"tenant": tenant_id, **values}
    free = [str(row[0]) for row in await (await conn.execute(FREE, named)).fetchall()]
    if not free:
        return []
    rows = await (await conn.execute(ARCHIVE, {**named, "free": free})).fetchall()
    archived = [str(row[0]) for row in rows]
    if archived:
        await conn.execute(END, {**named, "archived": archived})
    return archived


async def of_conversation(conn: AsyncConnection, tenant_id: str, conversation_id: str) -> list[SessionRow]:
    """List a conversation's sittings, the first first."""
    cursor = conn.cursor(row_factory=class_row(SessionRow))
    await cursor.execute(OF, [tenant_id, conversation_id])
    return await cursor.fetchall()


async def chain(conn: AsyncConnection, tenant_id: str, conversation_id: str) -> Chain | None:
    """Read what a conversation is linked to, or None when there is no such."""
    cursor = conn.cursor(row_factory=class_row(Chain))
    await cursor.execute(CHAIN, [tenant_id, conversation_id])
    return await cursor.fetchone()
