"""Answers that many ask for: found once, for every process, and never older than what is published."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import count

import pytest
from psycopg import AsyncConnection
from redis.asyncio import Redis

from app.answers.shared import ValkeyAnswers
from app.db import Database
from knowledge.answer_types import Answered, NoAnswer
from knowledge.base import ArticleBase
from knowledge.ingest import publish, roll_back
from tests.integration.test_knowledge_store import article

TENANTS = (f"cached-{number}" for number in count())
QUESTION = "how fast do kettles boil"
NINE = "Kettles boil in nine minutes. [1]"


@pytest.fixture(scope="module")
async def opened(database: str) -> AsyncIterator[Database]:
    one = Database(database)
    await one.open()
    yield one
    await one.close()


@pytest.fixture
async def redis(valkey_url: str) -> AsyncIterator[Redis]:
    one = Redis.from_url(valkey_url)
    await one.flushdb()
    yield one
    await one.aclose()


@pytest.fixture
async def tenant(opened: Database) -> str:
    tenant_id = next(TENANTS)
    await publish(opened.tenant, tenant_id, [article("Kettles boil in nine minutes.")], None)
    return tenant_id


def secret(tenant_id: str, purpose: str) -> bytes:
    return f"{purpose} of {tenant_id}".encode()


class Process:
    """One process of an installation: a base of its own over the same database and Valkey."""

    def __init__(self, opened: Database, redis: Redis | None, *, looks_often: bool = True) -> None:
        self._opened = opened
        self.searches = 0
        self.database_gone = False
        shared = ValkeyAnswers(redis, secret, within_s=10.0) if redis is not None else None
        ticks = count()
        self.base = ArticleBase(
            opened.tenant,
            lambda: float(next(ticks)) if looks_often else 0.0,
            lend=self._lend,
            floor=0.0,
            fresh_s=0.5,
            shared=shared,
        )

    @asynccontextmanager
    async def _lend(self) -> AsyncIterator[AsyncConnection]:
        if self.database_gone:
            raise ConnectionError("the database is gone")
        self.searches += 1
        async with self._opened.anyone() as conn:
            yield conn

    async def text(self, tenant: str, question: str) -> str:
        said = await self.base.answer(tenant, question, None)
        return said.text if isinstance(said, Answered) else ""


async def test_a_question_that_a_hundred_ask_at_once_is_searched_for_once(
    opened: Database, redis: Redis, tenant: str
) -> None:
    one, other = Process(opened, redis), Process(opened, redis)

    texts = await asyncio.gather(*(each.text(tenant, QUESTION) for each in [one, other] * 50))

    assert set(texts) == {NINE}
    assert one.searches + other.searches == 1


async def test_the_same_question_in_other_words_is_answered_from_memory(
    opened: Database, tenant: str
) -> None:
    process = Process(opened, None)
    wordings = (
        "How fast does a kettle boil?",
        "how fast do KETTLES boil",
        "hello, how fast do kettels boil?",
    )

    texts = [await process.text(tenant, wording) for wording in wordings]

    assert texts == [NINE] * 3
    assert process.searches == 1


async def test_what_one_process_found_another_need_not_search_for(
    opened: Database, redis: Redis, tenant: str
) -> None:
    first, second = Process(opened, redis), Process(opened, redis)
    found = await first.base.answer(tenant, QUESTION, None)

    assert await second.base.answer(tenant, QUESTION, None) == found
    assert second.searches == 0


async def test_publishing_and_rolling_back_are_seen_at_once(
    opened: Database, redis: Redis, tenant: str
) -> None:
    process = Process(opened, redis)
    seen = [await process.text(tenant, QUESTION)]
    await publish(opened.tenant, tenant, [article("Kettles boil in two minutes.")], None)
    seen.append(await process.text(tenant, QUESTION))
    await roll_back(opened.tenant, tenant, "kettles", 1)
    seen.append(await process.text(tenant, QUESTION))

    assert [text.split()[3] for text in seen] == ["nine", "two", "nine"]
    assert process.searches == 2


async def test_an_answer_found_while_another_version_came_is_kept_for_that_version(
    opened: Database, redis: Redis, tenant: str
) -> None:
    late = Process(opened, redis, looks_often=False)
    await late.text(tenant, "do kettles boil")
    await publish(opened.tenant, tenant, [article("Kettles boil in two minutes.")], None)

    behind = await late.text(tenant, QUESTION)
    await roll_back(opened.tenant, tenant, "kettles", 1)

    assert "two" in behind
    assert await Process(opened, redis).text(tenant, QUESTION) == NINE


async def test_a_question_with_somebodys_number_is_kept_nowhere(
    opened: Database, redis: Redis, tenant: str
) -> None:
    process = Process(opened, redis)
    for _ in range(2):
        await process.text(tenant, "how fast do the kettles of order 1042 boil")

    assert process.searches == 2
    assert await redis.dbsize() == 0


async def test_nothing_that_a_customer_wrote_stands_in_valkey(
    opened: Database, redis: Redis, tenant: str
) -> None:
    await Process(opened, redis).text(tenant, "how fast do kettles boil for grandmother Ottilie")

    (name,) = await redis.keys("*")
    stored = name + await redis.get(name)

    assert not any(word in stored.lower() for word in (b"ottilie", b"ottili", b"grandmother"))


async def test_two_companies_share_no_answer(opened: Database, redis: Redis, tenant: str) -> None:
    other = next(TENANTS)
    await publish(opened.tenant, other, [article("Kettles boil in one hour.")], None)
    process = Process(opened, redis)

    texts = [await process.text(each, QUESTION) for each in (tenant, other)]

    assert texts == [NINE, "Kettles boil in one hour. [1]"]


async def test_another_demand_of_the_book_is_another_answer(
    opened: Database, redis: Redis, tenant: str
) -> None:
    process = Process(opened, redis)
    assert await process.text(tenant, QUESTION) == NINE

    process.base.answer_from(0.999)

    assert isinstance(await process.base.answer(tenant, QUESTION, None), NoAnswer)


async def test_without_valkey_questions_are_answered_as_ever(opened: Database, tenant: str) -> None:
    process = Process(opened, Redis.from_url("redis://127.0.0.1:1/0"))

    assert await process.text(tenant, QUESTION) == NINE


async def test_what_another_version_of_the_program_wrote_is_found_anew(
    opened: Database, redis: Redis, tenant: str
) -> None:
    await Process(opened, redis).text(tenant, QUESTION)
    (name,) = await redis.keys("*")
    await redis.set(name, b'{"answered": true, "said": {"words": "Kettles never boil."}}')

    assert await Process(opened, redis).text(tenant, QUESTION) == NINE


async def test_a_search_that_fails_leaves_the_way_open_for_others(
    opened: Database, redis: Redis, tenant: str
) -> None:
    broken, sound = Process(opened, redis), Process(opened, redis)
    broken.database_gone = True
    with pytest.raises(ConnectionError):
        await broken.text(tenant, QUESTION)
    assert await redis.dbsize() == 0

    assert await sound.text(tenant, QUESTION) == NINE
    broken.database_gone = False
    assert await broken.text(tenant, QUESTION) == NINE
    assert broken.searches == 0
