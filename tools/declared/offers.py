"""What an MCP server offers, as declarations for a person to finish: its own word about risk is not taken."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from mcp_types import Tool

from tools.declared.declaration import Argument, DeclaredTool, Field, ValueKind

KINDS: Mapping[str, ValueKind] = {
    "string": "text",
    "integer": "number",
    "number": "number",
    "boolean": "truth",
}


def offered_tools(connection: str, listed: Iterable[Tool]) -> dict[str, DeclaredTool]:
    """Every tool that the server lists, under the name that the book would give it."""
    return {snake(one.name): offered(connection, one) for one in listed}


def offered(connection: str, tool: Tool) -> DeclaredTool:
    """One tool. What it may do is not known: it stands as the riskiest kind until somebody says."""
    args, answer = tool.input_schema, tool.output_schema or {}
    return DeclaredTool(
        connection=connection,
        description=first_sentence(tool.description or tool.name),
        risk="money",
        operation=tool.name,
        args={
            snake(name): Argument(to=name, kind=kind_of(one), optional=name not in args.get("required", ()))
            for name, one in args.get("properties", {}).items()
        },
        result={
            snake(name): Field(
                kind=kind_of(one), at=f"/{name}", optional=name not in answer.get("required", ())
            )
            for name, one in answer.get("properties", {}).items()
        },
    )


def kind_of(schema: Mapping[str, Any]) -> ValueKind:
    """The kind of a simple value; what is not simple may be anything."""
    given = schema.get("type")
    types = [one for one in given if one != "null"] if isinstance(given, list) else [given]
    return KINDS.get(str(types[0]), "any") if len(types) == 1 else "any"


def snake(name: str) -> str:
    """A name as the book writes names: `createReservation` is `create_reservation`."""
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name)
    bare = re.sub(r"[^a-z0-9]+", "_", spaced.lower()).strip("_")
    return bare if bare[:1].isalpha() else f"a_{bare}"


def first_sentence(text: str) -> str:
    """The first sentence of a description, on one line."""
    return " ".join(text.split()).partition(". ")[0].rstrip(".")[:200] + "."
