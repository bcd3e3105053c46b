"""Reads a project's domain: intents, slots, responses, forms and actions, each with its place."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from app.companies.rasa.left import Leftovers, Origin, origin_of
from app.companies.rasa.project import Project


@dataclass(frozen=True, kw_only=True)
class Slot:
    """A value that the bot keeps."""

    name: str
    type: str
    given: Mapping[str, Any]
    origin: Origin

    @property
    def mappings(self) -> list[Mapping[str, Any]]:
        """How it is filled."""
        listed = self.given.get("mappings")
        return [one for one in listed if isinstance(one, dict)] if isinstance(listed, list) else []

    @property
    def entities(self) -> list[str]:
        """The entities that fill it."""
        named = [one.get("entity") for one in self.mappings if one.get("type") == "from_entity"]
        return [one for one in named if isinstance(one, str)]


@dataclass(frozen=True, kw_only=True)
class Response:
    """What the bot says under one name: its variations."""

    name: str
    variations: tuple[Mapping[str, Any], ...]
    origin: Origin


@dataclass(frozen=True, kw_only=True)
class Form:
    """Slots that are asked for one after the other."""

    name: str
    slots: tuple[str, ...]
    origin: Origin


@dataclass(kw_only=True)
class Domain:
    """What a project declares, by name."""

    intents: dict[str, Origin] = field(default_factory=dict)
    actions: dict[str, Origin] = field(default_factory=dict)
    slots: dict[str, Slot] = field(default_factory=dict)
    responses: dict[str, Response] = field(default_factory=dict)
    forms: dict[str, Form] = field(default_factory=dict)


def read_domain(project: Project, left: Leftovers) -> Domain:
    """Read the domain of all files; a name that comes twice counts once, and is noted."""
    domain = Domain()
    for name, origin, _ in _named(project, "intents", left):
        domain.intents.setdefault(name, origin)
    for name, origin, _ in _named(project, "actions", left):
        domain.actions.setdefault(name, origin)
    for name, origin, given in _mapped(project, "slots", left):
        kind = (
            str(given.get("type", "text"))
            .removeprefix("rasa.shared.core.slots.")
            .removesuffix("Slot")
            .lower()
        )
        _once(domain.slots, Slot(name=name, type=kind, given=given, origin=origin), left)
    for name, origin, given in _mapped(project, "forms", left):
        _once(domain.forms, Form(name=name, slots=_required(given), origin=origin), left)
    for source, path, given in project.items("responses"):
        origin = origin_of(source, path)
        variations = tuple(one for one in given if isinstance(one, dict)) if isinstance(given, list) else ()
        if variations and isinstance(path[1], str):
            _once(domain.responses, Response(name=path[1], variations=variations, origin=origin), left)
        else:
            left.at(origin, f"the response '{path[1]}' says nothing", "Write it in book/templates.")
    for source, path, _ in project.items("e2e_actions"):
        left.note(source, path, "an end-to-end action", "Write a flow that says it.")
    return domain


def _once(known: dict[str, Any], one: Slot | Response | Form, left: Leftovers) -> None:
    """Keep the first of a name."""
    if known.setdefault(one.name, one) is not one:
        earlier = known[one.name].origin
        what = f"'{one.name}' stands in {earlier.file}:{earlier.line} already, and that one was taken"
        left.at(one.origin, what, "Remove one of them.")


def _required(given: Mapping[str, Any]) -> tuple[str, ...]:
    """The slots of a form; Rasa 2 wrote them as its keys."""
    listed = given.get("required_slots", {key: one for key, one in given.items() if key != "ignored_intents"})
    return tuple(one for one in listed if isinstance(one, str)) if isinstance(listed, list | dict) else ()


def _named(project: Project, key: str, left: Leftovers) -> Iterator[tuple[str, Origin, Any]]:
    """Yield names that stand alone or have settings below them."""
    for source, path, item in project.items(key):
        name = next(iter(item), None) if isinstance(item, dict) and isinstance(path[1], int) else item
        name = path[1] if isinstance(path[1], str) else name
        if isinstance(name, str):
            yield name, origin_of(source, path), item
        else:
            left.note(source, path, f"this is no name for one of the {key}", "Write it again.")


def _mapped(project: Project, key: str, left: Leftovers) -> Iterator[tuple[str, Origin, Mapping[str, Any]]]:
    """Yield names with the mapping below them."""
    for source, path, given in project.items(key):
        name = given if isinstance(path[1], int) else path[1]
        if isinstance(name, str) and (given is None or isinstance(given, dict | str)):
            yield name, origin_of(source, path), given if isinstance(given, dict) else {}
        else:
            left.note(
                source, path, f"this is not how {key} are written", "Write it as Rasa's documentation shows."
            )
