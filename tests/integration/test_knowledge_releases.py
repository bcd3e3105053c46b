"""Drafts, releases and going back, on a real PostgreSQL; an answer is never mixed of two releases."""

import asyncio
import re
from collections.abc import AsyncIterator
from datetime import date
from itertools import count

import pytest

from app.db import Database
from knowledge import repository
from knowledge.article import ArticleInvalid
from knowledge.ingest import publish
from knowledge.ports import Connect
from knowledge.publishing import repository as sql
from knowledge.publishing.completing import complete
from knowledge.publishing.drafting import (
    DraftMoved,
    DraftsRefused,
    draft_differences,
    keep_draft,
    publish_drafts,
    release_differences,
)
from knowledge.publishing.expiring import withdraw_expired
from knowledge.publishing.release import Made, Release
from knowledge.publishing.switching import UnknownRelease, go_back
from knowledge.repository_search import search
from knowledge.scope import Scope, Wanted
from tests.fakes.encoder import HashingEncoder

TENANTS = (f"releases-{number}" for number in count())
ENCODER = HashingEncoder()
ADA = Made(by="ada", note="because")


@pytest.fixture(scope="module")
async def connect(database: str) -> AsyncIterator[Connect]:
    opened = Database(database)
    await opened.open()
    yield opened.tenant
    await opened.close()


@pytest.fixture
def tenant() -> str:
    return next(TENANTS)


def text(article_id: str, body: str, *, more: str = "") -> str:
    """Write an article's file."""
    front = (
        f"id: {article_id}\ntitle: About {article_id}\ndomain: d\nowner: o\nlanguage: en\naudience: customers"
    )
    return f"---\n{front}\nupdated: 2026-01-01\n{more}---\n{body}\n"


async def drafted(connect: Connect, tenant: str, **bodies: str) -> None:
    for article_id, body in bodies.items():
        await keep_draft(connect, tenant, article_id, text(article_id, body), "ada", None)


async def released(connect: Connect, tenant: str, **bodies: str) -> Release:
    """Draft and publish."""
    await drafted(connect, tenant, **bodies)
    done = await publish_drafts(connect, tenant, ENCODER, ADA)
    assert done.release is not None
    return done.release


async def found(connect: Connect, tenant: str, words: str) -> list[str]:
    """Return the passages that a search finds."""
    wanted = Wanted(words=words, names=(), vector=None, most=6)
    async with connect(tenant) as conn:
        _, passages = await search(conn, Scope(tenant_id=tenant), wanted)
    return sorted(each.body for each in passages)


async def test_a_draft_is_seen_by_nobody_until_it_is_published(connect: Connect, tenant: str) -> None:
    await drafted(connect, tenant, kettles="Kettles boil water.")
    before = await found(connect, tenant, "kettles boil")

    release = await released(connect, tenant)

    assert (before, release.number, release.shown) == ([], 1, {"kettles": 1})
    assert (release.made_by, release.note) == ("ada", "because")
    assert await found(connect, tenant, "kettles boil") == ["Kettles boil water."]


async def test_going_back_shows_all_of_an_earlier_release_again(connect: Connect, tenant: str) -> None:
    first = await released(connect, tenant, kettles="Kettles boil water.", pots="Pots cook soup.")
    await released(connect, tenant, kettles="Kettles boil milk.", pans="Pans fry eggs.")
    async with connect(tenant) as conn:
        before = await repository.read_state(conn, tenant, None)

    again = await go_back(connect, tenant, first.number, ADA)

    assert (again.number, again.restores, again.shown, again.name) == (3, 1, first.shown, first.name)
    assert await found(connect, tenant, "kettles pots pans") == ["Kettles boil water.", "Pots cook soup."]
    async with connect(tenant) as conn:
        now = await repository.read_state(conn, tenant, None)
    assert before is not None
    assert now is not None
    assert now.commonness != before.commonness
    assert "pan" not in (now.commonness or {})


async def test_going_back_to_a_release_that_never_was_is_refused(connect: Connect, tenant: str) -> None:
    await released(connect, tenant, kettles="Kettles boil water.")

    with pytest.raises(UnknownRelease, match="no release 9"):
        await go_back(connect, tenant, 9, ADA)


async def test_differences_are_shown_before_publishing_and_between_releases(
    connect: Connect, tenant: str
) -> None:
    await released(connect, tenant, kettles="One.\n\nTwo.", pots="Pots cook soup.")
    await drafted(connect, tenant, kettles="One.\n\nThree.", pans="Pans fry eggs.")
    async with connect(tenant) as conn:
        await sql.keep_draft(conn, tenant, "pots", None, "ada", None)
        waiting = await draft_differences(conn, tenant)
    await publish_drafts(connect, tenant, ENCODER, ADA)
    async with connect(tenant) as conn:
        since = await release_differences(conn, tenant, 1, 2)

    assert [(one.article_id, one.change) for one in waiting] == [
        ("kettles", "changed"),
        ("pans", "new"),
        ("pots", "withdrawn"),
    ]
    assert [(line.kind, line.text) for line in waiting[0].lines if line.kind != "same"] == [
        ("left_out", ""),
        ("gone", "Two."),
        ("come", "Three."),
    ]
    assert [one.change for one in since] == ["changed", "new", "withdrawn"]


