"""The SQL of notes' mentions, tags, snoozes, read marks, canned replies and saved views."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from psycopg import AsyncConnection
from psycopg.rows import class_row

DROP_TAGS = """delete from conversation_tags
  where tenant_id = %s and conversation_id = %s and tag <> all(%s::text[])"""
ADD_TAGS = """insert into conversation_tags (tenant_id, conversation_id, tag, added_by, added_at)
  select %s, %s, tag, %s, %s from unnest(%s::text[]) as tag on conflict do nothing"""
TAGS = "select tag from conversation_tags where tenant_id = %s and conversation_id = %s order by tag"
KNOWN_TAGS = """select tag, count(*)::int from conversation_tags where tenant_id = %s
  group by tag order by count(*) desc, tag limit 200"""

SNOOZE = """insert into snoozes (tenant_id, conversation_id, until, snoozed_by, snoozed_at)
  values (%s, %s, %s, %s, %s) on conflict (tenant_id, conversation_id) do update
  set until = excluded.until, snoozed_by = excluded.snoozed_by, snoozed_at = excluded.snoozed_at"""
WAKE = "delete from snoozes where tenant_id = %s and conversation_id = %s"

# Over: its time has come, the customer wrote meanwhile, or nobody works on it any more.
# Two engines take different rows.
OVER = """delete from snoozes s using (
    select f.conversation_id from snoozes f
    join conversations c on c.tenant_id = f.tenant_id and c.conversation_id = f.conversation_id
    where f.tenant_id = %(tenant)s and (f.until <= %(now)s or c.status in ('resolved', 'archived')
      or (c.preview_sender = 'customer' and c.preview_at > f.snoozed_at))
    order by f.until limit 100 for update of f skip locked) over
  where s.tenant_id = %(tenant)s and s.conversation_id = over.conversation_id
  returning s.conversation_id, s.snoozed_by, s.until <= %(now)s as on_time"""

READ_MARK = """insert into read_marks (tenant_id, agent_id, conversation_id, entry_no) values (%s, %s, %s, %s)
  on conflict (tenant_id, agent_id, conversation_id)
  do update set entry_no = greatest(read_marks.entry_no, excluded.entry_no)"""
SEE_MENTIONS = """update mentions set seen_at = %s
  where tenant_id = %s and agent_id = %s and conversation_id = %s and seen_at is null"""
MENTION = """insert into mentions (tenant_id, agent_id, conversation_id, entry_id, mentioned_at)
  select %s, agent, %s, %s, %s from unnest(%s::text[]) as agent on conflict do nothing"""
COLLEAGUES = "select user_id, name from users where tenant_id = %s and user_id = any(%s)"

CANNED = """select c.name, c.text, coalesce(u.name, c.updated_by) as updated_by, c.updated_at
  from canned_replies c left join users u on u.tenant_id = c.tenant_id and u.user_id = c.updated_by
  where c.tenant_id = %s order by c.name"""
PUT_CANNED = """insert into canned_replies (tenant_id, name, text, updated_by, updated_at)
  values (%s, %s, %s, %s, %s) on conflict (tenant_id, name)
  do update set text = excluded.text, updated_by = excluded.updated_by, updated_at = excluded.updated_at"""
DROP_CANNED = "delete from canned_replies where tenant_id = %s and name = %s"

VIEWS = """select view_id, owner_id, shared, content, saved_at from saved_views
  where tenant_id = %s and (owner_id = %s or shared) order by saved_at"""
PUT_VIEW = """insert into saved_views (tenant_id, view_id, owner_id, shared, content, saved_at)
  values (%s, %s, %s, %s, %s, %s)"""
DROP_VIEW = "delete from saved_views where tenant_id = %s and view_id = %s and owner_id = %s"


@dataclass(frozen=True, kw_only=True)
class Returned:
    """A conversation that came back from its snooze."""

    conversation_id: str
    snoozed_by: str
    on_time: bool
    """False: the customer wrote before, or the conversation was closed."""


@dataclass(frozen=True, kw_only=True)
class StoredCanned:
    """A canned reply, sealed."""

    name: str
    text: bytes
    updated_by: str
    updated_at: datetime


@dataclass(frozen=True, kw_only=True)
class StoredView:
    """A saved view, sealed."""

    view_id: str
    owner_id: str
    shared: bool
    content: bytes
    saved_at: datetime


async def set_tags(
    conn: AsyncConnection, tenant_id: str, conversation_id: str, tags: Sequence[str], by: str, now: datetime
) -> None:
    """Make these the tags of a conversation."""
    await conn.execute(DROP_TAGS, [tenant_id, conversation_id, list(tags)])
    await conn.execute(ADD_TAGS, [tenant_id, conversation_id, by, now, list(tags)])


async def tags_of(conn: AsyncConnection, tenant_id: str, conversation_id: str) -> list[str]:
    """Read a conversation's tags, in the order of the alphabet."""
    return [row[0] for row in await (await conn.execute(TAGS, [tenant_id, conversation_id])).fetchall()]


