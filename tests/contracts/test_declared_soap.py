"""Tools over SOAP, against a service that speaks in envelopes."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.contracts.declared_tools import DeclaredTools, Storehouse, book_with, tools_of
from tests.peers.faults import serving
from tests.peers.warehouse import Warehouse
from tests.peers.warehouse_soap import soap_app
from tools.spec import Failed, Refused


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Storehouse]:
    warehouse = Warehouse()
    async with serving(soap_app(warehouse)) as url:
        book = book_with(tmp_path, "soap", lambda text: text.replace("http://127.0.0.1:1/v1", f"{url}/soap"))
        async with tools_of(book) as registry:
            yield Storehouse(registry, warehouse)


class TestOverSoap(DeclaredTools):
    """They promise what every declared tool promises."""


async def test_a_fault_of_our_own_making_is_a_refusal(tmp_path: Path) -> None:
    async with serving(soap_app(Warehouse())) as url:
        changed = [("http://127.0.0.1:1/v1", f"{url}/soap"), ("warehouse_password", "warehouse_key")]
        book = book_with(tmp_path, "soap", lambda text: text.replace(*changed[0]).replace(*changed[1]))
        async with tools_of(book) as registry:
            outcome = await Storehouse(registry).reserve("LAMP")

    assert isinstance(outcome, Refused | Failed)
    assert outcome.code == "soap_client"
