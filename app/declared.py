"""The part of the composition root that makes tools of what the book's `connections` declare."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
from pydantic import BaseModel, TypeAdapter

from app.connector_settings import PREFIX
from app.settings import Settings, declared_secret
from policies.connections import FOLDER, Connections, read_connections
from policies.problems import BookInvalid, Problem
from tools.declared.admission import SecretMissing, Secrets
from tools.declared.build import Surroundings, build_tools
from tools.declared.declaration import Argument, Connection, Declarations, DeclaredTool, Field
from tools.declared.keeping import Keeper
from tools.registry import AnyTool

_CONNECTION = TypeAdapter(Connection)
_TOOL = TypeAdapter(DeclaredTool)


@dataclass(frozen=True, kw_only=True)
class Declared:
    """The tools of a book's connections, and what is wrong with the rest."""

    tools: tuple[AnyTool, ...] = ()
    problems: tuple[Problem, ...] = ()

    def sound(self) -> tuple[AnyTool, ...]:
        """The tools, or `BookInvalid` with everything found."""
        if self.problems:
            raise BookInvalid(self.problems)
        return self.tools


def declared_tools(
    book: Path,
    session: aiohttp.ClientSession,
    secrets: Secrets,
    keeper: Keeper,
    taken: Collection[str] = (),
    documents: Path | None = None,
) -> Declared:
    """Make the tools that a book declares; nothing is called and nothing is fetched.

    An older version's files come without the documents beside them: those are `documents`' own.
    """
    found = read_connections(book)
    if found.problems:
        return Declared(problems=found.problems)
    around = Surroundings(session=session, secrets=secrets, keeper=keeper)
    built = build_tools(declarations(found, (documents or book) / FOLDER), around)
    problems = [found.problem(one.path, one.message, one.hint) for one in built.mistakes]
    for tool in built.tools:
        if tool.name in taken:
            message = f"the engine has a tool '{tool.name}' of its own"
            problems.append(found.problem(("tools", tool.name), message, "Choose another name."))
    return Declared(tools=built.tools, problems=tuple(problems))


def declarations(found: Connections, folder: Path) -> Declarations:
    """Translate the book's words into those of the tools."""
    return Declarations(
        connections={name: _connection(entry, folder) for name, entry in found.entries("connections")},
        tools={name: _tool(entry) for name, entry in found.entries("tools")},
    )


def _connection(entry: BaseModel, folder: Path) -> Connection:
    given = entry.model_dump()
    document = given["document"]
    return _CONNECTION.validate_python(given | {"document": folder / document if document else None})


def _tool(entry: BaseModel) -> DeclaredTool:
    given = entry.model_dump()
    args = {name: _argument(name, one) for name, one in given["args"].items()}
    result = {name: _field(name, one) for name, one in given["result"].items()}
    return _TOOL.validate_python(given | {"args": args, "result": result})


def _argument(name: str, entry: str | Mapping[str, Any]) -> Argument:
    """An argument, written short or in full; what says no place goes where its own name is."""
    given: Mapping[str, Any] = {"type": entry} if isinstance(entry, str) else entry
    return Argument(
        to=given.get("to") or name,
        kind=given.get("type"),
        optional=given.get("optional", False),
        customer=given.get("customer") is not None,
        value=given.get("value"),
        pattern=given.get("pattern"),
        description=given.get("description"),
    )


def _field(name: str, entry: str | Mapping[str, Any]) -> Field:
    """A field, written short or in full; what says no place stands under its own name."""
    given: Mapping[str, Any] = {"type": entry} if isinstance(entry, str) else entry
    at = f"/{name}" if given.get("at") is None else given["at"]
    return Field(kind=given["type"], at=at, optional=given.get("optional", False))


def secrets_of(settings: Settings) -> Secrets:
    """Give the secrets that connections name; one that is missing is told with its variable."""

    def secret(name: str) -> str:
        found = declared_secret(name, settings.secrets_dir)
        if found is None:
            raise SecretMissing(
                f"Set {PREFIX}SECRET_{name.upper()}, or a file of that name in small letters."
            )
        return found

    return secret


def no_secrets(name: str) -> str:
    """Stand in for every secret, where nothing is called."""
    return "unset"


async def checked_tools(book: Path, taken: Collection[str] = ()) -> Declared:
    """Make a book's tools without secrets, to see what is wrong with them; nothing is called."""
    async with aiohttp.ClientSession() as session:
        return declared_tools(book, session, no_secrets, Keeper(), taken)


async def tools_at_start(settings: Settings) -> Declared:
    """Make a book's tools as the engine would, with their secrets; nothing is called."""
    async with aiohttp.ClientSession() as session:
        return declared_tools(settings.book, session, secrets_of(settings), Keeper())


def addresses(book: Path) -> dict[str, str]:
    """The addresses that a book's connections name themselves."""
    found = declarations(read_connections(book), book / FOLDER).connections
    return {name: one.url for name, one in found.items() if one.url is not None}
