"""The SQL of versions, releases and drafts; the connection comes in, bound to its tenant."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from psycopg import AsyncConnection
from psycopg.rows import class_row, dict_row

from knowledge.article import Article
from knowledge.publishing.release import Changes, Made, Release
from knowledge.repository import Vector
from knowledge.terms import Commonness


@dataclass(frozen=True, kw_only=True)
class Kept:
    """A stored version of an article, published or not."""

    article_id: str
    content_hash: str
    version: int
    has_vectors: bool


@dataclass(frozen=True, kw_only=True)
class Draft:
    """The next text of an article; without a text it is to be withdrawn."""

    article_id: str
    text: str | None
    base: int | None
    revision: int
    changed_by: str
    changed_at: datetime


KEPT = """
select distinct on (v.article_id, v.content_hash) v.article_id, v.content_hash, v.version,
  not exists (select from chunks c where c.tenant_id = v.tenant_id and c.article_id = v.article_id
              and c.version = v.version and c.embedding is null) as has_vectors
from article_versions v
where v.tenant_id = %s and v.article_id = any(%s) and v.content_hash = any(%s)
order by v.article_id, v.content_hash, v.version desc"""

NEWEST = """
select article_id, max(version) from article_versions where tenant_id = %s and article_id = any(%s)
group by article_id"""

VECTORS = """
with newest as (
  select c.article_id, max(c.version) as version from chunks c
  where c.tenant_id = %(tenant)s and c.article_id = any(%(articles)s) and c.embedding is not null
  group by c.article_id
)
select c.title || '. ' || c.heading || '. ' || c.body, c.embedding::text,
  c.sentences, c.sentence_vectors::text[]
from chunks c join newest using (article_id, version)
where c.tenant_id = %(tenant)s and c.embedding is not null"""

BARE = """
select v.* from articles a join article_versions v using (tenant_id, article_id, version)
where a.tenant_id = %s and exists (
  select from chunks c
  where c.tenant_id = a.tenant_id and c.article_id = a.article_id and c.version = a.version
    and c.embedding is null)
limit 200"""

PUBLISHED = """
select v.* from articles a join article_versions v using (tenant_id, article_id, version)
where a.tenant_id = %s order by v.article_id"""

EXPIRED = """
select a.article_id from articles a join article_versions v using (tenant_id, article_id, version)
where a.tenant_id = %s and v.expires_on <= %s order by a.article_id"""

SHOWN = "select article_id, version from articles where tenant_id = %s and version is not null"

SHOW = """
with wanted as (
  select * from unnest(%(articles)s::text[], %(versions)s::integer[]) as w (article_id, version)
), moved as (
  update articles a set version = w.version from wanted w
  where a.tenant_id = %(tenant)s and a.article_id = w.article_id and a.version is distinct from w.version
  returning a.article_id, a.version
)
update chunks c set live = (c.version is not distinct from m.version) from moved m
where c.tenant_id = %(tenant)s and c.article_id = m.article_id
  and c.live is distinct from (c.version is not distinct from m.version)"""

TEXTS = """
select c.title || ' ' || c.heading || ' ' || array_to_string(v.keywords, ' ') || ' ' || c.body
from chunks c join article_versions v using (tenant_id, article_id, version)
where c.tenant_id = %s and c.live and c.article_id = any(%s)"""

ADD_RELEASE = """
insert into knowledge_releases (tenant_id, number, name, shown, commonness, restores, note, made_by)
select %(tenant)s, coalesce((select max(number) from knowledge_releases where tenant_id = %(tenant)s), 0) + 1,
  s.version, coalesce((select jsonb_object_agg(article_id, version) from articles
                       where tenant_id = %(tenant)s and version is not null), '{}'),
  s.commonness, %(restores)s, %(note)s, %(by)s