async def known_tags(conn: AsyncConnection, tenant_id: str) -> list[tuple[str, int]]:
    """Read every tag in use with its count, the most used first."""
    return [(tag, count) for tag, count in await (await conn.execute(KNOWN_TAGS, [tenant_id])).fetchall()]


async def snooze(
    conn: AsyncConnection, tenant_id: str, conversation_id: str, until: datetime, by: str, now: datetime
) -> None:
    """Put a conversation aside; a later snooze replaces the one before."""
    await conn.execute(SNOOZE, [tenant_id, conversation_id, until, by, now])


async def wake(conn: AsyncConnection, tenant_id: str, conversation_id: str) -> bool:
    """End a snooze; False when there was none."""
    return (await conn.execute(WAKE, [tenant_id, conversation_id])).rowcount == 1


async def take_over_snoozes(conn: AsyncConnection, tenant_id: str, now: datetime) -> list[Returned]:
    """End every snooze that is over and return what came back."""
    cursor = conn.cursor(row_factory=class_row(Returned))
    await cursor.execute(OVER, {"tenant": tenant_id, "now": now})
    return await cursor.fetchall()


async def mark_read(
    conn: AsyncConnection, tenant_id: str, agent_id: str, conversation_id: str, entry_no: int, now: datetime
) -> None:
    """Remember up to where an agent has read; what named them there counts as seen."""
    await conn.execute(READ_MARK, [tenant_id, agent_id, conversation_id, entry_no])
    await conn.execute(SEE_MENTIONS, [now, tenant_id, agent_id, conversation_id])


async def colleagues(conn: AsyncConnection, tenant_id: str, agent_ids: Sequence[str]) -> dict[str, str]:
    """Return the names of those among the ids who work here."""
    found = await (await conn.execute(COLLEAGUES, [tenant_id, list(agent_ids)])).fetchall()
    return dict(found)


async def mention(
    conn: AsyncConnection,
    tenant_id: str,
    conversation_id: str,
    entry_id: str,
    agent_ids: Sequence[str],
    now: datetime,
) -> None:
    """Remember whom a note names."""
    await conn.execute(MENTION, [tenant_id, conversation_id, entry_id, now, list(agent_ids)])


async def canned_replies(conn: AsyncConnection, tenant_id: str) -> list[StoredCanned]:
    """Read the tenant's canned replies by name."""
    cursor = conn.cursor(row_factory=class_row(StoredCanned))
    await cursor.execute(CANNED, [tenant_id])
    return await cursor.fetchall()


async def put_canned(
    conn: AsyncConnection, tenant_id: str, name: str, text: bytes, by: str, now: datetime
) -> None:
    """Write a canned reply; the same name replaces it."""
    await conn.execute(PUT_CANNED, [tenant_id, name, text, by, now])


async def drop_canned(conn: AsyncConnection, tenant_id: str, name: str) -> bool:
    """Take a canned reply away; False when there is none of this name."""
    return (await conn.execute(DROP_CANNED, [tenant_id, name])).rowcount == 1


async def views(conn: AsyncConnection, tenant_id: str, owner_id: str) -> list[StoredView]:
    """Read one's own saved views and those that colleagues share."""
    cursor = conn.cursor(row_factory=class_row(StoredView))
    await cursor.execute(VIEWS, [tenant_id, owner_id])
    return await cursor.fetchall()


async def put_view(conn: AsyncConnection, tenant_id: str, view: StoredView) -> None:
    """Keep a view."""
    values = [tenant_id, view.view_id, view.owner_id, view.shared, view.content, view.saved_at]
    await conn.execute(PUT_VIEW, values)


async def drop_view(conn: AsyncConnection, tenant_id: str, view_id: str, owner_id: str) -> bool:
    """Forget a view of one's own; False when there is no such."""
    return (await conn.execute(DROP_VIEW, [tenant_id, view_id, owner_id])).rowcount == 1
