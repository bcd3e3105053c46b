"""Tools of MCP servers made with the official SDK, over both of its lines."""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import pytest

from tests.contracts.declared_tools import DeclaredTools, Storehouse, book_with, tools_of
from tests.fakes.tool import MARTA
from tests.integration.front import serving
from tests.peers.warehouse import Warehouse
from tests.peers.warehouse_mcp import mcp_server
from tools.spec import Failed, Succeeded, Unknown

OWN_PROCESS = f"command: [{sys.executable}, -m, tests.peers.warehouse_mcp]"


@asynccontextmanager
async def over_http(warehouse: Warehouse) -> AsyncIterator[str]:
    """The server on loopback, in a task of its own; what reaches it."""
    started: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    ending = asyncio.Event()

    async def serve() -> None:
        server = mcp_server(warehouse)
        app = server.streamable_http_app(json_response=True)
        async with server.session_manager.run(), serving(app) as url:
            started.set_result(url)
            await ending.wait()
            warehouse.silence.set()

    running = asyncio.create_task(serve())
    yield f"url: {await started}/mcp"
    ending.set()
    await running


@pytest.fixture(scope="module", params=[pytest.param("own process", marks=pytest.mark.slow), "http"])
async def store(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Storehouse]:
    async with AsyncExitStack() as stack:
        warehouse = Warehouse() if request.param == "http" else None
        reached = await stack.enter_async_context(over_http(warehouse)) if warehouse else OWN_PROCESS
        book = book_with(
            tmp_path_factory.mktemp("mcp"),
            "mcp",
            lambda text: text.replace("url: http://127.0.0.1:1/v1", reached),
        )
        store = Storehouse(await stack.enter_async_context(tools_of(book)), warehouse)
        yield store


class TestOverMcp(DeclaredTools):
    """They promise what every declared tool promises."""


async def test_a_tool_that_the_server_does_not_have_is_a_certain_failure(tmp_path: Path) -> None:
    async with over_http(Warehouse()) as reached:
        change = [("url: http://127.0.0.1:1/v1", reached), ("operation: reserve", "operation: resreve")]
        book = book_with(tmp_path, "mcp", lambda text: text.replace(*change[0]).replace(*change[1]))
        async with tools_of(book) as registry:
            outcome = await Storehouse(registry).reserve("LAMP")

    assert isinstance(outcome, Failed)
    assert outcome.code == "tool_missing"


async def test_an_argument_that_the_server_does_not_take_is_never_sent(tmp_path: Path) -> None:
    warehouse = Warehouse()
    async with over_http(warehouse) as reached:
        change = [("url: http://127.0.0.1:1/v1", reached), ("to: reference", "to: refrence")]
        book = book_with(tmp_path, "mcp", lambda text: text.replace(*change[0]).replace(*change[1]))
        async with tools_of(book) as registry:
            outcome = await Storehouse(registry).reserve("LAMP")

    assert isinstance(outcome, Failed)
    assert "refrence" in outcome.detail
    assert warehouse.reservations == {}


async def test_a_server_on_a_private_address_is_refused_unless_allowed(tmp_path: Path) -> None:
    async with over_http(Warehouse()) as reached:
        book = book_with(tmp_path, "mcp", lambda text: text.replace("url: http://127.0.0.1:1/v1", reached))
        async with tools_of(book, allowed="") as registry:
            outcome = await Storehouse(registry).read("find_stock", sku="LAMP")

    assert isinstance(outcome, Failed)
    assert "127.0.0.1 is not a public address" in outcome.detail


@pytest.mark.slow
async def test_a_session_that_was_lost_is_opened_anew(tmp_path: Path) -> None:
    book = book_with(tmp_path, "mcp", lambda text: text.replace("url: http://127.0.0.1:1/v1", OWN_PROCESS))
    async with tools_of(book) as registry:
        store = Storehouse(registry)
        made = await store.reserve("LAMP", 1)
        lost = await store.reserve("EXIT")
        for _ in range(100):
            again = await store.another().read("find_stock", MARTA, {"sku": "LAMP"})
            if isinstance(again, Succeeded):
                break

    assert isinstance(made, Succeeded)
    assert isinstance(lost, Unknown | Failed)
    assert isinstance(again, Succeeded)
    assert again.result["available"] == 10, "the new process knows nothing of the old one"
