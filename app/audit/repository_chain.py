"""The SQL of the audit's chain. The connection is bound to the tenant by whoever passes it in."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from psycopg import AsyncConnection
from psycopg.rows import class_row

from app.audit.chain import Head, Link
from app.conversations.feed.event import BEGINNING, read_cursor

BEGIN = "insert into audit_heads (tenant_id) values (%s) on conflict do nothing"
HEAD = """select number, hash, place, deeds_xact::text as deeds_xact, deeds_id from audit_heads
  where tenant_id = %s"""
HELD = f"{HEAD} for update"
FREE = f"{HEAD} for update skip locked"
MOVE = """update audit_heads set number = %s, hash = %s, place = %s, deeds_xact = %s::text::xid8,
    deeds_id = %s where tenant_id = %s"""
ADVANCE = "update audit_heads set number = %s, hash = %s where tenant_id = %s"

# What a reply's link binds: who said what, when, where, and the trace of its turn with the rails' results.
# Large values are bound by their digest, computed where they lie.
_REPLY = """e.conversation_id, e.entry_no, e.entry_id, e.kind, e.sender, e.sender_id, e.channel,
    (extract(epoch from e.created_at) * 1000000)::bigint, sha256(e.text),
    sha256(coalesce(e.detail, ''::bytea)), sha256(coalesce(t.trace, ''::bytea))"""
_TRACE = "t.tenant_id = e.tenant_id and t.thread_id = e.thread_id and t.seq = e.seq"
_DEED = """a.audit_id, (extract(epoch from a.at) * 1000000)::bigint, a.actor_kind, a.actor_id, a.action,
    a.subject, a.subject_id, sha256(a.detail)"""

NEW_REPLIES = f"""select {_REPLY}
  from unnest(%(ids)s::text[]) as wanted(conversation_id)
  join entries e on e.tenant_id = %(tenant)s and e.conversation_id = wanted.conversation_id
   and e.entry_no > coalesce((select max(r.entry_no) from audited_replies r
     where r.tenant_id = e.tenant_id and r.conversation_id = wanted.conversation_id), 0)
  left join turns t on {_TRACE}
  where e.direction = 'outbound'
  order by e.conversation_id, e.entry_no limit %(most)s"""  # noqa: S608 (constants only)
NEW_DEEDS = f"""select {_DEED}, a.xact::text
  from audit a where a.tenant_id = %s and (a.xact, a.audit_id) > (%s::text::xid8, %s)
    and a.xact < pg_snapshot_xmin(pg_current_snapshot())
  order by a.xact, a.audit_id limit %s"""  # noqa: S608
ADD_LINKS = """insert into audit_chain (tenant_id, number, kind, subject, content, hash)
  select %s::text, * from unnest(%s::bigint[], %s::text[], %s::text[], %s::bytea[], %s::bytea[])"""
ADD_ERASED = """insert into audit_chain (tenant_id, number, kind, covers, content, hash)
  values (%s, %s, 'erased', %s, %s, %s)"""
ADD_REPLIES = """insert into audited_replies (tenant_id, conversation_id, entry_no, number)
  select %s::text, * from unnest(%s::text[], %s::bigint[], %s::bigint[])"""
NUMBERS = """select number from audited_replies where tenant_id = %s and conversation_id = any(%s)
  order by number"""

ERASED = "select covers from audit_chain where tenant_id = %s and kind = 'erased'"
CHAIN = f"""select c.number, c.kind, c.subject, c.covers, c.content, c.hash, {_REPLY}, {_DEED}
  from audit_chain c
  left join audited_replies r on c.kind = 'reply' and r.tenant_id = c.tenant_id and r.number = c.number
  left join entries e on e.tenant_id = r.tenant_id and e.conversation_id = r.conversation_id
   and e.entry_no = r.entry_no
  left join turns t on {_TRACE}
  left join audit a on c.kind = 'deed' and a.tenant_id = c.tenant_id and a.audit_id = c.subject
  where c.tenant_id = %s and c.number > %s order by c.number limit %s"""  # noqa: S608
UNLINKED_REPLY = """select e.entry_id, e.conversation_id from entries e
  where e.tenant_id = %s and e.direction = 'outbound' and not exists (
    select from audited_replies r where r.tenant_id = e.tenant_id
      and r.conversation_id = e.conversation_id and r.entry_no = e.entry_no)
    and not exists (select from events v where v.tenant_id = e.tenant_id
      and v.conversation_id = e.conversation_id and (v.xact, v.event_id) > (%s::text::xid8, %s))
  limit 1"""
UNLINKED_DEED = """select a.audit_id from audit a
  where a.tenant_id = %s and (a.xact, a.audit_id) <= (%s::text::xid8, %s) and not exists (
    select from audit_chain c where c.tenant_id = a.tenant_id and c.kind = 'deed' and c.subject = a.audit_id)
  limit 1"""
REPLIES = """select r.number, c.hash, e.conversation_id, e.entry_no, e.entry_id, e.kind, e.sender, e.channel,
    e.created_at, e.text, e.thread_id, e.seq, t.trace
  from audited_replies r
  join audit_chain c on c.tenant_id = r.tenant_id and c.number = r.number
  join entries e on e.tenant_id = r.tenant_id and e.conversation_id = r.conversation_id
   and e.entry_no = r.entry_no
  left join turns t on t.tenant_id = e.tenant_id and t.thread_id = e.thread_id and t.seq = e.seq
  where r.tenant_id = %(tenant)s and (%(conversation)s::text is null or r.conversation_id = %(conversation)s)
    and (%(before)s::bigint is null or r.number < %(before)s)
  order by r.number desc limit %(limit)s"""
REPLY_FIELDS = 11


@dataclass(frozen=True, kw_only=True)
class Progress:
    """How long the chain is, and up to where it tells."""

    number: int
    hash: bytes
    place: str
    deeds_xact: str
    deeds_id: str

    @property
    def head(self) -> Head:
        """The newest link."""
        return Head(number=self.number, hash=self.hash)


@dataclass(frozen=True, kw_only=True)
class Reply:
    """A reply with its link; text and trace are sealed."""

    number: int
    hash: bytes
    conversation_id: str
    entry_no: int
    entry_id: str
    kind: str
    sender: str
    channel: str
    created_at: datetime
    text: bytes
    thread_id: str | None
    seq: int | None
    trace: bytes | None


async def progress(conn: AsyncConnection, tenant_id: str, *, wait: bool = False) -> Progress | None:
    """Hold the head until the transaction ends; None when somebody else holds it, unless told to wait."""
    cursor = conn.cursor(row_factory=class_row(Progress))
    found = await (await cursor.execute((HELD if wait else FREE).encode(), [tenant_id])).fetchone()
    if found is None:
        await conn.execute(BEGIN, [tenant_id])
        found = await (await cursor.execute((HELD if wait else FREE).encode(), [tenant_id])).fetchone()
    return found


async def new_replies(
    conn: AsyncConnection, tenant_id: str, conversation_ids: Sequence[str], most: int
) -> list[tuple[Any, ...]]:
    """Read what a link binds of each reply of these conversations that has none."""
    named = {"tenant": tenant_id, "ids": list(conversation_ids), "most": most}
    return await (await conn.execute(NEW_REPLIES.encode(), named)).fetchall()


async def new_deeds(
    conn: AsyncConnection, tenant_id: str, xact: str, audit_id: str, most: int
) -> list[tuple[Any, ...]]:
    """Read what a link binds of each line of the audit after a place, and each line's transaction."""
    return await (await conn.execute(NEW_DEEDS.encode(), [tenant_id, xact, audit_id, most])).fetchall()


