"""The rule book's folder under a running engine: what comes into force, what never does, who hears of it."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from click.testing import Result
from fastapi import FastAPI, Request
from typer.testing import CliRunner

from app.auth.caller import AgentCaller
from app.auth.roles import Role
from app.cli import command
from app.db import Database
from app.problems import speak_problems
from app.readiness import Readiness, State
from app.rulebooks import BookShelf, rail_rules
from app.rulebooks.archive import BookArchive
from app.rulebooks.beginning import first_book
from app.rulebooks.keeper import BookKeeper, KeeperDeps
from app.rulebooks.router import BookDeps, build_router
from app.turns.hub import Hub
from guardrails.build import build_rails
from policies.problems import BookInvalid
from tests.integration.front import serving
from tests.unit.books.altered import LIBRARY, TOOLS

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
WITHIN_S = 10.0
COMPANY = "company.yaml"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the library's book."""
    shutil.copytree(LIBRARY, tmp_path / "book")
    return tmp_path / "book"


@pytest.fixture
async def archive(database: str) -> AsyncIterator[BookArchive]:
    opened = Database(database, most=4)
    await opened.open()
    yield BookArchive(opened, TOOLS)
    await opened.close()


@pytest.fixture
async def keepers(
    folder: Path, archive: BookArchive, request: pytest.FixtureRequest
) -> AsyncIterator[Callable[..., Awaitable[BookKeeper]]]:
    """Opens engines' keepers; each test has a tenant of its own, so that no other's versions count."""
    opened: list[BookKeeper] = []

    async def open_keeper(**changes: Any) -> BookKeeper:
        given: dict[str, Any] = {
            "folder": folder,
            "tenant_id": request.node.name[:40].replace("_", "-"),
            "tools": TOOLS,
            "archive": archive,
            "signals": Hub(),
            "clock": lambda: datetime.now(UTC),
            "build_rails": build_rails,
            "taken": lambda book: None,
            "look_every_s": 0,
            **changes,
        }
        given["shelf"] = BookShelf.load(given["folder"], TOOLS)
        given["shelf"].archive = archive
        opened.append(BookKeeper(KeeperDeps(**given)))
        await opened[-1].open()
        return opened[-1]

    yield open_keeper
    for keeper in opened:
        await keeper.close()


def rename(folder: Path, name: str) -> None:
    """Let the assistant have another name: the smallest change of a book."""
    text = (folder / COMPANY).read_text("utf-8")
    lines = [
        f"assistant_name: {name}" if line.startswith("assistant_name") else line for line in text.split("\n")
    ]
    (folder / COMPANY).write_text("\n".join(lines), "utf-8")


def shelf_of(keeper: BookKeeper) -> BookShelf:
    return keeper._deps.shelf


async def until(holds: Callable[[], bool]) -> None:
    """Wait for what another task does; there is no event to wait for."""
    async with asyncio.timeout(WITHIN_S):
        while not holds():  # noqa: ASYNC110
            await asyncio.sleep(0.01)


async def test_a_changed_book_is_in_force_once_it_is_reloaded(keepers: Any, folder: Path) -> None:
    keeper = await keepers()
    before = keeper.state.version
    rename(folder, "Grace")
    after = await keeper.reload()
    assert shelf_of(keeper).book.assistant_name == "Grace"
    assert after.version == shelf_of(keeper).book.version != before


async def test_a_bad_book_never_replaces_a_good_one_and_its_problems_are_told(
    keepers: Any, folder: Path
) -> None:
    keeper = await keepers()
    before = shelf_of(keeper).rulebook
    rename(folder, "Grace")
    (folder / "routing.yaml").write_text("default_skills: [", "utf-8")
    state = await keeper.reload()
    assert shelf_of(keeper).rulebook is before
    assert {problem.file for problem in state.problems} == {"routing.yaml"}
    assert not keeper.state.fine

    shutil.copy(LIBRARY / "routing.yaml", folder / "routing.yaml")
    assert (await keeper.reload()).fine
    assert shelf_of(keeper).book.assistant_name == "Grace"


async def test_a_folder_that_changes_is_noticed_without_being_told(keepers: Any, folder: Path) -> None:
    keeper = await keepers(look_every_s=0.02)
    rename(folder, "Grace")
    await until(lambda: shelf_of(keeper).book.assistant_name == "Grace")


async def test_putting_the_old_text_back_puts_the_old_version_back(keepers: Any, folder: Path) -> None:
    keeper = await keepers()
    first = keeper.state.version
    old = (folder / COMPANY).read_text("utf-8")
    rename(folder, "Grace")
    await keeper.reload()
    (folder / COMPANY).write_text(old, "utf-8")
    assert (await keeper.reload()).version == first


async def test_another_engine_serves_what_came_into_force_here(
    keepers: Any, folder: Path, tmp_path: Path
) -> None:
    hub = Hub()
    here = await keepers(signals=hub)
    shutil.copytree(folder, tmp_path / "elsewhere")
    there = await keepers(signals=hub, folder=tmp_path / "elsewhere")
    rename(folder, "Grace")
    await here.reload()
    await until(lambda: shelf_of(there).book.assistant_name == "Grace")
    assert there.state.version == here.state.version


