"""A book's connections under a running engine: new tools at once, the old ones for who began on them."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from app.db import Database
from app.declared import Declared, declared_tools
from app.rulebooks import tool_shapes
from app.rulebooks.archive import BookArchive
from app.rulebooks.beginning import first_book
from app.rulebooks.connected import BookTools
from app.rulebooks.keeper import BookKeeper, KeeperDeps
from app.turns.hub import Hub
from guardrails.build import build_rails
from tests.contracts.declared_tools import book_with, secrets
from tests.fakes.journal import FakeJournal
from tests.fakes.tool import MARTA
from tests.peers.faults import serving
from tests.peers.warehouse import Warehouse
from tests.peers.warehouse_rest import rest_app
from tests.unit.books.altered import LIBRARY
from tools.arguments import Answer, Arguments
from tools.declared.keeping import Keeper
from tools.errors import UnknownTool
from tools.guarded import guarded_session
from tools.networks import read_networks
from tools.registry import Registry
from tools.runner import ToolRunner
from tools.spec import ActionKey, Caller, Succeeded, ToolSpec

OPENAPI = "connections/openapi.yaml"


class WhichLoan(Arguments):
    """Which loan."""

    loan_id: str


class LongerLoan(WhichLoan):
    """Which loan, and how much longer."""

    days: float


class Loan(Answer):
    """A loan of the library."""

    title: str
    extended: float
    reserved: bool


class Extended(Answer):
    """Nothing to tell."""


async def lent(caller: Caller, args: WhichLoan, key: ActionKey | None) -> Loan:
    return Loan(title="A book", extended=0, reserved=False)


async def extended(caller: Caller, args: LongerLoan, key: ActionKey | None) -> Extended:
    return Extended()


OWN = Registry(
    [
        ToolSpec(name="find_loan", description="", args=WhichLoan, result=Loan, risk="read", run=lent),
        ToolSpec(
            name="extend_loan", description="", args=LongerLoan, result=Extended, risk="write", run=extended
        ),
    ]
)


@dataclass
class Engine:
    """What of an engine has to do with books and tools."""

    folder: Path
    keeper: BookKeeper
    connected: BookTools
    archive: BookArchive
    runner: ToolRunner

    async def stock(self, version: str) -> dict[str, object]:
        """Ask for an article with the tools of a version."""
        found = await self.runner.read("find_stock", replace(MARTA, book=version), {"sku": "LAMP"})
        assert isinstance(found, Succeeded)
        return dict(found.result)

    async def declares(self, url: str, old: str = "", new: str = "") -> str:
        """Change the connections and reload; the version in force afterwards."""
        shutil.rmtree(self.folder / "connections", ignore_errors=True)
        book_with(
            self.folder, "openapi", lambda text: text.replace("http://127.0.0.1:1", url).replace(old, new)
        )
        return (await self.keeper.reload()).version


@pytest.fixture
async def warehouse() -> AsyncIterator[str]:
    """The address of a warehouse that a book may declare."""
    async with serving(rest_app(Warehouse())) as url:
        yield url


@pytest.fixture
async def pool(database: str) -> AsyncIterator[Database]:
    opened = Database(database, most=4)
    await opened.open()
    yield opened
    await opened.close()


async def an_engine(folder: Path, pool: Database, tenant: str) -> AsyncIterator[Engine]:
    """An engine that serves the folder's book."""
    async with guarded_session(read_networks("127.0.0.0/8")) as session:

        def declare(book: Path, keeper: Keeper) -> Declared:
            return declared_tools(book, session, secrets, keeper, OWN, folder)

        connected = BookTools(OWN, declare, folder)
        shapes = tool_shapes(OWN)
        archive = BookArchive(pool, shapes, connected=connected)
        first = await first_book(folder, tenant, shapes, archive, connected)
        deps = KeeperDeps(
            folder=folder,
            tenant_id=tenant,
            tools=shapes,
            shelf=first.shelf,
            archive=archive,
            signals=Hub(),
            clock=lambda: datetime.now(UTC),
            build_rails=build_rails,
            taken=lambda book: None,
            look_every_s=0,
            connected=connected,
        )
        keeper = BookKeeper(deps)
        await keeper.open()
        runner = ToolRunner(connected.registries, FakeJournal())
        yield Engine(folder=folder, keeper=keeper, connected=connected, archive=archive, runner=runner)
        await keeper.close()
        await connected.close()


@pytest.fixture
async def engine(tmp_path: Path, pool: Database, request: pytest.FixtureRequest) -> AsyncIterator[Engine]:
    shutil.copytree(LIBRARY, tmp_path / "book")
    async for opened in an_engine(tmp_path / "book", pool, request.node.name[:40].replace("_", "-")):
        yield opened


async def test_a_tool_that_is_declared_while_the_engine_runs_is_called_at_once(
    engine: Engine, warehouse: str
) -> None:
    before = engine.keeper.state.version
    with pytest.raises(UnknownTool):
        await engine.stock(before)

    after = await engine.declares(warehouse)

    assert engine.keeper.state.problems == ()
    assert await engine.stock(after) == {"available": 10, "shelf": "A-7"}
    with pytest.raises(UnknownTool):
        await engine.stock(before)


async def test_whoever_began_on_the_old_connections_calls_the_old_tools_to_the_end(
    engine: Engine, warehouse: str
) -> None:
    old = await engine.declares(warehouse)
    new = await engine.declares(
        warehouse, "      shelf: {type: text, at: /place/shelf, optional: true}\n", ""
    )

    assert old != new
    assert await engine.stock(new) == {"available": 10}
    assert await engine.stock(old) == {"available": 10, "shelf": "A-7"}


async def test_connections_that_cannot_work_stay_out_and_are_told_with_their_line(
    engine: Engine, warehouse: str
) -> None:
    good = await engine.declares(warehouse)

    still = await engine.declares(warehouse, "operation: getStock", "operation: getStok")

    assert still == good
    (problem, *_) = engine.keeper.state.problems
    assert f"{OPENAPI}:14:16: the document has no operation 'getStok'" in str(problem)
    assert await engine.stock(good) == {"available": 10, "shelf": "A-7"}


async def test_after_a_restart_a_flow_still_finds_the_tools_of_its_version(
    engine: Engine, warehouse: str, pool: Database
) -> None:
    tenant = engine.keeper._deps.tenant_id
    old = await engine.declares(warehouse)
    await engine.declares(warehouse, "      shelf: {type: text, at: /place/shelf, optional: true}\n", "")

    async for restarted in an_engine(engine.folder, pool, tenant):
        assert await restarted.archive.fetch(tenant, old) is not None
        assert await restarted.stock(old) == {"available": 10, "shelf": "A-7"}


async def test_what_no_version_declares_any_more_is_closed(tmp_path: Path) -> None:
    open_now: list[str] = []

    def declare(book: Path, keeper: Keeper) -> Declared:
        name = (book / OPENAPI).read_text("utf-8")

        async def begin() -> None:
            open_now.append(name)

        async def close() -> None:
            open_now.remove(name)

        keeper.keep(begin, close)
        return Declared()

    tools = BookTools(OWN, declare, tmp_path, let_finish_s=0)
    for version, connections in (("v1", b"first"), ("v2", b"first"), ("v3", b"second")):
        tools.serve(version, await tools.made({OPENAPI: connections}), newest=True)
    tools.forget("v1")
    await asyncio.sleep(0.01)
    assert sorted(open_now) == ["first", "second"]

    tools.forget("v2")
    await asyncio.sleep(0.01)
    assert open_now == ["second"]
    await tools.close()
    assert open_now == []
