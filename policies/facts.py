"""What conditions and templates may name: the facts of a turn and the kind of each field."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

Kind = Literal["text", "number", "truth", "any"]


@dataclass(frozen=True, kw_only=True)
class Fact:
    """One named fact, as far as it is known when the book is loaded."""

    fields: Mapping[str, Kind] | None = None
    """Its fields; None means that they are not known."""
    whole: Kind | None = None
    """The kind of the fact itself; None means that only its fields are values."""
    gaps: bool = False
    """True: a field that is absent reads as null. False: it is an error."""


Known = Mapping[str, Fact]


@dataclass(frozen=True, kw_only=True)
class ToolShape:
    """A tool as the book sees it: what it takes and what it gives back."""

    args: Mapping[str, Kind]
    required: frozenset[str]
    result: Mapping[str, Kind]
    effect: bool
    """True for tools that change something; only actions may call them."""
    undone: bool = False
    """True for tools that name another one which takes their effect back."""


Tools = Mapping[str, ToolShape]

CUSTOMER = Fact(
    gaps=True,
    fields={
        "id": "text",
        "name": "text",
        "first_name": "text",
        "email": "text",
        "tier": "text",
        "language": "text",
        "known": "truth",
        "verified": "truth",
    },
)
CONVERSATION = Fact(
    gaps=True,
    fields={
        "id": "text",
        "channel": "text",
        "language": "text",
        "intent": "text",
        "status": "text",
        "turns": "number",
        "under_way": "truth",
    },
)
EVERYWHERE: Known = {"customer": CUSTOMER, "conversation": CONVERSATION}
"""Facts that every condition and template may use."""

SLOT_KINDS: Mapping[str, Kind] = {"number": "number", "amount": "number", "truth": "truth"}
"""Slot types that hold numbers, or yes and no; all others hold text."""


def slot_facts(types: Mapping[str, str]) -> Fact:
    """Describe a flow's slots; one that is not filled yet reads as null."""
    return Fact(fields={name: SLOT_KINDS.get(kind, "text") for name, kind in types.items()}, gaps=True)


_JSON_KINDS: Mapping[str, Kind] = {
    "string": "text",
    "integer": "number",
    "number": "number",
    "boolean": "truth",
}


def tool_shape(
    args_schema: Mapping[str, Any], result_schema: Mapping[str, Any], *, effect: bool, undone: bool = False
) -> ToolShape:
    """Describe a tool by the JSON Schemas of its arguments and its result."""
    return ToolShape(
        args=_kinds(args_schema),
        required=frozenset(args_schema.get("required", ())),
        result=_kinds(result_schema),
        effect=effect,
        undone=undone,
    )


def _kinds(schema: Mapping[str, Any]) -> Mapping[str, Kind]:
    """Tell the kind of each property; lists, objects and mixtures may be anything."""
    return {name: _kind(shape) for name, shape in schema.get("properties", {}).items()}


def _kind(shape: Mapping[str, Any]) -> Kind:
    """Tell the kind of one property; "or null" changes nothing."""
    alternatives = [one for one in shape.get("anyOf", [shape]) if one.get("type") != "null"]
    kinds = {_JSON_KINDS.get(one.get("type", ""), "any") for one in alternatives}
    return kinds.pop() if len(kinds) == 1 else "any"