async def add(
    conn: AsyncConnection, tenant_id: str, links: Sequence[Link], replies: Sequence[tuple[str, int, int]]
) -> None:
    """Add links, and where the replies among them stand: conversation, entry, link."""
    columns = [
        tenant_id,
        [link.number for link in links],
        [link.kind for link in links],
        [link.subject for link in links],
        [link.content for link in links],
        [link.hash for link in links],
    ]
    await conn.execute(ADD_LINKS, columns)
    places = [[at[0] for at in replies], [at[1] for at in replies], [at[2] for at in replies]]
    await conn.execute(ADD_REPLIES, [tenant_id, *places])


async def add_erased(conn: AsyncConnection, tenant_id: str, link: Link) -> None:
    """Add the link that says which replies were erased, and make it the head."""
    values = [link.number, list(link.covers), link.content, link.hash]
    await conn.execute(ADD_ERASED, [tenant_id, *values])
    await conn.execute(ADVANCE, [link.number, link.hash, tenant_id])


async def move(conn: AsyncConnection, tenant_id: str, now_at: Progress) -> None:
    """Write down the new head, and up to where it tells."""
    values = [now_at.number, now_at.hash, now_at.place, now_at.deeds_xact, now_at.deeds_id]
    await conn.execute(MOVE, [*values, tenant_id])


async def numbers_of(conn: AsyncConnection, tenant_id: str, conversation_ids: Sequence[str]) -> list[int]:
    """Name the links of these conversations' replies."""
    rows = await (await conn.execute(NUMBERS, [tenant_id, list(conversation_ids)])).fetchall()
    return [row[0] for row in rows]


async def erased_numbers(conn: AsyncConnection, tenant_id: str) -> set[int]:
    """Name the links whose replies were erased, as the chain says."""
    rows = await (await conn.execute(ERASED, [tenant_id])).fetchall()
    return {number for (covers,) in rows for number in covers}


async def chain_after(
    conn: AsyncConnection, tenant_id: str, number: int, most: int
) -> list[tuple[Link, tuple[Any, ...] | None]]:
    """Read links in order, each with what it binds as it stands now; None when that is gone."""
    rows = await (await conn.execute(CHAIN.encode(), [tenant_id, number, most])).fetchall()
    return [_linked(row) for row in rows]


def _linked(row: tuple[Any, ...]) -> tuple[Link, tuple[Any, ...] | None]:
    number, kind, subject, covers, content, hash_, *told = row
    link = Link(number=number, kind=kind, subject=subject, covers=tuple(covers), content=content, hash=hash_)
    reply, deed = tuple(told[:REPLY_FIELDS]), tuple(told[REPLY_FIELDS:])
    fields = reply if kind == "reply" else deed
    return link, fields if fields[0] is not None else None


async def unlinked(conn: AsyncConnection, tenant_id: str, held: Progress) -> tuple[str, ...]:
    """Name one reply or one line of the audit, of those taken in, that has no link; empty when all have."""
    place = read_cursor(held.place) or BEGINNING
    asked: Sequence[tuple[str, Sequence[Any]]] = (
        (UNLINKED_REPLY, [tenant_id, str(place.xact), place.event_id]),
        (UNLINKED_DEED, [tenant_id, held.deeds_xact, held.deeds_id]),
    )
    for statement, values in asked:
        row = await (await conn.execute(statement.encode(), values)).fetchone()
        if row is not None:
            return tuple(row)
    return ()


async def replies(
    conn: AsyncConnection, tenant_id: str, conversation_id: str | None, before: int | None, limit: int
) -> list[Reply]:
    """Read one page of replies with their links, newest first."""
    named = {"tenant": tenant_id, "conversation": conversation_id, "before": before, "limit": limit}
    cursor = conn.cursor(row_factory=class_row(Reply))
    return await (await cursor.execute(REPLIES, named)).fetchall()