from knowledge_states s where s.tenant_id = %(tenant)s
returning number"""

RELEASES = """
select number, name, shown, restores, note, made_by, made_at from knowledge_releases
where tenant_id = %s order by number desc limit %s"""

RELEASE = """
select number, name, shown, restores, note, made_by, made_at from knowledge_releases
where tenant_id = %s and number = %s"""

RELEASE_WORDS = "select commonness from knowledge_releases where tenant_id = %s and number = %s"

VERSION = "select * from article_versions where tenant_id = %s and article_id = %s and version = %s"

VERSIONS = """
select version, title, updated_on, published_at from article_versions
where tenant_id = %s and article_id = %s order by version desc limit %s"""

DRAFTS = """
select article_id, text, base, revision, changed_by, changed_at from article_drafts
where tenant_id = %s order by article_id"""

DRAFT = """
select article_id, text, base, revision, changed_by, changed_at from article_drafts
where tenant_id = %s and article_id = %s"""

KEEP_DRAFT = """
insert into article_drafts (tenant_id, article_id, text, base, changed_by)
values (%(tenant)s, %(article)s, %(text)s,
  (select version from articles where tenant_id = %(tenant)s and article_id = %(article)s), %(by)s)
on conflict (tenant_id, article_id) do update
  set text = excluded.text, base = excluded.base, changed_by = excluded.changed_by, changed_at = now(),
      revision = article_drafts.revision + 1
  where %(revision)s::integer is null or article_drafts.revision = %(revision)s
returning revision"""

DROP_DRAFTS = """
delete from article_drafts d
using unnest(%(articles)s::text[], %(revisions)s::integer[]) as w (article_id, revision)
where d.tenant_id = %(tenant)s and d.article_id = w.article_id and d.revision = w.revision"""

DROP_DRAFT = "delete from article_drafts where tenant_id = %s and article_id = %s returning article_id"


async def kept(
    conn: AsyncConnection, tenant_id: str, articles: Sequence[Article]
) -> dict[tuple[str, str], Kept]:
    """Find the stored versions that say exactly what the articles say, by id and fingerprint."""
    async with conn.cursor(row_factory=class_row(Kept)) as cursor:
        ids, hashes = [each.id for each in articles], [each.content_hash for each in articles]
        await cursor.execute(KEPT, [tenant_id, ids, hashes])
        return {(row.article_id, row.content_hash): row async for row in cursor}


async def newest(conn: AsyncConnection, tenant_id: str, ids: Sequence[str]) -> dict[str, int]:
    """Return the highest version number of each article that has one."""
    rows = await (await conn.execute(NEWEST, [tenant_id, list(ids)])).fetchall()
    return {row[0]: row[1] for row in rows}


async def known_vectors(conn: AsyncConnection, tenant_id: str, ids: Sequence[str]) -> dict[str, Vector]:
    """Return the vectors of everything these articles said last: what they still say needs no encoder."""
    found: dict[str, Vector] = {}
    rows = await conn.execute(VECTORS, {"tenant": tenant_id, "articles": list(ids)})
    async for text, vector, sentences, vectors in rows:
        found[text] = _numbers(vector)
        found |= {each: _numbers(one) for each, one in zip(sentences, vectors or (), strict=False)}
    return found


def _numbers(halfvec: str) -> list[float]:
    """Read a vector as pgvector writes it."""
    return [float(number) for number in halfvec.strip("[]").split(",")]


async def bare(conn: AsyncConnection, tenant_id: str) -> list[Mapping[str, Any]]:
    """Return the columns of published articles that have no vectors yet."""
    async with conn.cursor(row_factory=dict_row) as cursor:
        await cursor.execute(BARE, [tenant_id])
        return list(await cursor.fetchall())


async def published_columns(conn: AsyncConnection, tenant_id: str) -> list[Mapping[str, Any]]:
    """Return the columns of everything that is published."""
    async with conn.cursor(row_factory=dict_row) as cursor:
        await cursor.execute(PUBLISHED, [tenant_id])
        return list(await cursor.fetchall())


async def expired(conn: AsyncConnection, tenant_id: str, today: date) -> list[str]:
    """List the published articles whose day has come."""
    return [row[0] async for row in await conn.execute(EXPIRED, [tenant_id, today])]


async def shown(conn: AsyncConnection, tenant_id: str) -> dict[str, int]:
    """Return which version of which article is published."""
    rows = await (await conn.execute(SHOWN, [tenant_id])).fetchall()
    return {row[0]: row[1] for row in rows}


async def show(conn: AsyncConnection, tenant_id: str, changes: Changes) -> None:
    """Publish and withdraw all of it in one statement."""
    values = {"tenant": tenant_id, "articles": list(changes), "versions": list(changes.values())}
    await conn.execute(SHOW, values)


async def shown_texts(conn: AsyncConnection, tenant_id: str, ids: Sequence[str]) -> list[str]:
    """Return the words of these articles' published passages."""
    return [row[0] async for row in await conn.execute(TEXTS, [tenant_id, list(ids)])]


