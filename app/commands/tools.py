"""`tools`: what a declared connection offers, written as YAML for a person to finish."""

import asyncio
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from app.settings import Settings
    from tools.declared.declaration import Connection, DeclaredTool

WHAT_IT_DOES = "    risk:  # read, write or money: what the server says of it does not count\n"
WHAT_IS_WANTED = "      # what of the answer is wanted, such as `number: text`; a plain text is `text`\n"


def tools(
    connection: Annotated[str, typer.Argument(help="Name of a connection in the book's `connections`.")],
    book: Annotated[
        Path | None, typer.Option(help="Folder of a rule book; FRONTDESK_BOOK otherwise.")
    ] = None,
) -> None:
    """Write what a system offers as tools: say what each may do, keep those you want, and run `check`."""
    from app.settings import load_settings

    print(asyncio.run(offered(load_settings(book=book), connection)), end="")


async def offered(settings: "Settings", name: str) -> str:
    """Ask a connection's document, or the MCP server itself."""
    from app.companies.offering import offer_of
    from app.companies.offering_text import connection_text
    from app.declared import declarations
    from policies.connections import FOLDER, read_connections
    from policies.problems import BookInvalid, PolicyError, did_you_mean

    found = read_connections(settings.book)
    if found.problems:
        raise BookInvalid(found.problems)
    known = declarations(found, settings.book / FOLDER).connections
    if name not in known:
        raise PolicyError(f"There is no connection '{name}'. {did_you_mean(name, known)}")
    if known[name].kind == "mcp":
        return "".join(written(await listed(settings, name, known[name])))
    document = known[name].document
    if known[name].kind != "openapi" or document is None:
        raise PolicyError(f"'{name}' speaks {known[name].kind}, which lists no tools: write them by hand.")
    return connection_text(offer_of(document))


async def listed(settings: "Settings", name: str, connection: "Connection") -> "Mapping[str, DeclaredTool]":
    """Open a session with an MCP server and ask for its tools; none is called."""
    from app.declared import secrets_of
    from policies.problems import PolicyError
    from tools.declared.keeping import Keeper
    from tools.declared.mcp import BEGINNING_S, McpSystem
    from tools.declared.offers import offered_tools
    from tools.errors import BackendFailed
    from tools.guarded import guarded_session
    from tools.networks import read_networks

    keeper = Keeper()
    async with guarded_session(read_networks(settings.private_networks)) as session:
        system = McpSystem(connection, secrets_of(settings), session, keeper)
        try:
            return offered_tools(name, (await system.opened(BEGINNING_S)).tools.values())
        except BackendFailed as failed:
            raise PolicyError(f"'{name}' does not answer: {failed.detail}.") from failed
        finally:
            await keeper.close()


def written(found: "Mapping[str, DeclaredTool]") -> Iterator[str]:
    """Write tools as YAML that `check` does not take until somebody has said what each may do."""
    from app.companies.offering_text import argument, entries, inline, result

    yield "tools:\n"
    for name, tool in found.items():
        yield f"  {name}:\n    connection: {tool.connection}\n    description: {inline(tool.description)}\n"
        yield f"{WHAT_IT_DOES}    operation: {inline(tool.operation)}\n"
        if tool.args:
            yield "    args:\n"
            yield from entries({one: argument(one, given) for one, given in tool.args.items()})
        yield "    result:\n"
        yield from entries({one: result(one, given) for one, given in tool.result.items()})
        yield "" if tool.result else WHAT_IS_WANTED
