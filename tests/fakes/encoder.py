"""A small encoder for tests: it hashes words into 384 numbers, so texts that share words are near."""

import math
import zlib
from collections.abc import Sequence

from knowledge.ports import DIMENSIONS
from knowledge.terms import terms


class HashingEncoder:
    """Deterministic and quick; it knows words, not meanings."""

    async def embed(self, texts: Sequence[str]) -> list[list[float]]:
        """Return one unit vector a text, in order."""
        return [_vector(text) for text in texts]


def _vector(text: str) -> list[float]:
    """Give each word two signed places; an empty text points somewhere of its own."""
    vector = [0.0] * DIMENSIONS
    for word in terms(text) or ("nothing",):
        number = zlib.crc32(word.encode())
        vector[number % DIMENSIONS] += 1.0
        vector[(number >> 12) % DIMENSIONS] += 1.0 if number & 1 else -1.0
    length = math.sqrt(sum(value * value for value in vector)) or 1.0
    return [value / length for value in vector]
