"""The journal between processes: at once, one after the other, and after a sudden end."""

import asyncio
import sys
from pathlib import Path

import psycopg
import pytest

from tests.integration.effect_process import noted
from tests.integration.shop_process import ROOT

KEYS = [f"cv_1:p{number}:run" for number in range(40)]


class Worker:
    """One process of `effect_process`."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    @classmethod
    async def start(cls, database: str, ledger: Path, *options: str) -> "Worker":
        """Start it and wait until it is connected."""
        command = [sys.executable, "-m", "tests.integration.effect_process"]
        command += ["--database", database, "--ledger", str(ledger), *options]
        pipe = asyncio.subprocess.PIPE
        process = await asyncio.create_subprocess_exec(*command, cwd=ROOT, stdin=pipe, stdout=pipe)
        assert process.stdout is not None
        assert await process.stdout.readline() == b"ready\n"
        return cls(process)

    async def act(self, keys: list[str]) -> list[str]:
        """Let it act under these keys and end; one line an outcome."""
        told, _ = await self._process.communicate("\n".join(keys).encode())
        return told.decode().splitlines()


@pytest.fixture
def ledger(tmp_path: Path) -> Path:
    file = tmp_path / "ledger"
    file.touch()
    return file


async def test_two_processes_with_the_same_keys_at_once_act_once_each_and_tell_the_same(
    database: str, ledger: Path
) -> None:
    workers = [await Worker.start(database, ledger) for _ in range(2)]

    one, other = await asyncio.gather(*(worker.act(KEYS) for worker in workers))

    assert sorted(noted(ledger)) == sorted(KEYS)
    assert one == other
    assert len(one) == len(KEYS)
    assert {line.split()[0] for line in one} == {"succeeded"}


async def test_what_a_killed_process_has_done_is_found_and_not_done_again(
    database: str, ledger: Path
) -> None:
    key = "cv_1:killed:run"
    killed = await Worker.start(database, ledger, "--die", "--lease", "0.5")
    assert await killed.act([key]) == []
    assert noted(ledger) == [key]

    told = await (await Worker.start(database, ledger)).act([key, key])

    assert told == ["succeeded 0", "succeeded 0"]
    assert noted(ledger) == [key]


async def test_a_live_lease_of_a_killed_process_is_waited_for_and_not_broken(
    database: str, ledger: Path
) -> None:
    key = "cv_1:fresh:run"
    killed = await Worker.start(database, ledger, "--die", "--lease", "600")
    await killed.act([key])

    told = await (await Worker.start(database, ledger)).act([key])

    assert told == ["unknown None"]
    assert noted(ledger) == [key]


async def test_the_journal_holds_no_clear_text_and_hides_other_tenants_rows(
    database: str, ledger: Path
) -> None:
    await (await Worker.start(database, ledger)).act(["cv_1:sealed:run"])

    async with await psycopg.AsyncConnection.connect(database) as conn:
        cursor = await conn.execute("select args, outcome from tool_journal where key = 'cv_1:sealed:run'")
        args, outcome = await cursor.fetchone() or (b"", b"")
        assert b"a note" not in bytes(args)
        assert b"number" not in bytes(outcome)
        await conn.execute("set role frontdesk_app")
        await conn.execute("select set_config('frontdesk.tenant', 'other', true)")
        hidden = await (await conn.execute("select count(*) from tool_journal")).fetchone()
        assert hidden == (0,)
