"""What the command line does with articles, and the lines it prints."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import aiohttp

from app.conversations.seal import Seal
from app.knowledge.importing import Importing, Order
from app.understanding.nlu_client import EmbeddingsAway
from knowledge.article import Article
from knowledge.ports import Connect, Embed
from knowledge.publishing import repository as sql
from knowledge.publishing.differing import Difference
from knowledge.publishing.drafting import Outcome, draft_differences, publish_drafts, release_differences
from knowledge.publishing.reading import published_articles
from knowledge.publishing.release import Made, Release
from knowledge.publishing.switching import go_back, roll_back
from knowledge.reviewing.contradictions import contradictions
from knowledge.reviewing.days import days_come
from knowledge.reviewing.links import broken_links
from knowledge.reviewing.outside import broken_outside
from knowledge.sources import repository as sources

_MARKS = {"same": "  ", "gone": "- ", "come": "+ ", "left_out": "..."}


@dataclass(frozen=True, kw_only=True)
class KnowledgeDesk:
    """One tenant's articles, for somebody at a terminal."""

    connect: Connect
    vault: Seal
    embed: Embed | None
    session: aiohttp.ClientSession
    tenant_id: str
    clock: Callable[[], datetime]

    async def import_from(self, order: Order, every: int | None) -> list[str]:
        """Import a source; with `every` it is kept and imported again by the engine."""
        now = self.clock()
        importing = Importing(
            connect=self.connect,
            vault=self.vault,
            embed=self.embed,
            session=self.session,
            today=now.date(),
            by=order.source_id,
        )
        report = await importing.take(self.tenant_id, order, now)
        async with self.connect(self.tenant_id) as conn:
            kept = (self.tenant_id, order.source_id, order.address, order.kept(), every, now)
            await sources.keep_source(conn, *kept)
            await sources.reported(conn, self.tenant_id, order.source_id, report.kept(), now)
        drafted = ("waits",) if order.publish else ("waits", "new", "changed", "withdrawn")
        waiting = any(report.count(each) for each in drafted)
        next_ = "Drafts wait: frontdesk knowledge diff, then frontdesk knowledge publish."
        return [*map(str, report.lines), report.summary, *([next_] if waiting else [])]

    async def sources(self) -> list[str]:
        """Write a line a source."""
        async with self.connect(self.tenant_id) as conn:
            found = await sources.sources(conn, self.tenant_id)
        lines = []
        for one in found:
            every = f"every {one.every_minutes} min" if one.every_minutes else "by hand"
            last = f"{one.last_at.astimezone(UTC):%Y-%m-%d %H:%M}" if one.last_at else "never"
            did = (one.last_report or {}).get("summary", "")
            lines.append(f"{one.source_id}  {one.address}  {every}  last {last}: {did}")
        return lines or ["No sources: frontdesk knowledge import SOURCE adds one."]

    async def forget(self, source_id: str) -> list[str]:
        """Keep a source's articles and import from it no more."""
        async with self.connect(self.tenant_id) as conn:
            gone = await sources.drop_source(conn, self.tenant_id, source_id)
        return [
            f"{source_id} is not imported any more; its articles stay."
            if gone
            else f"no source {source_id!r}"
        ]

    async def diff(self, old: int | None, new: int | None) -> list[str]:
        """Write how drafts differ from what is published, or a release from another."""
        async with self.connect(self.tenant_id) as conn:
            if old is None:
                found = await draft_differences(conn, self.tenant_id)
            else:
                newest = await sql.releases(conn, self.tenant_id, 1)
                other = new if new is not None else newest[0].number if newest else 0
                found = await release_differences(conn, self.tenant_id, old, other)
        return [line for one in found for line in written(one)] or ["No differences."]

    async def publish(self, articles: Sequence[str] | None, note: str, by: str) -> list[str]:
        """Publish drafts; while the encoder is away, words alone find what is new."""
        made, only = Made(by=by, note=note), set(articles) if articles else None
        try:
            done = await publish_drafts(self.connect, self.tenant_id, self.embed, made, only)
        except EmbeddingsAway:
            done = await publish_drafts(self.connect, self.tenant_id, None, made, only)
        return _published(done)

    async def versions(self, article_id: str | None, limit: int) -> list[str]:
        """Write a line a release, or a line a version of one article."""
        async with self.connect(self.tenant_id) as conn:
            if article_id is None:
                return [_release(one) for one in await sql.releases(conn, self.tenant_id, limit)] or [
                    "Nothing was ever published."
                ]
            shown = (await sql.shown(conn, self.tenant_id)).get(article_id)
            rows = await sql.versions(conn, self.tenant_id, article_id, limit)
        return [
            f"{row['version']}  {row['published_at'].astimezone(UTC):%Y-%m-%d %H:%M}  {row['title']}"
            + ("  published" if row["version"] == shown else "")
            for row in rows
        ] or [f"no article {article_id!r}"]

    async def roll_back(self, number: int, article_id: str | None, note: str, by: str) -> list[str]:
        """Go back to a release, or one article to a version of it."""
        made = Made(by=by, note=note)
        if article_id is not None:
            await roll_back(self.connect, self.tenant_id, article_id, number, made)
            return [f"{article_id} is published as version {number} again."]
        now = await go_back(self.connect, self.tenant_id, number, made)
        return [f"Release {number} is in force again, as release {now.number}."]

    async def review(self, outside: bool) -> list[str]:
        """Write what owners should look at."""
        async with self.connect(self.tenant_id) as conn:
            articles = await published_articles(conn, self.tenant_id)
        lines = [*_reviewed(articles, self.clock())]
        if outside:
            found = await broken_outside(self.session, articles)
            lines += [f"link       {one.article_id}: {one.address}: {one.why}" for one in found]
        return lines or ["Nothing to look at."]


def written(one: Difference) -> Iterable[str]:
    """Write a difference as people read it in a terminal."""
    yield f"{one.change}  {one.article_id}  {one.title}"
    yield from (f"  {_MARKS[line.kind]}{line.text}".rstrip() for line in one.lines)


def _published(done: Outcome) -> list[str]:
    if done.release is None:
        return ["Nothing to publish."]
    return [*done.articles, f"Release {done.release.number}: {len(done.articles)} articles."]


def _release(one: Release) -> str:
    because = one.note or (f"release {one.restores} again" if one.restores else "")
    at, by = one.made_at.astimezone(UTC), one.made_by or "-"
    return f"{one.number}  {at:%Y-%m-%d %H:%M}  {len(one.shown)} articles  {by}  {because}".rstrip()


def _reviewed(articles: Sequence[Article], now: datetime) -> Iterable[str]:
    for link in broken_links(articles):
        yield f"link       {link.article_id}: [{link.words}]({link.address}): {link.why}"
    for each in contradictions(articles):
        yield f"figures    {each.first.article_id}: {each.first.text}"
        yield f"           {each.second.article_id}: {each.second.text} ({each.why})"
    for one in days_come(articles, now.date()):
        word = "review" if one.what == "review" else "expires"
        yield f"{word:<9}  {one.article_id}: {one.day}, {one.owner}"
