"""Tools over GraphQL, against an endpoint that executes real documents."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.contracts.declared_tools import DeclaredTools, Storehouse, book_with, tools_of
from tests.peers.faults import serving
from tests.peers.warehouse import Warehouse
from tests.peers.warehouse_graphql import graphql_app
from tools.spec import Failed


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Storehouse]:
    warehouse = Warehouse()
    async with serving(graphql_app(warehouse)) as url:
        here = f"{url}/graphql"
        book = book_with(tmp_path, "graphql", lambda text: text.replace("http://127.0.0.1:1/v1", here))
        async with tools_of(book) as registry:
            yield Storehouse(registry, warehouse)


class TestOverGraphQl(DeclaredTools):
    """They promise what every declared tool promises."""


async def test_credentials_that_are_refused_under_status_200_are_a_failure(tmp_path: Path) -> None:
    async with serving(graphql_app(Warehouse())) as url:
        changed = [("http://127.0.0.1:1/v1", f"{url}/graphql"), ("warehouse_key", "warehouse_password")]
        book = book_with(tmp_path, "graphql", lambda text: text.replace(*changed[0]).replace(*changed[1]))
        async with tools_of(book) as registry:
            outcome = await Storehouse(registry).reserve("LAMP")

    assert isinstance(outcome, Failed)
    assert outcome.code == "graphql_unauthenticated"
