"""Connections in a book: mistakes are told with their line and a hint, before anything is called."""

from pathlib import Path

import pytest

from app.commands.book import tools_and_faults
from app.commands.checks import Wrong, declared_connections
from app.declared import checked_tools, declared_tools, secrets_of
from app.rulebooks import tool_shapes
from app.settings import load_settings
from policies.connections import read_connections
from tests.contracts.declared_tools import book_with
from tools.declared.keeping import Keeper
from tools.guarded import guarded_session
from tools.registry import Registry


async def problems(book: Path) -> list[str]:
    """Everything that is wrong with a book's connections."""
    return [str(problem) for problem in (await checked_tools(book)).problems]


@pytest.mark.parametrize("name", ["openapi", "graphql", "soap", "mcp"])
async def test_the_book_sees_the_shapes_that_the_tools_have(tmp_path: Path, name: str) -> None:
    book = book_with(tmp_path, name, str)
    made = await checked_tools(book)

    assert made.problems == ()
    assert read_connections(book).shapes() == tool_shapes(Registry(made.tools))


OPENAPI = [
    ("operation: getStock", "operation: getStok", ":14:16: the document has no operation 'getStok'"),
    ("operation: getStock", "operation: getStok", "Did you mean 'getStock'?"),
    ("connection: warehouse", "connection: ware", "there is no connection 'ware'"),
    ("risk: read\n    operation: list", "risk: write\n    operation: list", "GET has no effect"),
    ("sku: text", "skew: text", "takes no 'skew'"),
    ("sku: text", "sku: number", "the document wants a text here, not a number"),
    ("available: number", "availible: number", "Did you mean 'available'?"),
    ("available: number", "available: truth", "this is a number, not a truth"),
    ("      customer: {customer: id}\n", "", "the operation needs customer"),
    ("scheme: key", "scheme: kye", "Did you mean 'key'?"),
    ("documents/warehouse", "documents/storehouse", "there is no file storehouse.json"),
    ("tool: find_reservation", "tool: find_reservations", "Did you mean 'find_reservation'?"),
    ("with: {reference: key}", "with: {refrence: key}", "Did you mean 'reference'?"),
    ("risk: read", "risk: reed", "Did you mean 'read'?"),
    ("settle: repeat", "setle: repeat", "unknown key 'setle'"),
    ("settle: repeat", "settle: repeat\n    retries: 1", "`retries` is for reads"),
    ("to: /lines/0/quantity", "to: /lines/0/sku", "two values go to '/lines/0/sku'"),
    ("to: /lines/0/quantity", "to: /lines/2/quantity", "these places do not fit together"),
]
OTHERS = [
    ("graphql", "$sku: String!", "$article: String!", "the document has no variable $sku"),
    ("graphql", "query Stock", "mutation Stock", "the document is a mutation"),
    ("graphql", "kind: graphql", "kind: grapql", "Did you mean 'graphql'?"),
    ("soap", "operation: GetStock", "operation: GetStocks", "Did you mean 'GetStock'?"),
    ("soap", "args: {sku: text}", "args: {skew: text}", "unexpected keyword argument 'skew'"),
    ("mcp", "key: {to: reference}", "key: {header: Idempotency-Key}", "MCP has no headers"),
]


@pytest.mark.parametrize(
    ("name", "right", "wrong", "told"), [*(("openapi", *one) for one in OPENAPI), *OTHERS]
)
async def test_a_mistake_is_told_with_its_place_and_a_hint(
    tmp_path: Path, name: str, right: str, wrong: str, told: str
) -> None:
    def change(text: str) -> str:
        assert right in text
        return text.replace(right, wrong, 1)

    found = await problems(book_with(tmp_path, name, change))

    assert any(told in one for one in found), found
    assert all(one.startswith(f"connections/{name}.yaml:") for one in found)


async def test_secrets_do_not_travel_in_the_clear(tmp_path: Path) -> None:
    change = lambda text: text.replace("http://127.0.0.1:1/v1", "http://warehouse.example/v1")  # noqa: E731

    found = await problems(book_with(tmp_path, "openapi", change))

    assert found[0].startswith("connections/openapi.yaml:5:10: the secret would travel unencrypted")


async def test_a_missing_secret_is_told_with_its_variable(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    book = book_with(tmp_path, "openapi", str)
    (tmp_path / "secrets").mkdir()
    settings = load_settings(secrets_dir=tmp_path / "secrets")

    async with guarded_session() as session:
        before = declared_tools(book, session, secrets_of(settings), Keeper())
        (tmp_path / "secrets" / "frontdesk_secret_warehouse_key").write_text("warehouse-secret\n")
        from_file = declared_tools(book, session, secrets_of(settings), Keeper())
        monkeypatch.setenv("FRONTDESK_SECRET_WAREHOUSE_KEY", "warehouse-secret")
        from_variable = declared_tools(book, session, secrets_of(load_settings()), Keeper())

    assert "the secret 'warehouse_key' is not set" in str(before.problems[0])
    assert "Set FRONTDESK_SECRET_WAREHOUSE_KEY" in str(before.problems[0])
    assert (from_file.problems, from_variable.problems) == ((), ())


def test_doctor_says_which_secret_is_missing_and_which_system_cannot_be_reached(tmp_path: Path) -> None:
    book, folder = book_with(tmp_path / "book", "openapi", str), tmp_path / "secrets"
    folder.mkdir()
    settings = load_settings(book=book, secrets_dir=folder)

    with pytest.raises(Wrong, match="Set FRONTDESK_SECRET_WAREHOUSE_KEY"):
        declared_connections(settings)
    (folder / "frontdesk_secret_warehouse_key").write_text("warehouse-secret")
    with pytest.raises(Wrong, match="no connection to warehouse"):
        declared_connections(settings)


async def test_a_name_that_the_engine_has_already_is_refused(tmp_path: Path) -> None:
    change = lambda text: text.replace("find_stock:", "find_order:")  # noqa: E731

    _, faults = await tools_and_faults(book_with(tmp_path, "openapi", change))

    assert "the engine has a tool 'find_order' of its own" in str(faults[0])


async def test_a_document_that_leads_elsewhere_is_not_followed(tmp_path: Path) -> None:
    book = book_with(tmp_path, "openapi", str)
    path = book / "connections" / "documents" / "warehouse.json"
    path.write_text(path.read_text().replace("#/components/schemas/Stock", "https://evil.example/stock.json"))

    assert "leads out of it" in (await problems(book))[0]


async def test_a_wsdl_that_imports_from_elsewhere_is_not_followed(tmp_path: Path) -> None:
    for number, place in enumerate(("https://evil.example/x.xsd", "../../../etc/passwd", "/etc/passwd")):
        book = book_with(tmp_path / str(number), "soap", str)
        path = book / "connections" / "documents" / "warehouse.wsdl"
        path.write_text(
            path.read_text().replace('schemaLocation="warehouse.xsd"', f'schemaLocation="{place}"')
        )

        assert len(await problems(book)) == 1
