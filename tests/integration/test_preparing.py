"""What is laid out when an engine begins comes to its end, whatever was away or wrong meanwhile."""

import asyncio
import logging
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import psycopg
import pytest

from app.bootstrap import House, open_house
from app.preparing import prepare
from app.settings import load_settings
from knowledge.repository import lock_publishing
from tests.chaos.house import until

ARTICLES = Path(__file__).parents[2] / "knowledge" / "articles"
WITHIN_S = 120.0
CUT_OFF = """
select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory' and not granted
and database = (select oid from pg_database where datname = current_database())"""


@pytest.fixture
async def house(database: str, valkey_url: str, nlu_server: str, tmp_path: Path) -> AsyncIterator[House]:
    """An engine's insides over articles of its own; nothing is laid out yet."""
    shutil.copytree(ARTICLES, tmp_path / "articles")
    settings = load_settings(
        data_dir=tmp_path,
        database_url=database,
        redis_url=valkey_url,
        nlu_url=nlu_server,
        articles=tmp_path / "articles",
        demo=False,
        tenant="prepared",
    )
    async with open_house(settings) as opened:
        yield opened


async def articles_of(house: House) -> int:
    async with house.database.tenant(house.settings.tenant) as conn:
        cursor = await conn.execute("select count(*) from articles where version is not null")
        row = await cursor.fetchone()
    return int(row[0]) if row else 0


@pytest.mark.slow
async def test_a_connection_cut_while_another_engine_publishes_is_made_up_for(
    house: House, database: str
) -> None:
    async with await psycopg.AsyncConnection.connect(database, autocommit=True) as owner:

        async def cut_off() -> bool:
            return await (await owner.execute(CUT_OFF.encode())).fetchone() is not None

        async with house.database.anyone() as other, other.transaction():
            await lock_publishing(other, house.settings.tenant)
            preparing = asyncio.create_task(prepare(house))
            await until(cut_off, WITHIN_S, "nobody waits to publish")
        await asyncio.wait_for(preparing, WITHIN_S)

    assert house.readiness.seeded.is_set()
    assert await articles_of(house) == len(list(house.settings.articles.glob("*.md")))


async def test_an_article_that_cannot_be_read_is_named_and_read_once_mended(
    house: House, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.preparing.MENDED_WITHIN_S", 0.05)
    broken = house.settings.articles / "broken.md"
    broken.write_text("no front matter", "utf-8")

    async def named() -> bool:
        return "broken.md:1: no front matter" in caplog.text

    preparing = asyncio.create_task(prepare(house))
    with caplog.at_level(logging.ERROR, "app.preparing"):
        await until(named, WITHIN_S, "the article is not named")
    assert not house.readiness.seeded.is_set()

    broken.unlink()

    await asyncio.wait_for(preparing, WITHIN_S)
    assert house.readiness.seeded.is_set()
