"""A database that takes requests and never answers is as good as gone: nobody waits for it for ever."""

import os
import signal
from collections.abc import AsyncIterator

import pytest
from psycopg import OperationalError

from app.db import Database

LONGEST_S = 0.4


@pytest.fixture
async def impatient(database: str) -> AsyncIterator[Database]:
    pool = Database(database, most=2, longest_s=LONGEST_S)
    await pool.open()
    yield pool
    await pool.close()


async def ask_and_freeze(pool: Database, frozen: list[int]) -> None:
    """Ask something of a server process that is stopped before it can answer."""
    async with pool.anyone() as conn:
        frozen.append(conn.info.backend_pid)
        os.kill(frozen[0], signal.SIGSTOP)
        await conn.execute("select 1")


async def test_a_statement_without_an_answer_ends_as_if_the_server_were_gone(impatient: Database) -> None:
    frozen: list[int] = []
    try:
        with pytest.raises(OperationalError):
            await ask_and_freeze(impatient, frozen)
        async with impatient.tenant("demo") as conn:
            assert conn.info.backend_pid not in frozen
            assert await (await conn.execute("select 1")).fetchone() == (1,)
    finally:
        for pid in frozen:
            os.kill(pid, signal.SIGCONT)
