"""The pieces of a plain condition: one small function for each way to compare, chosen when it is read.

Most comparisons of a book hold a fact against a literal, so those have functions of their own; the others
look at both sides first. A value of the wrong kind is never guessed about: `Unsure` leaves it to CEL.
"""

import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from policies.values import Value

Known = Sequence[Value]
"""The facts that a condition reads, each at its place."""
Node = Callable[[Known], Value]
Truth = Callable[[Known], bool]
NUMBERS = (int, float)
ORDER: Mapping[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


class Unsure(Exception):
    """This is for the interpreter."""


@dataclass(frozen=True, slots=True)
class Fact:
    """A value that is known when the condition is asked."""

    place: int

    @property
    def node(self) -> Node:
        """Return what reads it."""
        return operator.itemgetter(self.place)


@dataclass(frozen=True, slots=True)
class Literal:
    """A value that stands in the condition itself."""

    value: Value

    @property
    def node(self) -> Node:
        """Return what gives it."""
        value = self.value
        return lambda known: value


@dataclass(frozen=True, slots=True)
class Choice:
    """One of two values."""

    node: Node


@dataclass(frozen=True, slots=True)
class Said:
    """Something that is true or false, or `Unsure`."""

    node: Truth


Piece = Fact | Literal | Choice | Said


def truth(piece: Piece) -> Truth:
    """Return what says true or false, and is `Unsure` about any other value."""
    if isinstance(piece, Said):
        return piece.node
    node = piece.node

    def asked(known: Known) -> bool:
        value = node(known)
        if value is True or value is False:
            return value
        raise Unsure

    return asked


def negated(piece: Piece) -> Said:
    """Say the opposite."""
    node = truth(piece)
    return Said(lambda known: not node(known))


def both(left: Piece, right: Piece) -> Said:
    """Hold where both sides hold."""
    one, other = truth(left), truth(right)
    return Said(lambda known: one(known) and other(known))


def either(left: Piece, right: Piece) -> Said:
    """Hold where one of the sides holds."""
    one, other = truth(left), truth(right)
    return Said(lambda known: one(known) or other(known))


def choice(condition: Piece, then: Piece, otherwise: Piece) -> Choice:
    """Take one of two values."""
    asked, one, other = truth(condition), then.node, otherwise.node
    return Choice(lambda known: one(known) if asked(known) else other(known))


def equal(left: Piece, right: Piece, *, same: bool) -> Said:
    """Compare two single values; a truth equals no number."""
    if isinstance(left, Fact) and isinstance(right, Literal):
        return Said(_is_literal(left.place, right.value, same))
    one, other = left.node, right.node
    return Said(lambda known: _same(one(known), other(known)) is same)


def _same(one: Value, other: Value) -> bool:
    if type(one) is bool or type(other) is bool:
        return one is other
    return one == other


def _is_literal(place: int, value: Value, same: bool) -> Truth:
    """Hold a fact against one value, by what kind of value that is."""
    if value is None or type(value) is bool:
        return (lambda known: known[place] is value) if same else (lambda known: known[place] is not value)
    if type(value) is str:
        return (lambda known: known[place] == value) if same else (lambda known: known[place] != value)
    return lambda known: _same(known[place], value) is same


def among(piece: Piece, values: Sequence[Value]) -> Said:
    """Hold where a value is one of some literals."""
    node, held = piece.node, frozenset(values)

    def found(known: Known) -> bool:
        value = node(known)
        return type(value) is not bool and value in held

    return Said(found)


def ordered(left: Piece, right: Piece, sign: str) -> Said:
    """Compare two numbers or two texts; which of other things is greater the interpreter knows."""
    holds = ORDER[sign]
    if isinstance(left, Fact) and isinstance(right, Literal) and type(right.value) in NUMBERS:
        return Said(_against_number(left.place, right.value, holds))
    one, other = left.node, right.node

    def compared(known: Known) -> bool:
        first, second = one(known), other(known)
        kinds = type(first), type(second)
        if kinds == (str, str) or (kinds[0] in NUMBERS and kinds[1] in NUMBERS):
            return holds(first, second)
        raise Unsure

    return Said(compared)


def _against_number(place: int, number: Value, holds: Callable[[Any, Any], bool]) -> Truth:
    """Hold a fact against a number."""

    def compared(known: Known) -> bool:
        value = known[place]
        kind = type(value)
        if kind is float or kind is int:
            return holds(value, number)
        raise Unsure

    return compared
