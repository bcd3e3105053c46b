"""Bring articles into the store before anybody sees them: only what is new is embedded."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from psycopg import AsyncConnection

from knowledge import repository
from knowledge.article import Article
from knowledge.ports import DIMENSIONS, Connect, Embed
from knowledge.publishing import repository as sql
from knowledge.repository import Vector, passage_text

_BATCH = 64
_AT_ONCE = 25


class WrongVectors(ValueError):
    """The encoder's answer does not fit the texts it was given: check that it is the 384-dimensional one."""


@dataclass(frozen=True, kw_only=True)
class Staged:
    """Articles that lie ready to be shown."""

    versions: Mapping[str, int]
    """Article -> the version that says what was given."""
    bare: tuple[Article, ...]
    """Those whose stored version has no vectors yet."""
    vectors: Mapping[str, Vector]


async def stage(connect: Connect, tenant_id: str, articles: Sequence[Article], embed: Embed | None) -> Staged:
    """Store what is not stored yet; a version that said the same before is used again."""
    async with connect(tenant_id) as conn:
        kept = await sql.kept(conn, tenant_id, articles)
        fresh = [each for each in articles if _key(each) not in kept]
        known = await sql.known_vectors(conn, tenant_id, [each.id for each in fresh]) if embed else {}
    bare = [each for each in articles if _key(each) in kept and not kept[_key(each)].has_vectors]
    needed = list(dict.fromkeys(text for each in (*fresh, *bare) for text in _texts(each)))
    vectors = known | await _embedded([text for text in needed if text not in known], embed)
    versions: dict[str, int] = {}
    # Nobody sees what is staged: short transactions let other publishers, and the pool, have their turn.
    for start in range(0, len(articles), _AT_ONCE):
        async with connect(tenant_id) as conn:
            versions |= await _stored(conn, tenant_id, articles[start : start + _AT_ONCE], vectors)
    return Staged(versions=versions, bare=tuple(bare), vectors=vectors)


async def fill_vectors(conn: AsyncConnection, tenant_id: str, staged: Staged) -> tuple[str, ...]:
    """Give the articles without vectors theirs, as far as they are known now; returns which got them."""
    ready = [each for each in staged.bare if _known(staged.vectors, each)]
    for each in ready:
        await repository.fill_vectors(conn, tenant_id, each, staged.versions[each.id], staged.vectors)
    return tuple(each.id for each in ready)


async def _stored(
    conn: AsyncConnection, tenant_id: str, articles: Sequence[Article], vectors: Mapping[str, Vector]
) -> dict[str, int]:
    """Add the versions that are missing; another process may have added some since we looked."""
    await repository.lock_publishing(conn, tenant_id)
    kept = await sql.kept(conn, tenant_id, articles)
    newest = await sql.newest(conn, tenant_id, [each.id for each in articles])
    versions: dict[str, int] = {}
    for each in articles:
        if (known := kept.get(_key(each))) is not None:
            versions[each.id] = known.version
            continue
        versions[each.id] = newest.get(each.id, 0) + 1
        await repository.add_version(conn, tenant_id, each, versions[each.id], _known(vectors, each))
    return versions


def _key(article: Article) -> tuple[str, str]:
    return article.id, article.content_hash


def _texts(article: Article) -> list[str]:
    """List a whole article's passages and sentences."""
    return [text for chunk in article.chunks for text in (passage_text(article, chunk), *chunk.sentences)]


def _known(vectors: Mapping[str, Vector], article: Article) -> Mapping[str, Vector]:
    """Return the vectors when they cover the whole article."""
    return vectors if all(text in vectors for text in _texts(article)) else {}


async def _embedded(texts: Sequence[str], embed: Embed | None) -> dict[str, Vector]:
    """Embed the texts in batches; no transaction is open meanwhile."""
    vectors: dict[str, Vector] = {}
    for start in range(0, len(texts) if embed else 0, _BATCH):
        batch = texts[start : start + _BATCH]
        found = await embed.embed(batch) if embed else []
        if len(found) != len(batch) or any(len(vector) != DIMENSIONS for vector in found):
            raise WrongVectors(f"expected {len(batch)} vectors of {DIMENSIONS} numbers from the encoder")
        vectors.update(zip(batch, found, strict=True))
    return vectors
