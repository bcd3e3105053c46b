"""The SQL of the help centre's room: articles as people list them, votes, turns that answered nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from psycopg import AsyncConnection
from psycopg.rows import class_row

LISTED = """
with a as (select * from articles where tenant_id = %(tenant)s),
  d as (select * from article_drafts where tenant_id = %(tenant)s),
  o as (select * from article_origins where tenant_id = %(tenant)s),
  newest as (
    select article_id, max(version) as version from article_versions
    where tenant_id = %(tenant)s group by article_id
  ),
  votes as (
    select article_id, version, (count(*) filter (where helpful))::int as helpful,
      (count(*) filter (where not helpful))::int as unhelpful
    from article_votes where tenant_id = %(tenant)s group by article_id, version
  )
select coalesce(a.article_id, d.article_id) as article_id, a.version, v.title, v.domain, v.owner, v.language,
  v.updated_on, v.review_on, v.expires_on, o.source_id, d.article_id is not null as drafted, d.text as draft,
  d.changed_by, d.changed_at, coalesce(h.helpful, 0) as helpful, coalesce(h.unhelpful, 0) as unhelpful
from a full join d on d.article_id = a.article_id
  left join newest n on n.article_id = a.article_id
  left join article_versions v on v.tenant_id = %(tenant)s and v.article_id = a.article_id
    and v.version = coalesce(a.version, n.version)
  left join o on o.article_id = coalesce(a.article_id, d.article_id)
  left join votes h on h.article_id = a.article_id and h.version = a.version
where a.version is not null or d.article_id is not null or %(withdrawn)s
order by 1"""

VOTE = """
insert into article_votes (tenant_id, article_id, voter, version, helpful, voted_at)
select tenant_id, article_id, %(voter)s, version, %(helpful)s, %(now)s
from articles where tenant_id = %(tenant)s and article_id = %(article)s and version is not null
on conflict (tenant_id, article_id, voter) do update
  set version = excluded.version, helpful = excluded.helpful, voted_at = excluded.voted_at
returning article_id"""

LAST_TURNS = """
with recursive books as (
  (select book_version from turns where tenant_id = %(tenant)s order by book_version limit 1)
  union all
  select (select t.book_version from turns t
          where t.tenant_id = %(tenant)s and t.book_version > b.book_version
          order by t.book_version limit 1)
  from books b where b.book_version is not null
)
select t.thread_id, t.seq, t.conversation_id, t.committed_at, t.trace
from books b cross join lateral (
  select * from turns t where t.tenant_id = %(tenant)s and t.book_version = b.book_version
    and t.committed_at > %(since)s
  order by t.committed_at desc limit %(most)s
) t
where b.book_version is not null
order by t.committed_at desc limit %(most)s"""

CLOSED = "select question from closed_gaps where tenant_id = %s"

CLOSE = """
insert into closed_gaps (tenant_id, question, closed_by, closed_at)
select %s, unnest(%s::bytea[]), %s, %s on conflict do nothing"""


@dataclass(frozen=True, kw_only=True)
class Listed:
    """An article as the room lists it; without a version it is not published."""

    article_id: str
    version: int | None
    title: str | None
    domain: str | None
    owner: str | None
    language: str | None
    updated_on: date | None
    review_on: date | None
    expires_on: date | None
    source_id: str | None
    drafted: bool
    draft: str | None
    changed_by: str | None
    changed_at: datetime | None
    helpful: int
    unhelpful: int


@dataclass(frozen=True, kw_only=True)
class TurnRow:
    """A turn with its sealed trace."""

    thread_id: str
    seq: int
    conversation_id: str
    committed_at: datetime
    trace: bytes


async def listed(conn: AsyncConnection, tenant_id: str, *, withdrawn: bool = False) -> list[Listed]:
    """List published articles and drafts, and with `withdrawn` those that are neither any more."""
    async with conn.cursor(row_factory=class_row(Listed)) as cursor:
        await cursor.execute(LISTED, {"tenant": tenant_id, "withdrawn": withdrawn})
        return await cursor.fetchall()


async def vote(
    conn: AsyncConnection, tenant_id: str, article_id: str, voter: bytes, now: datetime, *, helpful: bool
) -> bool:
    """Note what a reader thinks of a published article; False when there is none of that id."""
    values = {"tenant": tenant_id, "article": article_id, "voter": voter, "helpful": helpful, "now": now}
    return await (await conn.execute(VOTE, values)).fetchone() is not None


async def last_turns(conn: AsyncConnection, tenant_id: str, since: datetime, most: int) -> list[TurnRow]:
    """Read the newest turns with their traces."""
    values: dict[str, Any] = {"tenant": tenant_id, "since": since, "most": most}
    async with conn.cursor(row_factory=class_row(TurnRow)) as cursor:
        await cursor.execute(LAST_TURNS, values)
        return await cursor.fetchall()


async def closed(conn: AsyncConnection, tenant_id: str) -> set[bytes]:
    """Return the blind indexes of the questions that owners have dealt with."""
    return {bytes(row[0]) async for row in await conn.execute(CLOSED, [tenant_id])}


async def close(
    conn: AsyncConnection, tenant_id: str, questions: Sequence[bytes], by: str, now: datetime
) -> None:
    """Remember that questions are dealt with."""
    await conn.execute(CLOSE, [tenant_id, list(questions), by, now])
