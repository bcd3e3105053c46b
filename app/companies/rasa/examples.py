"""Reads what a project teaches: examples with marked entities, synonyms, lookup tables, expressions."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import orjson

from app.companies.rasa.left import Leftovers, Origin, origin_of
from app.companies.rasa.project import Project
from policies.source import Source, YamlPath

KINDS = ("intent", "synonym", "lookup", "regex")
_MARKED = re.compile(
    r"\[(?P<text>[^\[\]]+)\](?:\((?P<entity>[^():]+)(?::(?P<value>[^()]+))?\)"
    r"|(?P<one>\{[^{}]+\})|\[(?P<many>\{[^\[\]]+\})\])"
)
_LINE = re.compile(r"\s*[-*+]\s+(.*\S)\s*")


@dataclass(frozen=True, kw_only=True)
class Part:
    """A stretch of an example: plain words, or words that name an entity."""

    text: str
    entity: str | None = None
    value: str | None = None


Example = tuple[Part, ...]


@dataclass(kw_only=True)
class Group:
    """What stands under one name, and where that begins."""

    origin: Origin
    examples: list[Example] = field(default_factory=list)

    @property
    def texts(self) -> list[str]:
        """The lines as plain texts."""
        return ["".join(part.text for part in example) for example in self.examples]


@dataclass(kw_only=True)
class Taught:
    """Everything that a project teaches, by kind and name."""

    groups: dict[str, dict[str, Group]] = field(default_factory=lambda: {kind: {} for kind in KINDS})

    @property
    def intents(self) -> dict[str, Group]:
        """The examples of each intent, by its name in the project."""
        return self.groups["intent"]

    def words_for(self, entity: str) -> dict[str, list[str]]:
        """The values of an entity that are listed somewhere, each with the words that mean it."""
        listed = self.groups["lookup"].get(entity)
        meant: dict[str, list[str]] = {value: [] for value in (listed.texts if listed else ())}
        for group in self.intents.values():
            for part in (part for example in group.examples for part in example):
                if part.entity == entity and part.value:
                    meant.setdefault(part.value, []).append(part.text)
        for value, group in self.groups["synonym"].items():
            if value in meant:
                meant[value] += group.texts
        return {value: list(dict.fromkeys([value, *words])) for value, words in meant.items()}


def read_examples(project: Project, left: Leftovers) -> Taught:
    """Read the `nlu` sections of all files."""
    taught = Taught()
    for source, path, item in project.items("nlu"):
        kind = next((kind for kind in KINDS if isinstance(item, dict) and kind in item), None)
        if kind is None or not isinstance(item[kind], str):
            left.note(
                source, path, "this is no intent, synonym, lookup or regex", "Look whether it is needed."
            )
            continue
        group = taught.groups[kind].setdefault(item[kind], Group(origin=origin_of(source, path)))
        plain = kind in ("regex", "lookup", "synonym")
        for text in texts_of(source, (*path, "examples"), item.get("examples"), left):
            group.examples.append((Part(text=text),) if plain else tuple(parts_of(text)))
    return taught


def texts_of(source: Source, path: YamlPath, given: Any, left: Leftovers) -> Iterator[str]:
    """Yield the lines of a block of examples, or the texts of a list of them."""
    if isinstance(given, list):
        for index, one in enumerate(given):
            text = one.get("text") if isinstance(one, dict) else one
            if isinstance(text, str) and text.strip():
                found = _LINE.fullmatch(text.strip())
                yield found[1] if found else text.strip()
            else:
                left.note(source, (*path, index), "this example has no text", "Write it again.")
        return
    if not isinstance(given, str):
        left.note(source, path, "there are no examples here", "Write some under `examples: |`.")
        return
    for number, line in enumerate(given.splitlines()):
        found = _LINE.fullmatch(line)
        if found:
            yield found[1]
        elif line.strip() and not line.lstrip().startswith("#"):
            at, _ = source.inside(path, number + 1, 1)
            left.at(Origin(file=source.file, line=at), "this line is no example", "Begin it with `- `.")


def parts_of(text: str) -> Iterator[Part]:
    """Cut an example at its marked entities; what only looks like a mark stays text."""
    done = 0
    for found in _MARKED.finditer(text):
        entity, value = found["entity"], found["value"]
        if found["one"] or found["many"]:
            entity, value = told(found["one"] or found["many"])
        if entity is None:
            continue
        if found.start() > done:
            yield Part(text=text[done : found.start()])
        yield Part(text=found["text"], entity=entity.strip(), value=value.strip() if value else None)
        done = found.end()
    if done < len(text):
        yield Part(text=text[done:])


def told(mark: str) -> tuple[str | None, str | None]:
    """Entity and value of a mark that is written as JSON; of several the first counts."""
    first = mark[: mark.index("}") + 1]
    try:
        read = orjson.loads(first)
    except ValueError:
        return None, None
    entity, value = read.get("entity"), read.get("value")
    return (entity if isinstance(entity, str) else None), (str(value) if value is not None else None)
