"""Publish a folder of articles: what changed is embedded and shown at once, the rest is left alone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from knowledge import repository
from knowledge.article import Article
from knowledge.ports import DIMENSIONS, Connect, Embed
from knowledge.repository import Stored, Vector, passage_text
from knowledge.terms import count_passages

_BATCH = 64


class UnknownVersion(LookupError):
    """An article was never published at that version: look at the versions that exist."""


class WrongVectors(ValueError):
    """The encoder's answer does not fit the texts it was given: check that it is the 384-dimensional one."""


@dataclass(frozen=True, kw_only=True)
class Published:
    """What a publication did, by article id."""

    version: str
    changed: tuple[str, ...]
    completed: tuple[str, ...]
    """Articles whose text was there already and that now have their vectors."""
    withdrawn: tuple[str, ...]
    unchanged: int


@dataclass(frozen=True, kw_only=True)
class _Plan:
    """What has to be done to make the store equal to the articles."""

    new: tuple[Article, ...]
    without_vectors: tuple[Article, ...]
    withdrawn: tuple[str, ...]


async def publish(
    connect: Connect, tenant_id: str, articles: Sequence[Article], embed: Embed | None
) -> Published:
    """Make these articles the published ones, in one transaction; the rest is withdrawn.

    Only changed articles are embedded, before the transaction begins. Without
    an encoder they can be found by their words; the next call with one
    completes them.
    """
    async with connect(tenant_id) as conn:
        before = await repository.stored(conn, tenant_id)
    vectors = await _embedded(_to_embed(_plan(articles, before)), embed)
    async with connect(tenant_id) as conn:
        await repository.lock_publishing(conn, tenant_id)
        # Another process may have published since: what is left to do is decided again under the lock.
        now = await repository.stored(conn, tenant_id)
        plan = _plan(articles, now)
        for article in plan.new:
            version = now[article.id].newest + 1 if article.id in now else 1
            await repository.add_version(conn, tenant_id, article, version, _known(vectors, article))
            await repository.show_version(conn, tenant_id, article.id, version)
        completed = [article for article in plan.without_vectors if _known(vectors, article)]
        for article in completed:
            version = now[article.id].version or 1
            await repository.fill_vectors(conn, tenant_id, article, version, vectors)
        for article_id in plan.withdrawn:
            await repository.show_version(conn, tenant_id, article_id, None)
        named = await repository.set_state(
            conn, tenant_id, count_passages(await repository.live_texts(conn, tenant_id))
        )
    return Published(
        version=named,
        changed=tuple(article.id for article in plan.new),
        completed=tuple(article.id for article in completed),
        withdrawn=plan.withdrawn,
        unchanged=len(articles) - len(plan.new) - len(completed),
    )


async def roll_back(connect: Connect, tenant_id: str, article_id: str, version: int) -> str:
    """Show an earlier version of an article again; answers cached for that state are valid again too."""
    async with connect(tenant_id) as conn:
        await repository.lock_publishing(conn, tenant_id)
        if not await repository.version_exists(conn, tenant_id, article_id, version):
            raise UnknownVersion(f"article {article_id!r} has no version {version}")
        await repository.show_version(conn, tenant_id, article_id, version)
        texts = await repository.live_texts(conn, tenant_id)
        return await repository.set_state(conn, tenant_id, count_passages(texts))


def _plan(articles: Sequence[Article], stored: Mapping[str, Stored]) -> _Plan:
    """Compare the articles with what is stored."""
    same = {
        article.id: stored[article.id].has_vectors
        for article in articles
        if article.id in stored and stored[article.id].content_hash == article.content_hash
    }
    given = {article.id for article in articles}
    shown = sorted(row.article_id for row in stored.values() if row.version is not None)
    return _Plan(
        new=tuple(article for article in articles if article.id not in same),
        without_vectors=tuple(article for article in articles if same.get(article.id) is False),
        withdrawn=tuple(article_id for article_id in shown if article_id not in given),
    )


def _to_embed(plan: _Plan) -> list[str]:
    """List the texts that need a vector, each once."""
    texts = (text for article in (*plan.new, *plan.without_vectors) for text in _texts(article))
    return list(dict.fromkeys(texts))


def _texts(article: Article) -> list[str]:
    """List a whole article's passages and sentences."""
    return [text for chunk in article.chunks for text in (passage_text(article, chunk), *chunk.sentences)]


def _known(vectors: Mapping[str, Vector], article: Article) -> Mapping[str, Vector]:
    """Return the vectors when they cover the article; one that another process changed meanwhile waits."""
    return vectors if all(text in vectors for text in _texts(article)) else {}


async def _embedded(texts: Sequence[str], embed: Embed | None) -> dict[str, Vector]:
    """Embed the texts in batches; no transaction is open meanwhile."""
    if embed is None:
        return {}
    vectors: dict[str, Vector] = {}
    for start in range(0, len(texts), _BATCH):
        batch = texts[start : start + _BATCH]
        found = await embed.embed(batch)
        if len(found) != len(batch) or any(len(vector) != DIMENSIONS for vector in found):
            raise WrongVectors(f"expected {len(batch)} vectors of {DIMENSIONS} numbers from the encoder")
        vectors.update(zip(batch, found, strict=True))
    return vectors