async def test_every_version_that_was_in_force_is_found_again_after_a_restart(
    keepers: Any, folder: Path, archive: BookArchive
) -> None:
    keeper = await keepers()
    tenant, first = keeper._deps.tenant_id, shelf_of(keeper).book
    rename(folder, "Grace")
    second = (await keeper.reload()).version

    later = BookShelf.load(folder, TOOLS)
    later.archive = archive
    found = await later.older(tenant, [first.version, second, "never-was"])
    assert set(found) == {first.version, second}
    assert found[first.version].book.assistant_name == first.assistant_name
    assert [one.version for one in await archive.versions(tenant)] == [second, first.version]


async def test_an_engine_that_begins_with_a_bad_folder_serves_the_last_good_book(
    keepers: Any, folder: Path, archive: BookArchive
) -> None:
    keeper = await keepers()
    (folder / "flows" / "broken.yaml").write_text("flows: {", "utf-8")
    begun = await first_book(folder, keeper._deps.tenant_id, TOOLS, archive)
    assert begun.shelf.book.version == keeper.state.version
    assert [problem.file for problem in begun.refused] == ["flows/broken.yaml"]


async def test_an_engine_that_never_had_a_good_book_does_not_begin(
    folder: Path, archive: BookArchive
) -> None:
    (folder / "flows" / "broken.yaml").write_text("flows: {", "utf-8")
    with pytest.raises(BookInvalid, match=r"broken\.yaml"):
        await first_book(folder, "a-new-tenant", TOOLS, archive)


class SignedIn:
    """Everybody who calls is this person."""

    def __init__(self, role: Role) -> None:
        self.person = AgentCaller(tenant_id="acme", agent_id="runa", name="Runa Solberg", role=role)

    async def caller(self, request: Request) -> AgentCaller:
        return self.person


def routes(keeper: BookKeeper, role: Role) -> FastAPI:
    """An engine of nothing but the book's routes, called by a person of this role."""
    app = FastAPI()
    speak_problems(app)
    app.state.authenticator = SignedIn(role)
    app.include_router(build_router(BookDeps(keeper=keeper, archive=keeper.archive)))
    return app


def calls(keeper: BookKeeper, role: Role) -> httpx.AsyncClient:
    """A client of the routes."""
    return httpx.AsyncClient(transport=httpx.ASGITransport(routes(keeper, role)), base_url="http://desk")


async def test_a_designer_reloads_and_reads_what_keeps_the_book_out(keepers: Any, folder: Path) -> None:
    keeper = await keepers(tenant_id="acme")
    first = keeper.state.version
    async with calls(keeper, "designer") as http:
        rename(folder, "Grace")
        told = (await http.post("/api/v1/system/book/reload")).json()
        assert told["version"] == shelf_of(keeper).book.version != first

        (folder / "routing.yaml").write_text("default_skills: [", "utf-8")
        refused = await http.post("/api/v1/system/book/reload")
        assert refused.status_code == 422
        assert refused.json()["type"] == "/problems/book-invalid"
        assert [one["file"] for one in refused.json()["problems"]] == ["routing.yaml"]

        shown = (await http.get("/api/v1/system/book")).json()
        assert shown["version"] == told["version"]
        assert [one["file"] for one in shown["problems"]] == ["routing.yaml"]
        assert [one["version"] for one in shown["versions"]] == [told["version"], first]


async def test_an_agent_sees_the_book_and_may_not_reload_it(keepers: Any) -> None:
    keeper = await keepers(tenant_id="acme")
    async with calls(keeper, "agent") as http:
        assert (await http.get("/api/v1/system/book")).json()["version"] == keeper.state.version
        refused = await http.post("/api/v1/system/book/reload")
        assert refused.status_code == 403
        assert "book:reload" in refused.json()["detail"]


async def test_the_command_reloads_a_running_engine_and_tells_what_is_wrong(
    keepers: Any, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FRONTDESK_DATA_DIR", str(tmp_path))
    keeper = await keepers(tenant_id="acme")
    async with serving(routes(keeper, "designer")) as url:

        async def reload() -> Result:
            return await asyncio.to_thread(
                CliRunner().invoke, command, ["reload", "--url", url, "--key", "k"]
            )

        rename(folder, "Grace")
        fine = await reload()
        assert fine.exit_code == 0, fine.output
        assert fine.stdout.startswith(f"version {shelf_of(keeper).book.version} ")
        (folder / "routing.yaml").write_text("default_skills: [", "utf-8")
        bad = await reload()
        assert bad.exit_code == 1
        assert bad.stdout.startswith("routing.yaml:")
        assert "stays in force" in bad.stderr


class Answering:
    """A neighbour that is there."""

    async def answers(self) -> bool:
        return True

    async def ping(self) -> bool:
        return True


async def test_readiness_names_a_bad_folder_and_the_engine_serves_on(keepers: Any, folder: Path) -> None:
    keeper = await keepers()
    rails = asyncio.create_task(asyncio.to_thread(build_rails, rail_rules(shelf_of(keeper).book)))
    await rails
    there: Any = Answering()
    readiness = Readiness(
        database=there, nlu=there, redis=there, rails=rails, book_fine=lambda: keeper.state.fine
    )
    readiness.seeded.set()
    (folder / "routing.yaml").write_text("default_skills: [", "utf-8")
    await keeper.reload()
    assert await readiness.look() == State(ready=True, degraded=("book",))
