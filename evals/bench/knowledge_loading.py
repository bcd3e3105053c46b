"""Filling the database of `frontdesk bench knowledge`: in bulk, and one company the way companies publish."""

import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

import orjson
import psycopg

from app.db import Database
from evals.bench.knowledge_corpus import MadeArticle, Texts, articles_of
from knowledge.article import Article
from knowledge.ingest import publish, roll_back
from knowledge.parse import parse_article
from knowledge.publishing.release import Made
from knowledge.publishing.switching import go_back
from knowledge.repository import Vector, passage_text
from knowledge.terms import count_passages

NEWCOMER, ITS_PASSAGES = "newcomer", 2000
INDEXES = ("passages_by_meaning", "passages_by_name", "chunks_by_words")
STAGE = """
create temp table stage (article_id text, ordinal integer, language text, title text, heading text, body text,
  sentence text, vector text) on commit drop"""
FROM_STAGE = """
insert into chunks (tenant_id, article_id, version, ordinal, live, language, title, heading, anchor, body,
  sentences, embedding, sentence_vectors, words)
select %s, article_id, 1, ordinal, true, language, title, heading, 'top', body,
  array[sentence, sentence, sentence],
  vector::halfvec, array[vector::halfvec, vector::halfvec, vector::halfvec],
  setweight(to_tsvector(text_config(language), title || ' ' || heading), 'A')
  || setweight(to_tsvector(text_config(language), body), 'C')
from stage"""
VERSIONS = """
copy article_versions (tenant_id, article_id, version, title, domain, owner, language, audience, updated_on,
  keywords, body, content_hash, products, valid_from, expires_on) from stdin"""


def fill(url: str, texts: Texts, held: Mapping[str, int]) -> None:
    """Load every company; the indexes that are dear to keep up are built once at the end."""
    with psycopg.connect(url) as conn:
        rebuilt = [_definition(conn, name) for name in INDEXES]
        for name in INDEXES:
            conn.execute(f"drop index {name}")
        for tenant_id, passages in held.items():
            _fill_one(conn, tenant_id, list(articles_of(texts, tenant_id, passages)))
            conn.commit()
        conn.execute("set maintenance_work_mem = '512MB'")
        for statement in rebuilt:
            conn.execute(statement)
        conn.commit()
        conn.autocommit = True
        conn.execute("vacuum analyze")


def _definition(conn: psycopg.Connection, name: str) -> bytes:
    row = conn.execute("select indexdef from pg_indexes where indexname = %s", [name]).fetchone()
    assert row is not None
    return str(row[0]).encode()


def _fill_one(conn: psycopg.Connection, tenant_id: str, made: Sequence[MadeArticle]) -> None:
    """Store one company's articles as published."""
    with conn.cursor() as cursor:
        cursor.executemany(
            "insert into articles values (%s, %s, null)", [(tenant_id, one.article_id) for one in made]
        )
        with cursor.copy(VERSIONS) as copy:
            for one in made:
                copy.write_row(_version_row(tenant_id, one))
        cursor.execute(STAGE)
        with cursor.copy("copy stage from stdin") as copy:
            for row in _chunk_rows(made):
                copy.write_row(row)
        cursor.execute(FROM_STAGE, [tenant_id])
        cursor.execute("update articles set version = 1 where tenant_id = %s", [tenant_id])
        cursor.execute("drop table stage")
        common = count_passages(
            f"{one.title} {passage.heading} {passage.body}" for one in made for passage in one.passages
        )
        state = [tenant_id, orjson.dumps(common).decode()]
        cursor.execute(
            "insert into knowledge_states (tenant_id, version, commonness) values (%s, '1', %s)", state
        )


def _version_row(tenant_id: str, one: MadeArticle) -> tuple[object, ...]:
    told: tuple[object, ...] = (one.title, "made", "nobody", one.language, one.audience, "2026-01-01")
    told = (*told, [], one.title, "made", list(one.products), one.valid_from, one.expires_on)
    return (tenant_id, one.article_id, 1, *told)


def _chunk_rows(made: Sequence[MadeArticle]) -> Iterable[tuple[object, ...]]:
    for one in made:
        for place, passage in enumerate(one.passages):
            text = (
                one.language,
                one.title,
                passage.heading,
                passage.body,
                passage.body[:300],
                passage.vector,
            )
            yield (one.article_id, place, *text)


class _Made:
    """Stands for the encoder: the vectors were made with the articles."""

    def __init__(self, vectors: Mapping[str, Vector]) -> None:
        self._vectors = vectors

    async def embed(self, texts: Sequence[str]) -> list[list[float]]:
        """Return the vector made for each text."""
        return [list(self._vectors[text]) for text in texts]


async def newcomer(database: Database, texts: Texts) -> dict[str, float]:
    """Let one more company publish, change one article, and take the change back, with nothing beside it."""
    articles, vectors = _publishable(list(articles_of(texts, NEWCOMER, ITS_PASSAGES)))
    began = time.monotonic()
    await publish(database.tenant, NEWCOMER, articles, _Made(vectors))
    published = time.monotonic()
    first = articles[0]
    changed = [replace(first, content_hash="changed"), *articles[1:]]
    await publish(database.tenant, NEWCOMER, changed, _Made(vectors))
    again = time.monotonic()
    await roll_back(database.tenant, NEWCOMER, first.id, 1)
    back = time.monotonic()
    passages = sum(len(one.chunks) for one in articles)
    every = [replace(one, content_hash=f"{one.content_hash} again") for one in articles]
    await publish(database.tenant, NEWCOMER, every, _Made(vectors))
    whole = time.monotonic()
    await go_back(database.tenant, NEWCOMER, 1, Made())
    return {
        "ingest_per_second": round(passages / (published - began), 1),
        "publish_one_ms": round((again - published) * 1000, 1),
        "rollback_ms": round((back - again) * 1000, 1),
        "restore_all_ms": round((time.monotonic() - whole) * 1000, 1),
    }


def _publishable(made: Sequence[MadeArticle]) -> tuple[list[Article], dict[str, Vector]]:
    """Write made articles as files would be, and give each of their texts a vector."""
    articles, vectors = [], dict[str, Vector]()
    for one in made:
        article = parse_article(_file(one), one.article_id)
        articles.append(article)
        for chunk in article.chunks:
            vector = orjson.loads(one.passages[min(chunk.ordinal, len(one.passages) - 1)].vector)
            vectors |= dict.fromkeys((passage_text(article, chunk), *chunk.sentences), vector)
    return articles, vectors


def _file(one: MadeArticle) -> str:
    front = f"id: {one.article_id}\ntitle: {orjson.dumps(one.title).decode()}\ndomain: made\nowner: nobody\n"
    front += "language: en\naudience: customers\nupdated: 2026-01-01"
    body = "\n\n".join(
        f"## Part {place}\n\n{' '.join(passage.body.split())}" for place, passage in enumerate(one.passages)
    )
    return f"---\n{front}\n---\n{body}\n"
