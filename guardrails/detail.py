"""One personal detail that was found in a text."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

Kind = Literal["email", "phone", "card", "iban", "identity", "address", "name", "order"]


@dataclass(frozen=True)
class Detail:
    """One personal detail: its kind, its place, and the form in which it is compared."""

    kind: Kind
    start: int
    end: int
    key: str


Finder = Callable[[str], Iterator[Detail]]


def squeezed(text: str) -> str:
    """Write a text without spaces, punctuation and capitals, so that two ways of writing compare equal."""
    return "".join(filter(str.isalnum, text.casefold()))
