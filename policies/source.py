"""Reads YAML files so that every value remembers its line and column."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from yaml import MarkedYAMLError, YAMLError
from yaml._yaml import CParser
from yaml.nodes import MappingNode, Node, SequenceNode
from yaml.reader import ReaderError
from yaml.resolver import BaseResolver

from policies.model import Place
from policies.problems import Problem

YamlPath = tuple[str | int, ...]
"""The way to a value: keys of mappings and indexes of lists, from the top of the file."""


MOST_VALUES = 200_000
"""More values than any book has: aliases can multiply without end."""


class _Parser(CParser, BaseResolver):
    """The fast parser with YAML 1.2's plain values: `yes`, `on` and dates are texts."""

    def __init__(self, text: str) -> None:
        CParser.__init__(self, text)
        BaseResolver.__init__(self)


for _kind, _pattern, _first in (
    ("bool", r"true|True|TRUE|false|False|FALSE", "tTfF"),
    ("int", r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+", "-+0123456789"),
    (
        "float",
        r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)",
        "-+0123456789.",
    ),
    ("null", r"~|null|Null|NULL|", "~nN\0"),
):
    _firsts = ["" if one == "\0" else one for one in _first]
    _Parser.add_implicit_resolver(f"tag:yaml.org,2002:{_kind}", re.compile(rf"^(?:{_pattern})$"), _firsts)


@dataclass(frozen=True, kw_only=True)
class Mark:
    """Where a value begins. `block` is the first text line of a `|` text, else None."""

    line: int
    column: int
    block: tuple[int, int] | None = None


@dataclass(frozen=True, kw_only=True)
class Source:
    """One parsed file: plain data, and where each part of it stands."""

    file: str
    content: Any
    marks: dict[YamlPath, Mark]
    keys: dict[YamlPath, Mark]
    problems: list[Problem] = field(default_factory=list)

    def mark(self, path: YamlPath) -> Mark:
        """Find the nearest known position: the value itself, or what contains it."""
        while path and path not in self.marks:
            path = path[:-1]
        return self.marks.get(path, Mark(line=1, column=1))

    def place(self, path: YamlPath) -> Place:
        """Name file and line of the value, or of its key where it has one."""
        mark = self.keys.get(path) or self.mark(path)
        return Place(file=self.file, line=mark.line)

    def column(self, line: int) -> int:
        """Find where the first key or value of a line begins."""
        marks = (*self.keys.values(), *self.marks.values())
        return min((mark.column for mark in marks if mark.line == line), default=1)

    def problem(self, path: YamlPath, message: str, hint: str = "", *, at_key: bool = False) -> Problem:
        """Make a problem that points at the value, or at its key."""
        mark = (self.keys.get(path) if at_key else None) or self.mark(path)
        return Problem(file=self.file, line=mark.line, column=mark.column, message=message, hint=hint)

    def inside(self, path: YamlPath, line: int, column: int) -> tuple[int, int]:
        """Turn a position within a text value into one of the file."""
        mark = self.mark(path)
        if mark.block:
            return mark.block[0] + line - 1, mark.block[1] + column - 1
        return mark.line, mark.column + (column - 1 if line == 1 else 0)


def read_source(path: Path, name: str) -> Source:
    """Parse one file; a syntax error becomes a problem of the source, never an exception."""
    source = Source(file=name, content=None, marks={}, keys={})
    try:
        text = path.read_text(encoding="utf-8")
        node = _Parser(text).get_single_node()
    except (YAMLError, UnicodeDecodeError, OSError) as error:
        source.problems.append(_unreadable(name, error))
        return source
    content = _Walk(source, text.splitlines()).value(node, ()) if node is not None else None
    return Source(file=name, content=content, marks=source.marks, keys=source.keys, problems=source.problems)


def _unreadable(name: str, error: Exception) -> Problem:
    """Say where the YAML breaks, in one sentence."""
    if isinstance(error, MarkedYAMLError) and error.problem_mark is not None:
        mark = error.problem_mark
        message = f"this is not valid YAML: {error.problem}"
        hint = "Check indentation, quotes and brackets above this place."
        return Problem(file=name, line=mark.line + 1, column=mark.column + 1, message=message, hint=hint)
    if isinstance(error, ReaderError):
        message = "the file holds a control character"
    elif isinstance(error, UnicodeDecodeError):
        message = "the file is not UTF-8 text"
    else:
        message = f"the file cannot be read: {error}"
    return Problem(file=name, line=1, column=1, message=message, hint="Save it as plain UTF-8 text.")


class _Walk:
    """Turns YAML nodes into plain values and notes where each stands."""

    def __init__(self, source: Source, lines: list[str]) -> None:
        self.source = source
        self.lines = lines
        self.around: list[Node] = []

    def value(self, node: Node, path: YamlPath) -> Any:
        """Convert one node; an alias of what is around it, or too many of them, become a problem."""
        self.source.marks[path] = self.mark(node)
        if node in self.around or len(self.source.marks) > MOST_VALUES:
            message = "this alias (*) makes the file endless"
            self.source.problems.append(self.source.problem(path, message, "Write the value out."))
            return None
        self.around.append(node)
        converted = self.converted(node, path)
        self.around.pop()
        return converted

    def converted(self, node: Node, path: YamlPath) -> Any:
        """Convert a mapping, a list or a single value."""
        if isinstance(node, MappingNode):
            return dict(self.pairs(node, path))
        if isinstance(node, SequenceNode):
            return [self.value(item, (*path, index)) for index, item in enumerate(node.value)]
        return self.scalar(node)

    def pairs(self, node: MappingNode, path: YamlPath) -> Iterator[tuple[str, Any]]:
        """Yield the entries of a mapping; a key that comes twice is a problem."""
        seen: set[str] = set()
        for key_node, value_node in node.value:
            key = str(key_node.value)
            below = (*path, key)
            self.source.keys[below] = self.mark(key_node)
            if key in seen:
                message = f"'{key}' stands here twice"
                self.source.problems.append(self.source.problem(below, message, "Keep one.", at_key=True))
            seen.add(key)
            yield key, self.value(value_node, below)

    def scalar(self, node: Node) -> Any:
        """Convert a single value; dates and other special kinds stay text."""
        match str(node.tag).rpartition(":")[2]:
            case "null":
                return None
            case "bool":
                return node.value.lower() == "true"
            case "int":
                return int(node.value, 0 if node.value[:2] in ("0x", "0o") else 10)
            case "float":
                return float(node.value.lower().replace(".inf", "inf").replace(".nan", "nan"))
            case _:
                return node.value

    def mark(self, node: Node) -> Mark:
        """Give a node's position; for quoted and block texts, of the text itself."""
        line, column = node.start_mark.line + 1, node.start_mark.column + 1
        style = getattr(node, "style", None)
        if style in ("|", ">") and line < len(self.lines):
            first = self.lines[line]
            return Mark(line=line, column=column, block=(line + 1, len(first) - len(first.lstrip()) + 1))
        return Mark(line=line, column=column + (1 if style in ("'", '"') else 0))
