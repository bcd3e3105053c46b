"""Tools over an OpenAPI document, against a service that serves it."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.contracts.declared_tools import DeclaredTools, Storehouse, book_with, tools_of
from tests.peers.faults import serving
from tests.peers.warehouse import Warehouse
from tests.peers.warehouse_rest import rest_app
from tools.spec import Failed


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Storehouse]:
    warehouse = Warehouse()
    async with serving(rest_app(warehouse)) as url:
        book = book_with(tmp_path, "openapi", lambda text: text.replace("http://127.0.0.1:1/v1", f"{url}/v1"))
        async with tools_of(book) as registry:
            yield Storehouse(registry, warehouse)


class TestOverOpenApi(DeclaredTools):
    """They promise what every declared tool promises."""


async def test_a_redirect_is_not_followed(store: Storehouse) -> None:
    outcome = await store.read("find_stock", sku="MOVED")

    assert isinstance(outcome, Failed)
    assert outcome.code == "http_302"


async def test_a_private_address_is_refused_unless_its_network_is_allowed(tmp_path: Path) -> None:
    warehouse = Warehouse()
    async with serving(rest_app(warehouse)) as url:
        book = book_with(tmp_path, "openapi", lambda text: text.replace("http://127.0.0.1:1/v1", f"{url}/v1"))
        async with tools_of(book, allowed="") as registry:
            store = Storehouse(registry)
            read, effect = await store.read("find_stock", sku="LAMP"), await store.reserve("LAMP")

    for outcome in (read, effect):
        assert isinstance(outcome, Failed)
        assert "127.0.0.1 is not a public address" in outcome.detail
    assert warehouse.calls == 0


@pytest.mark.parametrize("sku", ["..", ".", "a/../../admin", "a\r\nX-Evil: 1"])
async def test_an_argument_stays_one_segment_of_the_path(store: Storehouse, sku: str) -> None:
    await store.read("find_stock", sku=sku)

    assert store.warehouse is not None
    assert store.warehouse.calls <= 1
    assert set(store.warehouse.taken) == set()
