"""`frontdesk diff` over a real database, on conversations recorded by inbox, lease and commit."""

import asyncio
import json
import shutil
import time
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from app.cli import command
from app.rulebooks.archive import BookArchive
from app.rulebooks.files import read_files
from policies.version import version_of
from tests.chaos.inbox import TENANT, Inbox, open_inbox
from tests.recorded import TALKS, record
from tests.talk import BOOK

MANY = 1000
FEW = TALKS[:8]


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the keys with which everything in the database is sealed."""
    return tmp_path_factory.mktemp("keys")


@pytest.fixture
async def inbox(
    database: str, keys: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Inbox]:
    """A store whose database and keys are what the command is set to."""
    monkeypatch.setenv("FRONTDESK_DATABASE_URL", database)
    monkeypatch.setenv("FRONTDESK_KEY_FILE", str(keys / "keys"))
    monkeypatch.setenv("FRONTDESK_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("FRONTDESK_TENANT", TENANT)
    async with open_inbox(database, keys) as opened:
        yield opened


async def diff(*words: str) -> Result:
    """Run the command as a person does, beside this test's own connections."""
    return await asyncio.to_thread(CliRunner().invoke, command, ["diff", *words])


def next_book(folder: Path) -> Path:
    """A copy of the sample book in which refunds up to €200 need nobody."""
    shutil.copytree(BOOK, folder / "next", dirs_exist_ok=True)
    actions = folder / "next" / "actions.yaml"
    actions.write_text(
        actions.read_text("utf-8").replace("args.amount > 100\n", "args.amount > 200\n"), "utf-8"
    )
    return folder / "next"


async def test_the_command_tells_what_would_change_and_ends_accordingly(inbox: Inbox, tmp_path: Path) -> None:
    for number, lines in enumerate(FEW):
        await record(inbox, lines, f"C-{number}")
    page = tmp_path / "report.html"

    changed = await diff("current", str(next_book(tmp_path)), "--jobs", "1", "--html", str(page), "--json")
    assert changed.exit_code == 1, changed.output
    told = json.loads(changed.stdout)
    assert (told["conversations"], told["changed"], told["unreadable"]) == (len(FEW), 2, 0)
    assert [group["what"] for group in told["groups"]] == ["Refund asks for no approval any more"]
    assert "Of 8 recorded conversations 2 would change." in page.read_text("utf-8")


async def test_a_version_that_was_in_force_is_named_by_its_beginning_and_time_by_a_day(inbox: Inbox) -> None:
    files = read_files(BOOK)
    version = version_of(files)
    await BookArchive(inbox.database, {}).put_in_force(TENANT, version, files, inbox.clock())
    inbox.clock.passes(timedelta(days=2).total_seconds())
    await record(inbox, TALKS[0], "C-late")

    found = await diff(version[:6], str(BOOK), "--jobs", "1", "--json", "--since", "2026-11-22")
    assert found.exit_code == 0, found.output
    told = json.loads(found.stdout)
    assert (told["old"], told["conversations"]) == (version, 1)


async def test_what_cannot_be_compared_is_said_and_is_no_difference(inbox: Inbox, tmp_path: Path) -> None:
    unknown = await diff("no-such-book", str(BOOK))
    assert unknown.exit_code == 2
    assert "'no-such-book' is no folder" in unknown.stderr

    when = await diff(str(BOOK), str(BOOK), "--since", "last summer")
    assert when.exit_code == 2
    assert "2026-11-01" in when.stderr

    (next_book(tmp_path) / "flows" / "broken.yaml").write_text("flows: {", "utf-8")
    broken = await diff(str(BOOK), str(tmp_path / "next"))
    assert broken.exit_code == 2
    assert "flows/broken.yaml" in broken.stderr


@pytest.mark.slow
@pytest.mark.timeout(900)
async def test_a_thousand_conversations_are_compared_the_same_way_twice_and_alike_books_not_at_all(
    inbox: Inbox, tmp_path: Path
) -> None:
    inbox.clock.passes(timedelta(days=10).total_seconds())
    for number in range(MANY):
        await record(inbox, TALKS[number % len(TALKS)], f"C-many-{number}")
    book, other, since = str(BOOK), str(next_book(tmp_path)), ("--since", "2026-12-01")

    began = time.perf_counter()
    same = json.loads((await diff(book, book, "--json", *since)).stdout)
    print(f"{same['conversations']} conversations on two books in {time.perf_counter() - began:.1f} s")
    assert (same["conversations"], same["changed"], same["ended_early"]) == (MANY, 0, {})

    first, second = await diff(book, other, "--json", *since), await diff(book, other, "--json", *since)
    assert first.stdout == second.stdout
    assert json.loads(first.stdout)["changed"] == MANY // len(TALKS) * 4