async def test_a_draft_that_was_overtaken_is_not_published_over_the_newer_text(
    connect: Connect, tenant: str
) -> None:
    await released(connect, tenant, kettles="One.")
    await drafted(connect, tenant, kettles="My two.")
    async with connect(tenant) as conn:
        (mine,) = await sql.drafts(conn, tenant)
        await sql.drop_draft(conn, tenant, "kettles")
    await released(connect, tenant, kettles="Your two.")
    async with connect(tenant) as conn:
        await sql.keep_draft(conn, tenant, "kettles", mine.text, "ada", None)
        await conn.execute("update article_drafts set base = 1")

    with pytest.raises(DraftsRefused, match="another text was published"):
        await publish_drafts(connect, tenant, ENCODER, ADA)
    assert await found(connect, tenant, "two") == ["Your two."]


async def test_two_editors_of_one_draft_do_not_overwrite_each_other(connect: Connect, tenant: str) -> None:
    kept = await keep_draft(connect, tenant, "kettles", text("kettles", "One."), "ada", None)
    await keep_draft(connect, tenant, "kettles", text("kettles", "Two."), "bea", kept.revision)

    with pytest.raises(DraftMoved, match="changed meanwhile"):
        await keep_draft(connect, tenant, "kettles", text("kettles", "Three."), "ada", kept.revision)


async def test_a_draft_that_cannot_be_read_is_refused_with_its_place(connect: Connect, tenant: str) -> None:
    with pytest.raises(ArticleInvalid, match="field 'title'"):
        await keep_draft(connect, tenant, "kettles", "---\nid: kettles\n---\nText.", "ada", None)
    with pytest.raises(ArticleInvalid, match="must stay 'kettles'"):
        await keep_draft(connect, tenant, "kettles", text("pots", "Text."), "ada", None)


async def test_an_article_is_withdrawn_on_the_day_it_expires(connect: Connect, tenant: str) -> None:
    expiring = text("kettles", "Kettles boil water.", more="expires: 2026-03-01\n")
    await keep_draft(connect, tenant, "kettles", expiring, "ada", None)
    await released(connect, tenant, pots="Pots cook soup.")

    early = await withdraw_expired(connect, tenant, date(2026, 2, 28))
    late = await withdraw_expired(connect, tenant, date(2026, 3, 1))
    again = await withdraw_expired(connect, tenant, date(2026, 3, 2))

    assert (early, late, again) == ((), ("kettles",), ())
    assert await found(connect, tenant, "kettles pots") == ["Pots cook soup."]


async def test_only_the_changed_passage_of_an_article_is_embedded_again(
    connect: Connect, tenant: str
) -> None:
    await released(connect, tenant, kettles="## One\n\nKettles boil.\n\n## Two\n\nPots cook.")
    asked: list[str] = []

    class Counting(HashingEncoder):
        async def embed(self, texts):  # type: ignore[no-untyped-def]
            asked.extend(texts)
            return await super().embed(texts)

    await drafted(connect, tenant, kettles="## One\n\nKettles boil.\n\n## Two\n\nPans fry.")
    await publish_drafts(connect, tenant, Counting(), ADA)

    assert sorted(asked) == ["About kettles. Two. Pans fry.", "Pans fry."]


async def test_what_was_published_without_the_encoder_is_completed_later(
    connect: Connect, tenant: str
) -> None:
    await drafted(connect, tenant, kettles="Kettles boil water.")
    await publish_drafts(connect, tenant, None, ADA)

    first, second = [await complete(connect, tenant, ENCODER) for _ in range(2)]

    assert (first, second) == (("kettles",), ())


async def test_no_search_ever_sees_two_releases_at_once(connect: Connect, tenant: str) -> None:
    names = [f"thing{number}" for number in range(12)]
    for release in (1, 2):
        await released(connect, tenant, **{each: f"Every {each} has edition {release}00." for each in names})
    seen: set[str] = set()
    done = asyncio.Event()

    async def reads() -> int:
        asked = 0
        while not done.is_set():
            bodies = await found(connect, tenant, "every edition")
            editions = {number for body in bodies for number in re.findall(r"edition (\d+)", body)}
            assert len(bodies) == 6
            assert len(editions) == 1, editions
            seen.update(editions)
            asked += 1
        return asked

    async def publishes() -> None:
        for number in range(12):
            await go_back(connect, tenant, 1 + number % 2, ADA)
        done.set()

    *asked, _ = await asyncio.gather(reads(), reads(), publishes())

    assert seen == {"100", "200"}
    assert min(asked) > 5


async def test_publishing_at_once_from_two_places_loses_neither(connect: Connect, tenant: str) -> None:
    await released(connect, tenant, base="Base.")
    await drafted(connect, tenant, one="One.", two="Two.")

    await asyncio.gather(
        publish_drafts(connect, tenant, ENCODER, ADA, {"one"}),
        publish_drafts(connect, tenant, ENCODER, ADA, {"two"}),
    )

    async with connect(tenant) as conn:
        newest, *_ = await sql.releases(conn, tenant, 1)
    assert newest.number == 3
    assert set(newest.shown) == {"base", "one", "two"}


async def test_a_release_of_a_whole_folder_can_be_taken_back(connect: Connect, tenant: str) -> None:
    await released(connect, tenant, kettles="Kettles boil water.")
    await publish(connect, tenant, [], ENCODER)
    empty = await found(connect, tenant, "kettles")

    await go_back(connect, tenant, 1, ADA)

    assert empty == []
    assert await found(connect, tenant, "kettles") == ["Kettles boil water."]
