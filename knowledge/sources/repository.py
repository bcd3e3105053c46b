"""The SQL of sources and of where articles came from; the connection comes in, bound to its tenant."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from psycopg import AsyncConnection
from psycopg.rows import class_row
from psycopg.types.json import Jsonb


@dataclass(frozen=True, kw_only=True)
class Origin:
    """Where an article came from, and the fingerprint of what the source said then."""

    article_id: str
    source_id: str
    origin: str
    content_hash: str


@dataclass(frozen=True, kw_only=True)
class Source:
    """A place that articles are taken from again and again."""

    source_id: str
    address: str
    terms: Mapping[str, Any]
    every_minutes: int | None
    due_at: datetime | None
    last_at: datetime | None
    last_report: Mapping[str, Any] | None


ORIGINS = "select article_id, source_id, origin, content_hash from article_origins where tenant_id = %s"

KEEP_ORIGINS = """
insert into article_origins (tenant_id, article_id, source_id, origin, content_hash)
values (%s, %s, %s, %s, %s)
on conflict (tenant_id, article_id) do update
  set source_id = excluded.source_id, origin = excluded.origin, content_hash = excluded.content_hash"""

DROP_ORIGINS = "delete from article_origins where tenant_id = %s and article_id = any(%s)"

PUBLISHED = """
select a.article_id, v.content_hash
from articles a join article_versions v using (tenant_id, article_id, version)
where a.tenant_id = %s"""

SOURCES = """
select source_id, address, terms, every_minutes, due_at, last_at, last_report from knowledge_sources
where tenant_id = %s order by source_id"""

KEEP_SOURCE = """
insert into knowledge_sources (tenant_id, source_id, address, terms, every_minutes, due_at)
values (%(tenant)s, %(source)s, %(address)s, %(terms)s, %(every)s,
  %(now)s + make_interval(mins => %(every)s::integer))
on conflict (tenant_id, source_id) do update
  set address = excluded.address, terms = excluded.terms, every_minutes = excluded.every_minutes,
      due_at = excluded.due_at"""

DROP_SOURCE = "delete from knowledge_sources where tenant_id = %s and source_id = %s returning source_id"

TAKE_DUE = """
update knowledge_sources set due_at = %(now)s + make_interval(mins => every_minutes)
where tenant_id = %(tenant)s and source_id in (
  select source_id from knowledge_sources where tenant_id = %(tenant)s and due_at <= %(now)s
  order by due_at limit 1 for update skip locked)
returning source_id, address, terms, every_minutes, due_at, last_at, last_report"""

REPORTED = """
update knowledge_sources set last_at = %s, last_report = %s where tenant_id = %s and source_id = %s"""


async def origins(conn: AsyncConnection, tenant_id: str) -> dict[str, Origin]:
    """Return where each article came from."""
    async with conn.cursor(row_factory=class_row(Origin)) as cursor:
        await cursor.execute(ORIGINS, [tenant_id])
        return {row.article_id: row async for row in cursor}


async def keep_origins(conn: AsyncConnection, tenant_id: str, kept: Sequence[Origin]) -> None:
    """Remember what the sources say now."""
    rows = [(tenant_id, one.article_id, one.source_id, one.origin, one.content_hash) for one in kept]
    async with conn.cursor() as cursor:
        await cursor.executemany(KEEP_ORIGINS, rows)


async def drop_origins(conn: AsyncConnection, tenant_id: str, article_ids: Sequence[str]) -> None:
    """Forget where articles came from that are gone there."""
    await conn.execute(DROP_ORIGINS, [tenant_id, list(article_ids)])


async def published(conn: AsyncConnection, tenant_id: str) -> dict[str, str]:
    """Return the fingerprint of each published article."""
    rows = await (await conn.execute(PUBLISHED, [tenant_id])).fetchall()
    return {row[0]: row[1] for row in rows}


async def sources(conn: AsyncConnection, tenant_id: str) -> list[Source]:
    """List the sources."""
    async with conn.cursor(row_factory=class_row(Source)) as cursor:
        await cursor.execute(SOURCES, [tenant_id])
        return await cursor.fetchall()


async def keep_source(
    conn: AsyncConnection,
    tenant_id: str,
    source_id: str,
    address: str,
    terms: Mapping[str, Any],
    every_minutes: int | None,
    now: datetime,
) -> None:
    """Keep a source, to be taken from again every so many minutes, or only by hand."""
    values = {
        "tenant": tenant_id,
        "source": source_id,
        "address": address,
        "terms": Jsonb(dict(terms)),
        "every": every_minutes,
        "now": now,
    }
    await conn.execute(KEEP_SOURCE, values)


async def drop_source(conn: AsyncConnection, tenant_id: str, source_id: str) -> bool:
    """Take from a source no more; False when there is none of that name."""
    return await (await conn.execute(DROP_SOURCE, [tenant_id, source_id])).fetchone() is not None


async def take_due(conn: AsyncConnection, tenant_id: str, now: datetime) -> Source | None:
    """Return a source whose time has come and set its next time, so that only one engine takes it."""
    async with conn.cursor(row_factory=class_row(Source)) as cursor:
        await cursor.execute(TAKE_DUE, {"tenant": tenant_id, "now": now})
        return await cursor.fetchone()


async def reported(
    conn: AsyncConnection, tenant_id: str, source_id: str, report: Mapping[str, Any], now: datetime
) -> None:
    """Keep what the last import from a source did."""
    await conn.execute(REPORTED, [now, Jsonb(dict(report)), tenant_id, source_id])
