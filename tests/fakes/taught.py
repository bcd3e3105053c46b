"""A service that understands by the words it was taught: vectors of words, and intents of their examples."""

import math
import re
import zlib
from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache

from app.understanding.neighbours import likeness
from app.understanding.nlu_client import EmbeddingsAway
from graphs.ports import Hints, InterpreterAway, Understood
from policies.model import Book

DIMENSIONS = 384
MARK = re.compile(r"\[([^\]]+)\]\([^)]*\)")
SIGNS = str.maketrans("?!", "  ")
SCALE = 0.97
"""What a text counts that is an example word by word."""


@lru_cache(maxsize=1024)
def vector_of(text: str) -> "array[float]":
    """Return a vector of length 1 in which each word has a place of its own."""
    numbers = [0.0] * DIMENSIONS
    for word in text.casefold().translate(SIGNS).split():
        numbers[zlib.crc32(word.encode()) % DIMENSIONS] += 1.0
    length = math.hypot(*numbers) or 1.0
    return array("f", [number / length for number in numbers])


@dataclass
class TaughtNlu:
    """Knows the intents that it was taught, and no others, whatever the book says."""

    taught: dict[str, tuple[str, ...]] = field(default_factory=dict)
    away: bool = False
    model: str = "first"
    embedded: list[str] = field(default_factory=list)
    """Texts of which vectors were asked."""

    def teach(self, book: Book, *names: str) -> None:
        """Train a model on the intents of a book, or on some of them."""
        wanted = names or tuple(book.intents)
        told = {name: tuple(MARK.sub(r"\1", one) for one in book.intents[name].examples) for name in wanted}
        self.taught = {name: examples for name, examples in told.items() if examples}
        self.model += "+"

    def ranked(self, text: str) -> list[tuple[str, float]]:
        """Rank what was taught by likeness."""
        vector = vector_of(text)
        likely = {name: SCALE * likeness(vector, self._nearest(vector, name)) for name in self.taught}
        return sorted(((name, max(0.0, one)) for name, one in likely.items()), key=lambda one: -one[1])[:10]

    def _nearest(self, vector: Sequence[float], name: str) -> list[Sequence[float]]:
        return [min(map(vector_of, self.taught[name]), key=lambda one: math.dist(vector, one))]

    async def parse(self, text: str, hints: Hints) -> Understood:
        """Understand one message."""
        if self.away:
            raise InterpreterAway("the test sent it away")
        ranking = tuple(self.ranked(text))
        name, confidence = ranking[0]
        found = Understood(intent=name, confidence=confidence, path="nlu", ranking=ranking)
        return replace(found, vector=vector_of(text), out_of_scope=0.0 if confidence > 0.4 else 0.9)

    async def present(self) -> bool:
        """Say whether the test left it here."""
        return not self.away

    async def embed(self, texts: Sequence[str]) -> list[list[float]]:
        """Return one vector a text."""
        if self.away:
            raise EmbeddingsAway("the test sent it away")
        self.embedded += texts
        return [list(vector_of(text)) for text in texts]

    async def rankings(self, texts: Iterable[str]) -> list[tuple[str, ...]]:
        """Return the intents that each text was ranked for."""
        if self.away:
            raise EmbeddingsAway("the test sent it away")
        return [tuple([name for name, _ in self.ranked(text)]) for text in texts]

    async def fingerprint(self) -> str | None:
        """Say which model is served."""
        return None if self.away else self.model

    def forget(self) -> None:
        """Nothing is remembered."""
