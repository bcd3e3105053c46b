"""`frontdesk tools`: what a system offers, as YAML that a person finishes."""

import sys
from pathlib import Path

import pytest
import yaml

from app.commands.tools import offered
from app.declared import checked_tools
from app.settings import load_settings
from policies.problems import PolicyError
from tests.contracts.declared_tools import book_with
from tests.contracts.test_declared_mcp import OWN_PROCESS


def only_connections(text: str) -> str:
    """A file that declares no tool yet."""
    return text.partition("\ntools:")[0] + "\n"


async def test_a_servers_tools_are_written_and_their_risk_is_left_to_a_person(tmp_path: Path) -> None:
    change = lambda text: only_connections(text).replace("url: http://127.0.0.1:1/v1", OWN_PROCESS)  # noqa: E731
    book = book_with(tmp_path, "mcp", change)

    text = await offered(load_settings(book=book), "warehouse")

    found = yaml.safe_load(text)["tools"]
    assert found.keys() == {"stock", "reserve", "reservation"}
    assert found["reserve"]["args"]["quantity"] == "number"
    assert found["reserve"]["risk"] is None
    path = book / "connections" / "mcp.yaml"
    path.write_text(path.read_text() + text)
    assert "mcp.yaml" in str((await checked_tools(book)).problems[0])
    finished = text.replace("risk: ", "risk: read").replace("result:\n", "result:\n      text: text\n")
    path.write_text(path.read_text().replace(text, finished))
    assert [tool.name for tool in (await checked_tools(book)).sound()] == list(found)


async def test_a_documents_operations_are_written(tmp_path: Path) -> None:
    book = book_with(tmp_path, "openapi", only_connections)

    text = await offered(load_settings(book=book), "warehouse")

    assert "operation: getStock" in text
    assert "operation: createReservation" in text


@pytest.mark.parametrize(
    ("file", "name", "said"),
    [
        ("openapi", "warehose", "Did you mean 'warehouse'?"),
        ("graphql", "warehouse", "write them by hand"),
    ],
)
async def test_what_cannot_be_listed_is_told(tmp_path: Path, file: str, name: str, said: str) -> None:
    book = book_with(tmp_path, file, only_connections)

    with pytest.raises(PolicyError) as told:
        await offered(load_settings(book=book), name)

    assert said in str(told.value)


async def test_a_server_that_does_not_start_is_told(tmp_path: Path) -> None:
    broken = f"command: [{sys.executable}, -c, 'raise SystemExit(3)']"
    change = lambda text: only_connections(text).replace("url: http://127.0.0.1:1/v1", broken)  # noqa: E731

    with pytest.raises(PolicyError, match="'warehouse' does not answer"):
        await offered(load_settings(book=book_with(tmp_path, "mcp", change)), "warehouse")
