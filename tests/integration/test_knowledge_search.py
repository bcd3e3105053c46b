"""The one statement that finds passages: what it must leave out, and that it sees one publication whole."""

import asyncio
from collections.abc import AsyncIterator
from datetime import date
from itertools import count

import psycopg
import pytest

from app.db import Database
from knowledge.ingest import publish
from knowledge.repository_search import search
from knowledge.scope import Scope, Wanted
from tests.fakes.encoder import HashingEncoder
from tests.integration.test_knowledge_store import article, vector

TENANTS = (f"searched-{number}" for number in count())
BOUND = "create or replace function most_compared() returns integer language sql immutable as 'select {}'"
NOON = date(2026, 11, 22)


@pytest.fixture(scope="module")
async def opened(database: str) -> AsyncIterator[Database]:
    one = Database(database)
    await one.open()
    yield one
    await one.close()


@pytest.fixture
async def tenant(opened: Database) -> str:
    """A company with one article about kettles and one about pots."""
    tenant_id = next(TENANTS)
    articles = [
        article("Kettles boil water in nine minutes.", title="The Fjell kettle"),
        article("Pots boil water in ten minutes.", id="pots", title="The Ostra pot"),
    ]
    await publish(opened.tenant, tenant_id, articles, HashingEncoder())
    return tenant_id


async def found(opened: Database, scope: Scope, words: str = "boil water", *names: str) -> list[str]:
    """Search by words and meaning, over a connection that is bound to nobody."""
    by = await vector(words) if words else None
    async with opened.anyone() as conn:
        _, passages = await search(conn, scope, Wanted(words=words, names=names, vector=by, most=6))
    return [passage.article_id for passage in passages]


def restrict(database: str, tenant: str, what: str) -> None:
    """Give the kettle's article another term, as if it had been published with it."""
    with psycopg.connect(database) as conn:
        conn.execute(
            f"update article_versions set {what} where tenant_id = %s and article_id = 'kettles'",
            [tenant],
        )
        conn.execute("update chunks set live = false where tenant_id = %s", [tenant])
        conn.execute("update chunks set live = true where tenant_id = %s", [tenant])


@pytest.mark.parametrize(
    ("term", "scope", "left"),
    [
        ("audience = 'agents'", {}, False),
        ("audience = 'agents'", {"audience": "agents"}, True),
        ("valid_from = '2026-11-23'", {}, False),
        ("valid_from = '2026-11-22'", {}, True),
        ("expires_on = '2026-11-22'", {}, False),
        ("expires_on = '2026-11-23'", {}, True),
        ("products = '{Fjell}'", {"products": ("Ostra",)}, False),
        ("products = '{Fjell}'", {"products": ("Fjell", "Ostra")}, True),
        ("products = '{Fjell}'", {}, True),
    ],
)
async def test_an_article_answers_only_whom_when_and_what_it_is_for(
    opened: Database, database: str, tenant: str, term: str, scope: dict[str, str], left: bool
) -> None:
    await asyncio.to_thread(restrict, database, tenant, term)

    asked = Scope(tenant_id=tenant, today=NOON, **scope)  # type: ignore[arg-type]

    assert ("kettles" in await found(opened, asked)) is left
    assert ("kettles" in await found(opened, asked, "", "fjel")) is left


async def test_a_misspelt_name_finds_the_article_that_bears_it(opened: Database, tenant: str) -> None:
    assert await found(opened, Scope(tenant_id=tenant), "", "fjel") == ["kettles"]
    assert await found(opened, Scope(tenant_id=tenant), "", "ostraa") == ["pots"]
    assert await found(opened, Scope(tenant_id=tenant), "", "bicycle") == []


async def test_a_company_too_large_to_be_compared_finds_the_same_by_the_index(
    opened: Database, database: str, tenant: str
) -> None:
    compared = await found(opened, Scope(tenant_id=tenant))
    with psycopg.connect(database) as conn:
        conn.execute("update passages set indexed = true where tenant_id = %s", [tenant])
        conn.execute("update knowledge_states set indexed = true where tenant_id = %s", [tenant])

    assert await found(opened, Scope(tenant_id=tenant)) == compared == ["kettles", "pots"]


async def test_a_company_grows_into_the_index_with_the_publication_that_makes_it_large(
    opened: Database, database: str, tenant: str
) -> None:
    with psycopg.connect(database) as conn:
        conn.execute(BOUND.format(1))
    await publish(
        opened.tenant, tenant, [article("Kettles boil."), article("Pots.", id="pots")], HashingEncoder()
    )

    with psycopg.connect(database) as conn:
        (told,) = conn.execute(
            "select indexed from knowledge_states where tenant_id = %s", [tenant]
        ).fetchall()
        rows = conn.execute("select indexed from passages where tenant_id = %s", [tenant]).fetchall()
        conn.execute(BOUND.format(6000))
    assert told == (True,)
    assert rows == [(True,), (True,)]


async def test_a_search_never_mixes_two_publications(opened: Database, tenant: str) -> None:
    """Every search names what is published and finds nothing else, while that changes all the time."""
    texts: dict[str, str] = {}
    done = asyncio.Event()

    async def publishing() -> None:
        for number in range(12):
            word = ("alpha", "beta", "gamma")[number % 3]
            pair = [article(f"Kettles boil {word}."), article(f"Pots boil {word}.", id="pots", title="Pots")]
            texts[(await publish(opened.tenant, tenant, pair, None)).version] = word
        done.set()

    async def searching() -> list[tuple[str | None, tuple[str, ...]]]:
        seen = []
        while not done.is_set():
            async with opened.anyone() as conn:
                wanted = Wanted(words="boil", names=(), vector=None, most=6)
                knowledge, passages = await search(conn, Scope(tenant_id=tenant), wanted)
            seen.append((knowledge, tuple(passage.body.split()[-1].strip(".") for passage in passages)))
        return seen

    _, *runs = await asyncio.gather(publishing(), searching(), searching())

    seen = {each for run in runs for each in run if each[0] in texts}
    assert len({knowledge for knowledge, _ in seen}) > 1
    assert all(words == (texts[knowledge or ""],) * 2 for knowledge, words in seen)


async def test_what_is_withdrawn_is_found_no_more(opened: Database, tenant: str) -> None:
    await publish(opened.tenant, tenant, [article("Kettles boil water.")], HashingEncoder())

    assert await found(opened, Scope(tenant_id=tenant)) == ["kettles"]


async def test_a_bound_connection_sees_no_other_companys_rows(opened: Database, tenant: str) -> None:
    other = next(TENANTS)

    async with opened.tenant(other) as conn:
        wanted = Wanted(words="boil", names=(), vector=None, most=6)
        assert await search(conn, Scope(tenant_id=tenant), wanted) == (None, [])
        rows = await (await conn.execute("select count(*) from passages")).fetchone()
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            await conn.execute("select count(*) from passages_3")
    assert rows == (0,)
