"""Statements about corrections; the connection comes in."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from psycopg import AsyncConnection
from psycopg.rows import class_row

from graphs.persons import PERSON

# What the turn was taken for, as it stands in the timeline, and where the conversation waited then.
TURN = """select e.intent, h.group_name, h.agent_id
  from turns t
  left join lateral (select intent from entries where tenant_id = t.tenant_id
    and conversation_id = t.conversation_id and seq = t.seq and thread_id = t.thread_id
    and sender = 'customer' order by entry_no desc limit 1) e on true
  left join lateral (select group_name, agent_id from handoffs where tenant_id = t.tenant_id
    and conversation_id = t.conversation_id order by requested_at desc limit 1) h on true
  where t.tenant_id = %(tenant)s and t.thread_id = %(conversation)s and t.seq = %(seq)s"""

KEEP = """insert into corrections (tenant_id, correction_id, conversation_id, seq, kind, was, should_be,
    answer, note, agent_id, author_id, created_at, updated_at)
  values (%(tenant)s, %(id)s, %(conversation)s, %(seq)s, %(kind)s, %(was)s, %(should_be)s, %(answer)s,
    %(note)s, %(agent)s, %(author)s, %(now)s, %(now)s)"""

# The same turn corrected again in the same respect: what was said before is replaced, and looked at anew.
LOCK = """select correction_id from corrections
  where tenant_id = %(tenant)s and conversation_id = %(conversation)s and seq = %(seq)s and kind = %(kind)s
  for update"""

REPLACE = """update corrections set should_be = %(should_be)s, answer = %(answer)s, note = %(note)s,
    author_id = %(author)s, updated_at = %(now)s, status = 'open', reviewed_by = null, reviewed_at = null
  where tenant_id = %(tenant)s and correction_id = %(id)s"""

FIND = """select k.correction_id, k.conversation_id, k.seq, k.kind, k.was, k.should_be, k.answer, k.note,
    k.agent_id, k.author_id, a.name as author, k.status, r.name as reviewer, k.reviewed_at, k.created_at,
    k.updated_at, m.entry_id as message_id, m.text as message, b.entry_id as reply_id, b.text as reply
  from corrections k
  left join users a on a.tenant_id = k.tenant_id and a.user_id = k.author_id
  left join users r on r.tenant_id = k.tenant_id and r.user_id = k.reviewed_by
  left join lateral (select entry_id, text from entries where tenant_id = k.tenant_id
    and conversation_id = k.conversation_id and thread_id = k.conversation_id and seq = k.seq
    and sender = 'customer' and kind = 'message' order by entry_no limit 1) m on true
  left join lateral (select entry_id, text from entries where tenant_id = k.tenant_id
    and conversation_id = k.conversation_id and thread_id = k.conversation_id and seq = k.seq
    and sender = 'assistant' and kind = 'message' order by entry_no limit 1) b on true
  where k.tenant_id = %(tenant)s
    and (%(id)s::text is null or k.correction_id = %(id)s)
    and (%(conversation)s::text is null or k.conversation_id = %(conversation)s)
    and (%(kind)s::text is null or k.kind = %(kind)s)
    and (%(status)s::text is null or k.status = %(status)s)
    and (%(at)s::timestamptz is null or (k.created_at, k.correction_id) < (%(at)s, %(after)s))
  order by k.created_at desc, k.correction_id desc limit %(limit)s"""

REVIEW = """update corrections set status = %s, reviewed_by = %s, reviewed_at = %s
  where tenant_id = %s and correction_id = %s and status = 'open'"""

MISROUTED = """select e.intent, k.was, k.should_be, k.agent_id, count(*)::int as times from corrections k
  left join lateral (select intent from entries where tenant_id = k.tenant_id
    and conversation_id = k.conversation_id and seq <= k.seq and thread_id = k.conversation_id
    and sender = 'customer' and intent <> %(person)s order by entry_no desc limit 1) e on true
  where k.tenant_id = %(tenant)s and k.kind = 'queue' and k.status <> 'rejected'
    and k.created_at >= %(since)s
  group by e.intent, k.was, k.should_be, k.agent_id
  order by times desc, e.intent, k.was, k.should_be, k.agent_id"""


@dataclass(frozen=True, kw_only=True)
class StoredTurn:
    """What a turn was taken for, and where its conversation waited last."""

    intent: str | None
    group_name: str | None
    agent_id: str | None


@dataclass(frozen=True, kw_only=True)
class StoredCorrection:
    """A correction with the message and the reply it is about, sealed."""

    correction_id: str
    conversation_id: str
    seq: int
    kind: str
    was: str | None
    should_be: str | None
    answer: bytes | None
    note: bytes | None
    agent_id: str | None
    author_id: str
    author: str | None
    status: str
    reviewer: str | None
    reviewed_at: datetime | None
    created_at: datetime
    updated_at: datetime
    message_id: str | None
    message: bytes | None
    reply_id: str | None
    reply: bytes | None


@dataclass(frozen=True, kw_only=True)
class Misrouted:
    """How often conversations came to the wrong place: for matching."""

    intent: str | None
    """What the customer wanted."""
    was: str | None
    """The group they waited in."""
    should_be: str | None
    agent_id: str | None
    """Who got them."""
    times: int


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """Which corrections are looked for; what is None does not matter."""

    correction_id: str | None = None
    conversation_id: str | None = None
    kind: str | None = None
    status: str | None = None
    at: datetime | None = None
    after: str | None = None
    """The place where the page before ended: time and id."""
    limit: int = 50


async def turn_of(conn: AsyncConnection, tenant_id: str, conversation_id: str, seq: int) -> StoredTurn | None:
    """Read what a turn was taken for; None when there is no such turn."""
    named = {"tenant": tenant_id, "conversation": conversation_id, "seq": seq}
    async with conn.cursor(row_factory=class_row(StoredTurn)) as cursor:
        return await (await cursor.execute(TURN, named)).fetchone()


async def lock(conn: AsyncConnection, values: Mapping[str, Any]) -> str | None:
    """Hold the correction that a turn has in this respect already; its id, or None."""
    row = await (await conn.execute(LOCK, values)).fetchone()
    return str(row[0]) if row else None


async def keep(conn: AsyncConnection, values: Mapping[str, Any], *, anew: bool) -> None:
    """Write a correction, or replace what the one of this id said."""
    await conn.execute(REPLACE if anew else KEEP, values)


async def find(conn: AsyncConnection, tenant_id: str, wanted: Wanted) -> list[StoredCorrection]:
    """Read corrections, newest first."""
    named = {
        "tenant": tenant_id,
        "id": wanted.correction_id,
        "conversation": wanted.conversation_id,
        "kind": wanted.kind,
        "status": wanted.status,
        "at": wanted.at,
        "after": wanted.after,
        "limit": wanted.limit,
    }
    async with conn.cursor(row_factory=class_row(StoredCorrection)) as cursor:
        return await (await cursor.execute(FIND, named)).fetchall()


async def review(
    conn: AsyncConnection, tenant_id: str, correction_id: str, status: str, by: str, now: datetime
) -> bool:
    """Accept or reject a correction that nobody reviewed before; False when that is not so."""
    values = [status, by, now, tenant_id, correction_id]
    return (await conn.execute(REVIEW, values)).rowcount == 1


async def misrouted(conn: AsyncConnection, tenant_id: str, since: datetime) -> list[Misrouted]:
    """Count conversations that came to the wrong place, by intent, and where they waited and belonged."""
    named = {"tenant": tenant_id, "since": since, "person": PERSON}
    async with conn.cursor(row_factory=class_row(Misrouted)) as cursor:
        return await (await cursor.execute(MISROUTED, named)).fetchall()
