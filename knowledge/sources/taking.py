"""Takes articles from a source into the store: published at once, or as drafts to look at first."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from psycopg import AsyncConnection

from knowledge import repository
from knowledge.article import Article
from knowledge.ports import Connect, Embed
from knowledge.publishing import repository as publishing
from knowledge.publishing.release import Made
from knowledge.publishing.staging import Staged, fill_vectors, stage
from knowledge.publishing.switching import switch
from knowledge.sources import repository as sql
from knowledge.sources.comparing import Line, Plan, There, compare
from knowledge.sources.found import Found, Reply, Taken, told_apart
from knowledge.sources.repository import Origin
from knowledge.writing import article_text

FOLDER = "folder"
"""The source that the engine's own folder of articles is."""


@dataclass(frozen=True, kw_only=True)
class Report:
    """What an import did: a line a document, and the ready-made replies among them."""

    lines: tuple[Line, ...]
    replies: tuple[Reply, ...]
    published: bool

    def count(self, outcome: str) -> int:
        """Count the documents that came out so."""
        return sum(line.outcome == outcome for line in self.lines)

    @property
    def summary(self) -> str:
        """Say in one line how many came out how."""
        outcomes = ("new", "changed", "same", "waits", "withdrawn", "reply", "refused")
        counted = [f"{number} {each}" for each in outcomes if (number := self.count(each))]
        return ", ".join(counted) or "nothing found"

    def kept(self, most: int = 500) -> dict[str, Any]:
        """Return what is kept of a report: its sum, and the lines that somebody should read."""
        worth = [asdict(line) for line in self.lines if line.outcome != "same"]
        return {"summary": self.summary, "published": self.published, "lines": worth[:most]}


async def take_in(
    connect: Connect,
    tenant_id: str,
    source_id: str,
    found: Sequence[Found],
    embed: Embed | None,
    *,
    publish: bool,
    adopt: bool = False,
) -> Report:
    """Bring the store to what the source says; what was edited here waits, what is gone is withdrawn."""
    found = told_apart(found)
    async with connect(tenant_id) as conn:
        plan = compare(source_id, found, await _there(conn, tenant_id), adopt=adopt)
    if publish:
        shown = [one.article for one in (*plan.update, *plan.same)]
        staged = await stage(connect, tenant_id, shown, embed)
        async with connect(tenant_id) as conn:
            await repository.lock_publishing(conn, tenant_id)
            # Somebody may have published an edit since: what may be overwritten is decided again.
            plan = compare(source_id, found, await _there(conn, tenant_id), adopt=adopt)
            plan = replace(
                plan, update=tuple(one for one in plan.update if one.article.id in staged.versions)
            )
            await _show(conn, tenant_id, source_id, plan, staged)
            await _remember(conn, tenant_id, source_id, plan)
    else:
        async with connect(tenant_id) as conn:
            await _draft(conn, tenant_id, source_id, plan)
            await _remember(conn, tenant_id, source_id, plan)
    replies = tuple(one for one in found if isinstance(one, Reply))
    return Report(lines=plan.lines, replies=replies, published=publish)


async def lay_out(
    connect: Connect, tenant_id: str, articles: Sequence[Article], embed: Embed | None
) -> Report:
    """Publish what changed in the engine's own folder; what was edited in the console since is left alone."""
    found = [Taken(origin=f"{one.id}.md", article=one, text=article_text(one)) for one in articles]
    return await take_in(connect, tenant_id, FOLDER, found, embed, publish=True, adopt=True)


async def _there(conn: AsyncConnection, tenant_id: str) -> There:
    return There(
        origins=await sql.origins(conn, tenant_id),
        published=await sql.published(conn, tenant_id),
        drafted={one.article_id: one.changed_by for one in await publishing.drafts(conn, tenant_id)},
    )


async def _show(conn: AsyncConnection, tenant_id: str, source_id: str, plan: Plan, staged: Staged) -> None:
    """Publish what is new, in the transaction of its caller; the rest only gets vectors that were missing."""
    now = await publishing.shown(conn, tenant_id)
    wanted = {one.article.id: staged.versions[one.article.id] for one in plan.update}
    changes: dict[str, int | None] = {each: at for each, at in wanted.items() if now.get(each) != at}
    changes |= {each: None for each in plan.withdrawn if each in now}
    completed = await fill_vectors(conn, tenant_id, staged)
    state = await repository.read_state(conn, tenant_id, None)
    if changes or completed or state is None:
        await switch(conn, tenant_id, changes, Made(by=source_id, note="import"))
    for one in plan.waiting:
        await publishing.keep_draft(conn, tenant_id, one.article.id, one.text, source_id, None)


async def _draft(conn: AsyncConnection, tenant_id: str, source_id: str, plan: Plan) -> None:
    """Keep what is new as drafts, for somebody to look at."""
    for one in (*plan.update, *plan.waiting):
        await publishing.keep_draft(conn, tenant_id, one.article.id, one.text, source_id, None)
    for article_id in plan.withdrawn:
        await publishing.keep_draft(conn, tenant_id, article_id, None, source_id, None)


async def _remember(conn: AsyncConnection, tenant_id: str, source_id: str, plan: Plan) -> None:
    """Note what the source says now, so that only its next change counts."""
    kept = [
        Origin(
            article_id=one.article.id,
            source_id=source_id,
            origin=one.origin,
            content_hash=one.article.content_hash,
        )
        for one in (*plan.update, *plan.waiting, *plan.same)
    ]
    await sql.keep_origins(conn, tenant_id, kept)
    await sql.drop_origins(conn, tenant_id, plan.withdrawn)
