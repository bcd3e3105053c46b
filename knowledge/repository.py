"""The only SQL of the knowledge base; the connection comes in, bound to its tenant."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from psycopg import AsyncConnection
from psycopg.rows import class_row
from psycopg.types.json import Jsonb

from knowledge.article import Article, Chunk
from knowledge.terms import Commonness

Vector = Sequence[float]


@dataclass(frozen=True, kw_only=True)
class State:
    """What is published now, under one name; `commonness` is None when the caller has it already."""

    version: str
    commonness: Commonness | None


ONE_PUBLISHER = "select pg_advisory_xact_lock(hashtextextended('knowledge:' || %s, 0))"

ADD_ARTICLE = "insert into articles (tenant_id, article_id) values (%s, %s) on conflict do nothing"

ADD_VERSION = """
insert into article_versions (tenant_id, article_id, version, title, domain, owner, language, audience,
  updated_on, keywords, body, content_hash, review_on, expires_on, products, valid_from)
values (%(tenant)s, %(article)s, %(version)s, %(title)s, %(domain)s, %(owner)s, %(language)s, %(audience)s,
  %(updated)s, %(keywords)s, %(body)s, %(content_hash)s, %(review)s, %(expires)s,
  %(products)s, %(valid_from)s)"""

ADD_CHUNK = """
insert into chunks (tenant_id, article_id, version, ordinal, live, language, title, heading, anchor, body,
  sentences, embedding, sentence_vectors, words)
values (%(tenant)s, %(article)s, %(version)s, %(ordinal)s, false, %(language)s, %(title)s, %(heading)s,
  %(anchor)s, %(body)s, %(sentences)s, %(embedding)s::halfvec, %(sentence_vectors)s::text[]::halfvec[],
  setweight(to_tsvector(text_config(%(language)s), %(title)s || ' ' || %(heading)s), 'A')
  || setweight(to_tsvector(text_config(%(language)s), %(keywords)s), 'B')
  || setweight(to_tsvector(text_config(%(language)s), %(body)s), 'C'))"""

FILL_VECTORS = """
update chunks set embedding = %s::halfvec, sentence_vectors = %s::text[]::halfvec[]
where tenant_id = %s and article_id = %s and version = %s and ordinal = %s"""

VERSION_EXISTS = """
select exists (select from article_versions where tenant_id = %s and article_id = %s and version = %s)"""

LIVE_TEXTS = """
select c.title || ' ' || c.heading || ' ' || array_to_string(v.keywords, ' ') || ' ' || c.body
from chunks c join article_versions v using (tenant_id, article_id, version)
where c.tenant_id = %s and c.live"""

SET_STATE = """
insert into knowledge_states (tenant_id, version, commonness)
select %(tenant)s, md5(coalesce(string_agg(a.article_id || ':' || a.version || ':' || (
    select count(c.embedding) from chunks c
    where c.tenant_id = a.tenant_id and c.article_id = a.article_id and c.live
  ), ',' order by a.article_id), '')), %(commonness)s
from articles a where a.tenant_id = %(tenant)s and a.version is not null
on conflict (tenant_id) do update
  set version = excluded.version, commonness = excluded.commonness, published_at = now()
