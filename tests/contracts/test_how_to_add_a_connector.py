"""The page on adding a connector, carried out as it is written: a fifth system that passes the suite."""

import importlib.util
import re
import sys
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, suppress
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from app.connector_settings import ConnectorSettings
from tests.contracts.companies import Company
from tests.contracts.tickets_port import TicketsOverTheWire, TicketsPort, tickets_deed
from tools.errors import ToolError
from tools.spec import ActionKey
from tools.tickets.port import Ticket, Tickets

PAGE = (Path(__file__).parents[2] / "docs" / "how-to-add-a-connector.md").read_text("utf-8")
FILES = dict(re.findall(r"```python\n# (\S+)\n(.+?)```", PAGE, re.DOTALL))
IMPORTS = """
from tests.contracts.companies import *
from tests.contracts.companies import PATIENCE_S
from tests.peers.casebook import CasebookPeer
from tools.oauth import FixedHeader
from tools.tickets.casebook import CasebookTickets, explain_casebook
from tools.vendor import VendorApi
"""


def module(name: str, path: Path) -> ModuleType:
    """Import a file under a name of its own."""
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None
    assert spec.loader is not None
    made = importlib.util.module_from_spec(spec)
    sys.modules[name] = made
    spec.loader.exec_module(made)
    return made


@pytest.fixture(scope="module")
def casebook_company(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """What the page's third file makes, over its first two."""
    folder = tmp_path_factory.mktemp("page")
    texts = {"adapter": FILES["tools/tickets/casebook.py"], "peer": FILES["tests/peers/casebook.py"]}
    texts["company"] = IMPORTS + FILES["tests/contracts/companies.py"]
    for name, text in texts.items():
        (folder / f"{name}.py").write_text(text, "utf-8")
    module("tools.tickets.casebook", folder / "adapter.py")
    module("tests.peers.casebook", folder / "peer.py")
    return module("casebook_companies", folder / "company.py").casebook_company


@pytest.fixture
async def company(casebook_company: Any) -> AsyncIterator[Company]:
    opened: AbstractAsyncContextManager[Company] = casebook_company()
    async with opened as found:
        yield found


class TestThePagesConnector(TicketsPort):
    """It promises what every ticket system promises."""


class TestThePagesConnectorOverTheWire(TicketsOverTheWire):
    """It does so over a line that fails."""


class Careless:
    """A ticket system that takes a look-up that failed for nothing done."""

    def __init__(self, careful: Tickets) -> None:
        self.create = careful.create
        self._look_up = careful.done_under

    async def done_under(self, key: ActionKey) -> Ticket | None:
        with suppress(ToolError):
            return await self._look_up(key)
        return None


async def test_the_suite_finds_out_who_takes_a_failed_look_up_for_nothing_done(company: Company) -> None:
    careless = replace(company, tickets=Careless(company.tickets))
    deed = tickets_deed(careless)

    with pytest.raises(pytest.fail.Exception, match="DID NOT RAISE"):
        await TicketsOverTheWire().test_a_look_up_that_fails_never_says_that_nothing_happened(
            careless, deed, "error"
        )


@pytest.mark.parametrize("port", ["orders", "payments", "crm", "tickets"])
def test_the_page_names_every_system_that_serves_a_port(port: str) -> None:
    field = ConnectorSettings.model_fields[f"{port}_from"]
    row = re.search(rf"^\| `tools/{port}/port.py` \|.*\| (.+) \|$", PAGE, re.MULTILINE)

    assert row
    assert re.findall(r"`(\w+)`", row[1]) == list(field.annotation.__args__)  # type: ignore[union-attr]
