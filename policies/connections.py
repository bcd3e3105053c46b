"""Reads the `connections` folder of a book: the company's systems, and the tools declared over them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from policies.connection_schema import ArgumentYaml, ConnectionsFile, DeclaredToolYaml, FieldYaml
from policies.facts import Kind, ToolShape
from policies.problems import Problem
from policies.reading import Reader
from policies.source import YamlPath, read_source

FOLDER = "connections"
DOCUMENTS = "documents"
"""Below it stand the systems' own documents: OpenAPI, WSDL, schemas."""


@dataclass(frozen=True, kw_only=True)
class Connections:
    """The folder's files, each with its positions."""

    files: tuple[tuple[Reader, ConnectionsFile], ...] = ()
    problems: tuple[Problem, ...] = ()

    def entries(self, key: str) -> Iterator[tuple[str, BaseModel]]:
        """Every entry under `connections` or `tools`, by name; the first of two counts."""
        seen: set[str] = set()
        for _, file in self.files:
            for name, entry in getattr(file, key).items():
                if name not in seen:
                    yield name, entry
                seen.add(name)

    def shapes(self) -> dict[str, ToolShape]:
        """The declared tools as conditions and templates see them."""
        return {
            name: tool_shape_of(tool)
            for name, tool in self.entries("tools")
            if isinstance(tool, DeclaredToolYaml)
        }

    def problem(self, path: YamlPath, message: str, hint: str) -> Problem:
        """Point at what was found wrong once documents were read."""
        for reader, _ in self.files:
            if path[:2] in reader.source.keys:
                whole = not isinstance(value_at(reader.source.content, path), str | int | float)
                return reader.source.problem(path, message, hint, at_key=whole)
        return Problem(file=FOLDER, line=1, column=1, message=message, hint=hint)


def read_connections(folder: Path) -> Connections:
    """Read the connections of a book; without the folder there are none."""
    files: list[tuple[Reader, ConnectionsFile]] = []
    problems: list[Problem] = []
    for path in sorted((folder / FOLDER).glob("*.yaml")):
        source = read_source(path, f"{FOLDER}/{path.name}")
        reader = Reader(source=source, problems=list(source.problems))
        content = None if source.problems else reader.shape(ConnectionsFile)
        problems += reader.problems
        if content is not None:
            files.append((reader, content))
    problems += twice(files)
    return Connections(files=tuple(files), problems=tuple(problems))


def value_at(content: Any, path: YamlPath) -> Any:
    """The value at a place of a file; None where there is none."""
    for key in path:
        content = content.get(key) if isinstance(content, dict) else None
    return content


def twice(files: Iterable[tuple[Reader, ConnectionsFile]]) -> Iterator[Problem]:
    """Note names that an earlier file has already."""
    first: dict[tuple[str, str], str] = {}
    for reader, file in files:
        for key in ("connections", "tools"):
            for name in getattr(file, key):
                where = reader.source.place((key, name))
                earlier = first.setdefault((key, name), f"{where.file}:{where.line}")
                if earlier != f"{where.file}:{where.line}":
                    message = f"'{name}' is declared twice"
                    yield reader.source.problem((key, name), message, f"Also in {earlier}.", at_key=True)


def tool_shape_of(tool: DeclaredToolYaml) -> ToolShape:
    """One declared tool as the book sees it."""
    asked = {name: one for name, one in tool.args.items() if kind_of(one) is not None}
    return ToolShape(
        args={name: kind_of(one) or "any" for name, one in asked.items()},
        required=frozenset(name for name, one in asked.items() if not getattr(one, "optional", False)),
        result={name: kind_of(one) or "any" for name, one in tool.result.items()},
        effect=tool.risk != "read",
    )


def kind_of(entry: Kind | ArgumentYaml | FieldYaml) -> Kind | None:
    """The kind of an argument or field, written short or in full; None for what is not asked for."""
    return entry.type if isinstance(entry, ArgumentYaml | FieldYaml) else entry
