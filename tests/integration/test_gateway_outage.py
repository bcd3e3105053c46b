"""The database goes away and comes back: nothing acknowledged meanwhile, nothing lost, nothing doubled."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import psycopg
import pytest
from psycopg import sql

from app.embedded.postgres import Postgres
from tests.integration.front import Front, open_front

MESSAGE = {"channel": "web", "message_id": "kept", "text": "Where is it?", "customer_id": "C-1001"}
REST = {"sender": "s", "message": "Where is it?", "metadata": {"customer_id": "C-1001"}}


@pytest.fixture(scope="module")
async def front(database: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Front]:
    async with open_front(database, tmp_path_factory.mktemp("front")) as opened:
        yield opened


async def let_in(postgres: Postgres, database: str, allowed: bool) -> None:
    """Open or close a database to everybody, and throw out who is connected."""
    name = database.rpartition("/")[2].partition("?")[0]
    url = postgres.url_of("postgres")
    async with await psycopg.AsyncConnection.connect(url, autocommit=True) as conn:
        change = sql.SQL("alter database {} allow_connections {}")
        await conn.execute(change.format(sql.Identifier(name), sql.Literal(allowed)))
        if not allowed:
            await conn.execute(
                "select pg_terminate_backend(pid) from pg_stat_activity where datname = %s", [name]
            )


async def test_while_the_database_is_gone_every_door_says_503_and_then_goes_on(
    front: Front, postgres: Postgres, database: str
) -> None:
    await let_in(postgres, database, False)
    doors: list[tuple[str, str, Any]] = [
        ("POST", "/api/v1/messages", MESSAGE),
        ("POST", "/webhooks/rest/webhook", REST),
        ("GET", "/api/v1/conversations", None),
        ("GET", "/api/v1/queue", None),
    ]

    answers = await asyncio.gather(*(front.call(*door) for door in doors))

    assert [(status, problem["type"]) for status, problem in answers] == [
        (503, "/problems/database-gone")
    ] * len(doors)
    async with front.session.get(f"{front.url}/api/v1/queue", headers={"X-API-Key": front.key}) as response:
        assert response.headers["Retry-After"] == "2"

    await let_in(postgres, database, True)
    status, stored = await _until_stored(front)

    assert status == 202
    assert stored["seq"] == 1, "a message that was refused must not have been stored"


async def _until_stored(front: Front) -> tuple[int, Any]:
    """Send the kept message again, as a client does, until it is taken."""
    while True:
        status, stored = await front.call("POST", "/api/v1/messages", MESSAGE)
        if status != 503:
            return status, stored
