"""One personal detail that was found in a text."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
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


_WORD = re.compile(r"[^\W\d_]+")


@lru_cache(maxsize=16)
def words_of(text: str) -> frozenset[str]:
    """Name the words of a text; most finders can tell from them that there is nothing to find."""
    return frozenset(_WORD.findall(text))


@lru_cache(maxsize=16)
def small_words_of(text: str) -> frozenset[str]:
    """Name the words of a text without capitals."""
    return frozenset(word.casefold() for word in words_of(text))