async def add_release(conn: AsyncConnection, tenant_id: str, made: Made) -> int:
    """Note what is published now as the next release, and return its number."""
    values = {"tenant": tenant_id, "restores": made.restores, "note": made.note, "by": made.by}
    row = await (await conn.execute(ADD_RELEASE, values)).fetchone()
    if row is None:
        raise RuntimeError("nothing was ever published for this tenant: set its state first")
    return int(row[0])


async def releases(conn: AsyncConnection, tenant_id: str, most: int) -> list[Release]:
    """List the releases, the newest first."""
    async with conn.cursor(row_factory=class_row(Release)) as cursor:
        await cursor.execute(RELEASES, [tenant_id, most])
        return await cursor.fetchall()


async def release(conn: AsyncConnection, tenant_id: str, number: int) -> Release | None:
    """Return one release."""
    async with conn.cursor(row_factory=class_row(Release)) as cursor:
        await cursor.execute(RELEASE, [tenant_id, number])
        return await cursor.fetchone()


async def release_words(conn: AsyncConnection, tenant_id: str, number: int) -> Commonness:
    """Return how common each word was in a release."""
    row = await (await conn.execute(RELEASE_WORDS, [tenant_id, number])).fetchone()
    return dict(row[0]) if row else {}


async def version_columns(
    conn: AsyncConnection, tenant_id: str, article_id: str, version: int
) -> dict[str, Any] | None:
    """Return one version's columns."""
    async with conn.cursor(row_factory=dict_row) as cursor:
        await cursor.execute(VERSION, [tenant_id, article_id, version])
        return await cursor.fetchone()


async def versions(
    conn: AsyncConnection, tenant_id: str, article_id: str, most: int
) -> list[Mapping[str, Any]]:
    """List an article's versions, the newest first, without their texts."""
    async with conn.cursor(row_factory=dict_row) as cursor:
        await cursor.execute(VERSIONS, [tenant_id, article_id, most])
        return list(await cursor.fetchall())


async def drafts(conn: AsyncConnection, tenant_id: str) -> list[Draft]:
    """List all drafts."""
    async with conn.cursor(row_factory=class_row(Draft)) as cursor:
        await cursor.execute(DRAFTS, [tenant_id])
        return await cursor.fetchall()


async def draft(conn: AsyncConnection, tenant_id: str, article_id: str) -> Draft | None:
    """Return an article's draft."""
    async with conn.cursor(row_factory=class_row(Draft)) as cursor:
        await cursor.execute(DRAFT, [tenant_id, article_id])
        return await cursor.fetchone()


async def keep_draft(
    conn: AsyncConnection, tenant_id: str, article_id: str, text: str | None, by: str, revision: int | None
) -> int | None:
    """Keep a draft and return its revision; None when it is no more at the revision that was read."""
    values = {"tenant": tenant_id, "article": article_id, "text": text, "by": by, "revision": revision}
    row = await (await conn.execute(KEEP_DRAFT, values)).fetchone()
    return None if row is None else int(row[0])


async def drop_drafts(conn: AsyncConnection, tenant_id: str, drafts: Sequence[Draft]) -> None:
    """Drop the drafts that are still as they were read; one that was changed meanwhile stays."""
    ids, revisions = [each.article_id for each in drafts], [each.revision for each in drafts]
    await conn.execute(DROP_DRAFTS, {"tenant": tenant_id, "articles": ids, "revisions": revisions})


async def drop_draft(conn: AsyncConnection, tenant_id: str, article_id: str) -> bool:
    """Drop an article's draft; False when it had none."""
    return await (await conn.execute(DROP_DRAFT, [tenant_id, article_id])).fetchone() is not None
