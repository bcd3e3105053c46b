"""Drafts: kept, compared with what is published, published together."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from psycopg import AsyncConnection

from knowledge import repository
from knowledge.article import Article, ArticleInvalid
from knowledge.parse import article_of_columns, parse_article
from knowledge.ports import Connect, Embed
from knowledge.publishing import repository as sql
from knowledge.publishing.differing import Difference, difference
from knowledge.publishing.release import Made, Release
from knowledge.publishing.repository import Draft
from knowledge.publishing.staging import fill_vectors, stage
from knowledge.publishing.switching import UnknownRelease, switch
from knowledge.sources import repository as sources
from knowledge.sources.repository import Origin
from knowledge.writing import article_text, normal_text

CONSOLE = "console"
"""The source of articles that were written here."""


class DraftsRefused(ValueError):
    """Some drafts cannot be published as they are; `reasons` says why, by article."""

    def __init__(self, reasons: dict[str, str]) -> None:
        super().__init__("; ".join(f"{each}: {why}" for each, why in reasons.items()))
        self.reasons = reasons


class DraftMoved(RuntimeError):
    """Somebody else changed this draft meanwhile: load it again."""


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """A publication of drafts."""

    release: Release | None
    """None where publishing them changed nothing."""
    articles: tuple[str, ...]


async def keep_draft(
    connect: Connect, tenant_id: str, article_id: str, text: str, by: str, revision: int | None
) -> Draft:
    """Keep an article's next text; it must be readable, and somebody else's change is not overwritten."""
    article = parse_article(text, article_id)
    if article.id != article_id:
        raise ArticleInvalid(f"{article_id}: front matter field 'id': must stay {article_id!r}")
    async with connect(tenant_id) as conn:
        if await sql.keep_draft(conn, tenant_id, article_id, text, by, revision) is None:
            raise DraftMoved(f"the draft of {article_id} was changed meanwhile; load it again")
        kept = await sql.draft(conn, tenant_id, article_id)
    assert kept is not None
    return kept


async def publish_drafts(
    connect: Connect, tenant_id: str, embed: Embed | None, made: Made, only: Collection[str] | None = None
) -> Outcome:
    """Publish drafts in one transaction: all of them, or those named; none if one cannot be."""
    async with connect(tenant_id) as conn:
        drafts = [one for one in await sql.drafts(conn, tenant_id) if only is None or one.article_id in only]
    articles = _read(drafts)
    staged = await stage(connect, tenant_id, articles, embed)
    async with connect(tenant_id) as conn:
        await repository.lock_publishing(conn, tenant_id)
        now = await sql.shown(conn, tenant_id)
        _refuse_overtaken(drafts, now)
        wanted = {one.article_id: staged.versions.get(one.article_id) for one in drafts}
        changes = {each: version for each, version in wanted.items() if now.get(each) != version}
        await fill_vectors(conn, tenant_id, staged)
        if changes:
            await switch(conn, tenant_id, changes, made)
        await sql.drop_drafts(conn, tenant_id, drafts)
        await _remember(conn, tenant_id, articles)
        newest = await sql.releases(conn, tenant_id, 1)
    return Outcome(release=newest[0] if changes else None, articles=tuple(sorted(changes)))


def _read(drafts: Sequence[Draft]) -> list[Article]:
    """Read the drafts' articles; what cannot be read is named with its place."""
    articles, wrong = [], {}
    for one in drafts:
        try:
            if one.text is not None:
                articles.append(parse_article(one.text, one.article_id))
        except ArticleInvalid as mistake:
            wrong[one.article_id] = str(mistake)
    if wrong:
        raise DraftsRefused(wrong)
    return articles


def _refuse_overtaken(drafts: Sequence[Draft], now: dict[str, int]) -> None:
    """Refuse drafts of texts that somebody else has published over since."""
    overtaken = {
        one.article_id: "another text was published since this draft was begun; compare, then save it again"
        for one in drafts
        if one.base != now.get(one.article_id)
    }
    if overtaken:
        raise DraftsRefused(overtaken)


async def _remember(conn: AsyncConnection, tenant_id: str, articles: Sequence[Article]) -> None:
    """Note that new articles were written here, so that no source takes their ids."""
    known = await sources.origins(conn, tenant_id)
    new = [
        Origin(article_id=one.id, source_id=CONSOLE, origin=CONSOLE, content_hash=one.content_hash)
        for one in articles
        if one.id not in known
    ]
    await sources.keep_origins(conn, tenant_id, new)


async def draft_differences(conn: AsyncConnection, tenant_id: str) -> list[Difference]:
    """Compare every draft with what is published."""
    now = await sql.shown(conn, tenant_id)
    found = []
    for one in await sql.drafts(conn, tenant_id):
        old = await version_text(conn, tenant_id, one.article_id, now.get(one.article_id))
        new = None if one.text is None else normal_text(one.text)
        found.append(difference(one.article_id, title_of(new or old), old, new))
    return found


async def release_differences(conn: AsyncConnection, tenant_id: str, old: int, new: int) -> list[Difference]:
    """Compare two releases article by article; those that are the same are left out."""
    shown = []
    for number in (old, new):
        if (found := await sql.release(conn, tenant_id, number)) is None:
            raise UnknownRelease(f"there is no release {number}")
        shown.append(found.shown)
    differences = []
    for each in sorted({*shown[0], *shown[1]}):
        if shown[0].get(each) != shown[1].get(each):
            texts = [await version_text(conn, tenant_id, each, one.get(each)) for one in shown]
            differences.append(difference(each, title_of(texts[1] or texts[0]), *texts))
    return differences


async def version_text(
    conn: AsyncConnection, tenant_id: str, article_id: str, version: int | None
) -> str | None:
    """Return the file that a version would be; None where there is none."""
    if version is None:
        return None
    columns = await sql.version_columns(conn, tenant_id, article_id, version)
    return None if columns is None else article_text(article_of_columns(columns))


def title_of(text: str | None) -> str:
    """Return the title that a text's front matter names, readable or not."""
    lines = (text or "").splitlines()
    return next((line[6:].strip().strip('"') for line in lines if line.startswith("title:")), "")
