"""Publishing, finding and answering on a real PostgreSQL."""

import asyncio
import re
from collections.abc import AsyncIterator, Sequence
from itertools import count
from pathlib import Path

import pytest

from app.db import Database
from knowledge import repository
from knowledge.answer_types import Answered, NoAnswer
from knowledge.article import Article
from knowledge.base import ArticleBase
from knowledge.help_page import render_article_html
from knowledge.ingest import Published, UnknownVersion, WrongVectors, publish, roll_back
from knowledge.parse import parse_article, read_articles
from knowledge.ports import Connect, Lend
from knowledge.repository_search import search
from knowledge.scope import Scope, Wanted
from tests.fakes.encoder import HashingEncoder

ARTICLES = Path("knowledge/articles")
TENANTS = (f"tenant-{number}" for number in count())


@pytest.fixture(scope="module")
async def connect(database: str) -> AsyncIterator[Connect]:
    opened = Database(database)
    await opened.open()
    yield opened.tenant
    await opened.close()


@pytest.fixture
def tenant() -> str:
    return next(TENANTS)


@pytest.fixture(scope="module")
def articles() -> tuple[Article, ...]:
    return read_articles(ARTICLES)


class Counting:
    """An encoder that counts what it was asked."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self._encoder = HashingEncoder()

    async def embed(self, texts: Sequence[str]) -> list[list[float]]:
        self.texts.extend(texts)
        return await self._encoder.embed(texts)


def article(text: str, *, id: str = "kettles", title: str = "Kettles") -> Article:
    """Write a small article."""
    front = f"id: {id}\ntitle: {title}\ndomain: d\nowner: o\nlanguage: en\naudience: customers"
    return parse_article(f"---\n{front}\nupdated: 2026-01-01\n---\n{text}\n", f"{id}.md")


async def vector(question: str) -> list[float]:
    """Embed one question."""
    return (await HashingEncoder().embed([question]))[0]


async def wanted(question: str, *names: str) -> Wanted:
    """Ask for six passages by meaning, words and names."""
    return Wanted(words=question, names=names, vector=await vector(question), most=6)


def unbound(connect: Connect) -> Lend:
    """Lend connections of the same pool that are bound to no tenant."""
    return connect.__self__.anyone  # type: ignore[attr-defined, no-any-return]


def asking(connect: Connect, *, floor: float = 0.0) -> ArticleBase:
    """Ask without caching what is published."""
    ticks = count()
    return ArticleBase(connect, lambda: float(next(ticks)), lend=unbound(connect), floor=floor, fresh_s=0.5)


async def test_publishing_twice_changes_and_embeds_nothing(
    connect: Connect, tenant: str, articles: tuple[Article, ...]
) -> None:
    encoder = Counting()
    first = await publish(connect, tenant, articles, encoder)
    embedded = len(encoder.texts)
    second = await publish(connect, tenant, articles, encoder)

    assert len(first.changed) == len(articles) >= 22
    assert second == Published(
        version=first.version, changed=(), completed=(), withdrawn=(), unchanged=len(articles)
    )
    assert len(encoder.texts) == embedded


async def test_only_a_changed_article_is_embedded_again(connect: Connect, tenant: str) -> None:
    before = [article("Kettles boil water."), article("Pots cook soup.", id="pots", title="Pots")]
    await publish(connect, tenant, before, HashingEncoder())
    encoder = Counting()

    done = await publish(connect, tenant, [article("Kettles boil milk."), before[1]], encoder)

    assert done.changed == ("kettles",)
    assert sorted(encoder.texts) == ["Kettles boil milk.", "Kettles. Kettles. Kettles boil milk."]


async def test_the_new_text_is_found_and_the_old_one_is_not(connect: Connect, tenant: str) -> None:
    await publish(connect, tenant, [article("Kettles boil in nine minutes.")], HashingEncoder())
    base = asking(connect)
    await base.answer(tenant, "how fast do kettles boil", None)
    await publish(connect, tenant, [article("Kettles boil in two minutes.")], HashingEncoder())

    said = await base.answer(tenant, "how fast do kettles boil", None)

    assert isinstance(said, Answered)
    assert said.text == "Kettles boil in two minutes. [1]"
    assert (said.citations[0].version, said.citations[0].url) == (2, "/help/kettles#top")


async def test_an_article_that_is_gone_is_withdrawn(connect: Connect, tenant: str) -> None:
    both = [article("Kettles boil water."), article("Pots cook soup.", id="pots", title="Pots")]
    await publish(connect, tenant, both, HashingEncoder())

    done = await publish(connect, tenant, both[1:], HashingEncoder())

    assert done.withdrawn == ("kettles",)
    assert isinstance(await asking(connect).answer(tenant, "kettles boil water", None), NoAnswer)
    assert await asking(connect).article(tenant, "kettles") is None


async def test_a_rollback_brings_text_and_name_back(connect: Connect, tenant: str) -> None:
    first = await publish(connect, tenant, [article("Kettles boil in nine minutes.")], HashingEncoder())
    second = await publish(connect, tenant, [article("Kettles boil in two minutes.")], HashingEncoder())

    version = await roll_back(connect, tenant, "kettles", 1)
    said = await asking(connect).answer(tenant, "how fast do kettles boil", await vector("kettles boil"))

    assert version == first.version != second.version
    assert isinstance(said, Answered)
    assert "nine minutes" in said.text


async def test_rolling_back_to_a_version_that_never_was_is_refused(connect: Connect, tenant: str) -> None:
    await publish(connect, tenant, [article("Kettles boil water.")], HashingEncoder())

    with pytest.raises(UnknownVersion, match="'kettles' has no version 7"):
        await roll_back(connect, tenant, "kettles", 7)


async def test_an_encoder_that_fails_leaves_everything_as_it_was(connect: Connect, tenant: str) -> None:
    first = await publish(connect, tenant, [article("Kettles boil water.")], HashingEncoder())

    class Short:
        async def embed(self, texts: Sequence[str]) -> list[list[float]]:
            return [[0.0] * 3 for _ in texts]

    with pytest.raises(WrongVectors, match="384"):
        await publish(connect, tenant, [article("Kettles boil milk.")], Short())

    async with connect(tenant) as conn:
        state = await repository.read_state(conn, tenant, None)
    assert state is not None
    assert state.version == first.version


async def test_articles_published_without_an_encoder_are_completed_later(
    connect: Connect, tenant: str
) -> None:
    texts = [article("Kettles boil water.")]
    bare = await publish(connect, tenant, texts, None)
    found_by_words = await asking(connect).answer(tenant, "kettles boil", await vector("kettles boil"))

    full = await publish(connect, tenant, texts, HashingEncoder())
    again = await publish(connect, tenant, texts, HashingEncoder())

    assert isinstance(found_by_words, Answered)
    assert (full.changed, full.completed) == ((), ("kettles",))
    assert again.version == full.version != bare.version
    assert again.completed == ()


async def test_two_publishers_at_once_agree_on_one_version(connect: Connect, tenant: str) -> None:
    texts = [article("Kettles boil water.")]

    done = await asyncio.gather(*(publish(connect, tenant, texts, HashingEncoder()) for _ in range(5)))

    assert len({each.version for each in done}) == 1
    assert sorted(len(each.changed) for each in done) == [0, 0, 0, 0, 1]


async def test_a_tenant_never_sees_anothers_articles(connect: Connect, tenant: str) -> None:
    await publish(connect, tenant, [article("Kettles boil water.")], HashingEncoder())
    other = next(TENANTS)

    asked = "kettles boil water"
    assert isinstance(await asking(connect).answer(other, asked, await vector(asked)), NoAnswer)
    async with connect(other) as conn:
        assert await search(conn, Scope(tenant_id=tenant), await wanted(asked)) == (None, [])


async def test_passages_of_another_language_are_not_found(connect: Connect, tenant: str) -> None:
    await publish(connect, tenant, [article("Kettles boil water.")], HashingEncoder())

    assert isinstance(
        await asking(connect).answer(tenant, "kettles boil", await vector("kettles"), language="de"), NoAnswer
    )


async def test_one_article_cannot_fill_the_list_of_passages(connect: Connect, tenant: str) -> None:
    broad = "\n\n".join(f"## Kettle {number}\n\nKettles boil water, part {number}." for number in range(8))
    texts = [article(broad), article("A pot boils water.", id="pots", title="Pots")]
    await publish(connect, tenant, texts, HashingEncoder())

    async with connect(tenant) as conn:
        _, found = await search(conn, Scope(tenant_id=tenant), await wanted("kettles boil water"))

    assert [passage.article_id for passage in found].count("kettles") == 3
    assert "pots" in [passage.article_id for passage in found]


async def test_a_repeated_question_is_answered_without_the_database(
    connect: Connect, tenant: str, articles: tuple[Article, ...]
) -> None:
    await publish(connect, tenant, articles, HashingEncoder())
    opened: list[str] = []

    def counting(tenant_id: str):  # type: ignore[no-untyped-def]
        opened.append(tenant_id)
        return connect(tenant_id)

    def lending():  # type: ignore[no-untyped-def]
        opened.append("")
        return unbound(connect)()

    base = ArticleBase(counting, lambda: 0.0, lend=lending, floor=0.0)
    asked = "How long do I have to return an item?"
    first = await base.answer(tenant, asked, await vector(asked))
    before = len(opened)
    second = await base.answer(tenant, "  how long do I have to return an ITEM ", await vector(asked))

    assert second is first
    assert len(opened) == before


async def test_every_sentence_of_an_answer_ends_in_its_citation(
    connect: Connect, tenant: str, articles: tuple[Article, ...]
) -> None:
    await publish(connect, tenant, articles, HashingEncoder())
    base = asking(connect)

    for each in articles:
        said = await base.answer(tenant, each.title, await vector(each.title))
        assert isinstance(said, Answered)
        cited = {citation.number: citation for citation in said.citations}
        quotes = re.findall(r"(.+?) \[(\d)\](?: |$)", said.text)
        assert " ".join(f"{quote} [{number}]" for quote, number in quotes) == said.text
        assert all(quote in " ".join(_sentences(articles, cited[int(n)].article_id)) for quote, n in quotes)


async def test_odd_questions_get_no_answer_and_break_nothing(connect: Connect, tenant: str) -> None:
    await publish(connect, tenant, [article("Kettles boil water.")], HashingEncoder())
    base = asking(connect, floor=0.6)

    for odd in (
        "",
        "   ",
        "?!",
        "the of and",
        "'; drop table chunks; --",
        "a & b | !c :* <->",
        "x\x00y",
        "🙂" * 500,
    ):
        assert isinstance(await base.answer(tenant, odd, None), NoAnswer)


async def test_a_stored_article_is_shown_as_it_was_written(
    connect: Connect, tenant: str, articles: tuple[Article, ...]
) -> None:
    await publish(connect, tenant, articles, HashingEncoder())
    base = asking(connect)

    for each in articles:
        stored = await base.article(tenant, each.id)
        assert stored == each
        assert render_article_html(stored) == render_article_html(each)


def _sentences(articles: tuple[Article, ...], article_id: str) -> list[str]:
    return [
        text
        for each in articles
        if each.id == article_id
        for chunk in each.chunks
        for text in chunk.sentences
    ]
