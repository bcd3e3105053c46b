"""Publish a folder of articles: what changed is embedded and shown at once, the rest is left alone."""

from collections.abc import Sequence
from dataclasses import dataclass

from knowledge import repository
from knowledge.article import Article
from knowledge.ports import Connect, Embed
from knowledge.publishing import repository as sql
from knowledge.publishing import switching
from knowledge.publishing.release import Made, changes_between
from knowledge.publishing.staging import WrongVectors, fill_vectors, stage
from knowledge.publishing.switching import UnknownVersion

__all__ = ["Published", "UnknownVersion", "WrongVectors", "publish", "roll_back"]


@dataclass(frozen=True, kw_only=True)
class Published:
    """What a publication did, by article id."""

    version: str
    changed: tuple[str, ...]
    completed: tuple[str, ...]
    """Articles whose text was there already and that now have their vectors."""
    withdrawn: tuple[str, ...]
    unchanged: int


async def publish(
    connect: Connect,
    tenant_id: str,
    articles: Sequence[Article],
    embed: Embed | None,
    made: Made = Made(),  # noqa: B008
) -> Published:
    """Make these articles the published ones, in one transaction; the rest is withdrawn.

    Only changed passages are embedded, before the transaction begins. Without
    an encoder they can be found by their words; the next call with one
    completes them.
    """
    staged = await stage(connect, tenant_id, articles, embed)
    async with connect(tenant_id) as conn:
        await repository.lock_publishing(conn, tenant_id)
        changes = changes_between(await sql.shown(conn, tenant_id), staged.versions)
        completed = await fill_vectors(conn, tenant_id, staged)
        named = await switching.switch(conn, tenant_id, changes, made)
    changed = tuple(each.id for each in articles if each.id in changes)
    only_completed = tuple(each for each in completed if each not in changes)
    return Published(
        version=named,
        changed=changed,
        completed=only_completed,
        withdrawn=tuple(each for each, version in changes.items() if version is None),
        unchanged=len(articles) - len(changed) - len(only_completed),
    )


async def roll_back(connect: Connect, tenant_id: str, article_id: str, version: int) -> str:
    """Show an earlier version of an article again; answers cached for that state are valid again too."""
    return await switching.roll_back(connect, tenant_id, article_id, version, Made())
