"""What every part of the book is made of: values, expressions over facts, and places in its files."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

Value = None | bool | int | float | str | Sequence["Value"] | Mapping[str, "Value"]
"""What a slot, an argument or a tool result may hold: JSON, nothing else."""

Facts = Mapping[str, Value]
"""The variables of a condition: `slots`, `args`, `customer`, `conversation` and each saved read result."""


class Expression(Protocol):
    """A CEL expression, compiled when the book was loaded."""

    @property
    def source(self) -> str:
        """The expression as the designer wrote it."""

    def evaluate(self, facts: Facts) -> Value:
        """Return the value; an error in the expression raises `ExpressionFailed`."""


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where something stands in the book, so that every decision can point at its line."""

    file: str
    line: int
