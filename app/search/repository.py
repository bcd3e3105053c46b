"""The SQL of the search: what has to be taken into the index, and which conversations fit."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from psycopg import AsyncConnection
from psycopg.rows import class_row

from app.conversations.feed.event import Cursor
from app.db.arrays import Texts
from app.db.prepared import Prepared

# One engine at a time takes lines in; another finds the row locked and goes on.
PROGRESS = """select place, older_after from search_progress where tenant_id = %s for update skip locked"""
BEGIN = """insert into search_progress (tenant_id, place, older_after) values (%s, %s, '')
  on conflict do nothing"""
MOVE = "update search_progress set place = %s, older_after = %s where tenant_id = %s"

OLDER = """select conversation_id from conversations where tenant_id = %s and conversation_id > %s
  order by conversation_id limit %s"""

# Of each conversation the lines after the newest that is in the index.
NEW_LINES = """select e.conversation_id, e.entry_no, e.entry_id, e.text, e.created_at, c.customer_id,
    p.profile
  from unnest(%(ids)s::text[]) as wanted(conversation_id)
  join conversations c on c.tenant_id = %(tenant)s and c.conversation_id = wanted.conversation_id
  join customers p on p.tenant_id = c.tenant_id and p.customer_id = c.customer_id
  join entries e on e.tenant_id = c.tenant_id and e.conversation_id = c.conversation_id
   and e.entry_no > coalesce((select max(s.entry_no) from search_lines s
     where s.tenant_id = c.tenant_id and s.conversation_id = c.conversation_id), 0)
  where e.kind in ('message', 'note') order by e.conversation_id, e.entry_no limit %(most)s"""
ADD = Prepared(
    """insert into search_lines (tenant_id, conversation_id, entry_no, written_at, words)
  select %(tenant)s, l.conversation, l.number::bigint, l.at::timestamptz, l.words::bigint[]
  from unnest(%(conversations)s::text[], %(numbers)s::text[], %(moments)s::text[], %(words)s::text[])
    as l(conversation, number, at, words)
  on conflict do nothing"""
)

# Every condition may be missing. `seen_by`: an agent's own conversations, those nobody has, those in which
# the agent is named.
_FITS = """c.tenant_id = %(tenant)s
    and (%(statuses)s::text[] is null or c.status = any(%(statuses)s))
    and (%(channel)s::text is null or c.channel = %(channel)s)
    and (%(agent)s::text is null or c.owner_id = %(agent)s or exists (
      select from handoffs h where h.tenant_id = c.tenant_id and h.conversation_id = c.conversation_id
        and h.agent_id = %(agent)s))
    and (%(tag)s::text is null or exists (select from conversation_tags t where t.tenant_id = c.tenant_id
      and t.conversation_id = c.conversation_id and t.tag = %(tag)s))
    and (%(seen_by)s::text is null or c.owner_id is null or c.owner_id = %(seen_by)s or exists (
      select from mentions m where m.tenant_id = c.tenant_id and m.conversation_id = c.conversation_id
        and m.agent_id = %(seen_by)s))"""

BY_WORDS = f"""with hits as (
    select distinct on (l.conversation_id) l.conversation_id, l.entry_no, l.written_at
    from lines_with_words(%(words)s::bigint[], %(widest)s) l
    where (%(since)s::timestamptz is null or l.written_at >= %(since)s)
      and (%(until)s::timestamptz is null or l.written_at < %(until)s)
    order by l.conversation_id, l.written_at desc)
  select h.conversation_id, h.entry_no, h.written_at from hits h
  join conversations c on c.conversation_id = h.conversation_id and {_FITS}
  where (%(before)s::timestamptz is null or (h.written_at, h.conversation_id) < (%(before)s, %(before_id)s))
  order by h.written_at desc, h.conversation_id desc limit %(most)s"""  # noqa: S608 (constants only)

BY_FILTERS = f"""select c.conversation_id, null::bigint as entry_no, c.updated_at as written_at
  from conversations c where {_FITS}
    and (%(since)s::timestamptz is null or c.updated_at >= %(since)s)
    and (%(until)s::timestamptz is null or c.updated_at < %(until)s)
    and (%(before)s::timestamptz is null or (c.updated_at, c.conversation_id) < (%(before)s, %(before_id)s))
  order by c.updated_at desc, c.conversation_id desc limit %(most)s"""  # noqa: S608

HIT_LINES = """select e.conversation_id, e.entry_no, e.entry_id, e.sender, e.text, e.created_at
  from unnest(%s::text[], %s::bigint[]) as hit(conversation_id, entry_no)
  join entries e on e.tenant_id = %s and e.conversation_id = hit.conversation_id
   and e.entry_no = hit.entry_no"""

WIDEST = 5000
"""Of very common words the newest lines count."""


@dataclass(frozen=True, kw_only=True)
class Progress:
    """How far the index is."""

    place: str
    older_after: str | None


@dataclass(frozen=True, kw_only=True)
class NewLine:
    """A line that is not in the index yet, sealed."""

    conversation_id: str
    entry_no: int
    entry_id: str
    text: bytes
    created_at: datetime
    customer_id: str
    profile: bytes


@dataclass(frozen=True, kw_only=True)
class IndexLine:
    """A line as the index keeps it."""

    conversation_id: str
    entry_no: int
    written_at: datetime
    words: list[int]


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """Which conversations are looked for; what is None does not matter."""

    words: list[int] | None = None
    statuses: list[str] | None = None
    channel: str | None = None
    agent: str | None = None
    tag: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    seen_by: str | None = None
    before: datetime | None = None
    before_id: str | None = None


@dataclass(frozen=True, kw_only=True)
class Hit:
    """A conversation that fits, with the newest line that has the words."""

    conversation_id: str
    entry_no: int | None
    written_at: datetime


@dataclass(frozen=True, kw_only=True)
class HitLine:
    """The line that has the words, sealed."""

    conversation_id: str
    entry_no: int
    entry_id: str
    sender: str
    text: bytes
    created_at: datetime


async def progress(conn: AsyncConnection, tenant_id: str, newest: Cursor) -> Progress | None:
    """Lock and read how far the index is; the first time it begins. None: another engine is at it."""
    cursor = conn.cursor(row_factory=class_row(Progress))
    await cursor.execute(PROGRESS, [tenant_id])
    found = await cursor.fetchone()
    if found is None:
        await conn.execute(BEGIN, [tenant_id, str(newest)])
    return found


async def move(conn: AsyncConnection, tenant_id: str, place: str, older_after: str | None) -> None:
    """Write down how far the index is."""
    await conn.execute(MOVE, [place, older_after, tenant_id])


async def older(conn: AsyncConnection, tenant_id: str, after: str, most: int) -> list[str]:
    """Return the next conversations in the order of their ids."""
    return [row[0] for row in await (await conn.execute(OLDER, [tenant_id, after, most])).fetchall()]


async def new_lines(
    conn: AsyncConnection, tenant_id: str, conversation_ids: Sequence[str], most: int
) -> list[NewLine]:
    """Return lines of these conversations that are not in the index, oldest first."""
    cursor = conn.cursor(row_factory=class_row(NewLine))
    await cursor.execute(NEW_LINES, {"tenant": tenant_id, "ids": list(conversation_ids), "most": most})
    return await cursor.fetchall()


async def add(conn: AsyncConnection, tenant_id: str, lines: Sequence[IndexLine]) -> None:
    """Take lines into the index."""
    if not lines:
        return
    named = {
        "tenant": tenant_id,
        "conversations": Texts([line.conversation_id for line in lines]),
        "numbers": Texts([str(line.entry_no) for line in lines]),
        "moments": Texts([line.written_at.isoformat() for line in lines]),
        "words": Texts([f"{{{','.join(map(str, line.words))}}}" for line in lines]),
    }
    await ADD.row(conn, named)


async def find(conn: AsyncConnection, tenant_id: str, wanted: Wanted, most: int) -> list[Hit]:
    """Return the conversations that fit, the newest first."""
    named = {**vars(wanted), "tenant": tenant_id, "most": most, "widest": WIDEST}
    cursor = conn.cursor(row_factory=class_row(Hit))
    await cursor.execute(BY_WORDS if wanted.words else BY_FILTERS, named)
    return await cursor.fetchall()


async def hit_lines(conn: AsyncConnection, tenant_id: str, hits: Sequence[Hit]) -> list[HitLine]:
    """Read the lines that have the words."""
    found = [(hit.conversation_id, hit.entry_no) for hit in hits if hit.entry_no is not None]
    cursor = conn.cursor(row_factory=class_row(HitLine))
    ids, numbers = [one for one, _ in found], [number for _, number in found]
    await cursor.execute(HIT_LINES, [ids, numbers, tenant_id])
    return await cursor.fetchall()