returning version"""

READ_STATE = """
select version, case when version = %s then null else commonness end as commonness
from knowledge_states where tenant_id = %s"""

PUBLISHED_ARTICLE = """
select v.* from articles a join article_versions v using (tenant_id, article_id, version)
where a.tenant_id = %s and a.article_id = %s"""


async def lock_publishing(conn: AsyncConnection, tenant_id: str) -> None:
    """Let one process publish at a time; the lock ends with the transaction."""
    await conn.execute(ONE_PUBLISHER, [tenant_id])


async def add_version(
    conn: AsyncConnection, tenant_id: str, article: Article, version: int, vectors: Mapping[str, Vector]
) -> None:
    """Store a version with its passages; nobody sees it until `show_version`."""
    await conn.execute(ADD_ARTICLE, [tenant_id, article.id])
    await conn.execute(
        ADD_VERSION,
        _version_row(tenant_id, article, version),
    )
    rows = [_chunk_row(tenant_id, article, version, chunk, vectors) for chunk in article.chunks]
    async with conn.cursor() as cursor:
        await cursor.executemany(ADD_CHUNK, rows)


async def fill_vectors(
    conn: AsyncConnection, tenant_id: str, article: Article, version: int, vectors: Mapping[str, Vector]
) -> None:
    """Give the passages of a stored version the vectors that were missing."""
    rows = [
        (*_vector_columns(article, chunk, vectors), tenant_id, article.id, version, chunk.ordinal)
        for chunk in article.chunks
    ]
    async with conn.cursor() as cursor:
        await cursor.executemany(FILL_VECTORS, rows)


async def version_exists(conn: AsyncConnection, tenant_id: str, article_id: str, version: int) -> bool:
    """Tell whether that version was ever published."""
    row = await (await conn.execute(VERSION_EXISTS, [tenant_id, article_id, version])).fetchone()
    return row is not None and bool(row[0])


async def live_texts(conn: AsyncConnection, tenant_id: str) -> list[str]:
    """Return the words of every published passage."""
    return [row[0] async for row in await conn.execute(LIVE_TEXTS, [tenant_id])]


async def set_state(conn: AsyncConnection, tenant_id: str, commonness: Commonness) -> str:
    """Name what is published now, by its content, and return that name."""
    cursor = await conn.execute(SET_STATE, {"tenant": tenant_id, "commonness": Jsonb(dict(commonness))})
    row = await cursor.fetchone()
    if row is None:
        raise RuntimeError("knowledge_states returned no version: is the connection bound to the tenant?")
    return str(row[0])


async def read_state(conn: AsyncConnection, tenant_id: str, known: str | None) -> State | None:
    """Return what is published, or None where nothing ever was; `known` spares reading the words again."""
    async with conn.cursor(row_factory=class_row(State)) as cursor:
        await cursor.execute(READ_STATE, [known, tenant_id])
        return await cursor.fetchone()


async def published_article(conn: AsyncConnection, tenant_id: str, article_id: str) -> dict[str, Any] | None:
    """Return the published version's columns."""
    cursor = await conn.execute(PUBLISHED_ARTICLE, [tenant_id, article_id])
    row = await cursor.fetchone()
    names = [column.name for column in cursor.description or ()]
    return None if row is None else dict(zip(names, row, strict=True))


def as_halfvec(vector: Vector | None) -> str | None:
    """Write a vector as pgvector reads it; four digits are what half precision holds."""
    return None if vector is None else f"[{','.join(['%.4g'] * len(vector)) % tuple(vector)}]"


def passage_text(article: Article, chunk: Chunk) -> str:
    """Return what is embedded for a passage: its place in the article belongs to its meaning."""
    return f"{article.title}. {chunk.heading}. {chunk.body}"


def _vector_columns(
    article: Article, chunk: Chunk, vectors: Mapping[str, Vector]
) -> tuple[str | None, list[str | None] | None]:
    """Look up a passage's vectors; without an encoder there are none."""
    whole = as_halfvec(vectors.get(passage_text(article, chunk)))
    return whole, [as_halfvec(vectors[text]) for text in chunk.sentences] if whole else None


def _version_row(tenant_id: str, article: Article, version: int) -> dict[str, Any]:
    """Name a version's columns."""
    return {
        "tenant": tenant_id,
        "article": article.id,
        "version": version,
        "title": article.title,
        "domain": article.domain,
        "owner": article.owner,
        "language": article.language,
        "audience": article.audience,
        "updated": article.updated,
        "keywords": list(article.keywords),
        "body": article.body,
        "content_hash": article.content_hash,
        "review": article.review,
        "expires": article.expires,
        "products": list(article.products),
        "valid_from": article.valid_from,
    }


def _chunk_row(
    tenant_id: str, article: Article, version: int, chunk: Chunk, vectors: Mapping[str, Vector]
) -> dict[str, Any]:
    """Name a passage's columns."""
    embedding, sentence_vectors = _vector_columns(article, chunk, vectors)
    return {
        "tenant": tenant_id,
        "article": article.id,
        "version": version,
        "ordinal": chunk.ordinal,
        "language": article.language,
        "title": article.title,
        "heading": chunk.heading,
        "anchor": chunk.anchor,
        "body": chunk.body,
        "sentences": list(chunk.sentences),
        "keywords": " ".join(article.keywords),
        "embedding": embedding,
        "sentence_vectors": sentence_vectors,
    }
