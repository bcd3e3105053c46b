"""Arrays as PostgreSQL reads them in binary, written in one go: a third of a commit is arrays."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from struct import Struct

TEXT, BYTEA, FLOAT8 = 25, 17, 701
_HEAD = Struct("!iiIii")
"""Dimensions, whether there are nulls, the elements' type, then length and first index."""
_EMPTY, _LENGTH, _DOUBLE = Struct("!iiI"), Struct("!i"), Struct("!d")
_NULL = _LENGTH.pack(-1)


@dataclass(frozen=True)
class Texts:
    """A `text[]`; a NUL inside a text is refused by the server, as anywhere."""

    values: Sequence[str | None]

    def written(self) -> bytes:
        """Write the array, its texts as UTF-8."""
        return packed(TEXT, [None if one is None else one.encode() for one in self.values])


@dataclass(frozen=True)
class Blobs:
    """A `bytea[]`."""

    values: Sequence[bytes | None]

    def written(self) -> bytes:
        """Write the array."""
        return packed(BYTEA, self.values)


@dataclass(frozen=True)
class Numbers:
    """A `float8[]`."""

    values: Sequence[float | None]

    def written(self) -> bytes:
        """Write the array."""
        return packed(FLOAT8, [None if one is None else _DOUBLE.pack(one) for one in self.values])


def packed(oid: int, values: Sequence[bytes | None]) -> bytes:
    """Write a one-dimensional array of elements that are written already."""
    if not values:
        return _EMPTY.pack(0, 0, oid)
    return _HEAD.pack(1, None in values, oid, len(values), 1) + b"".join(_elements(values))


def _elements(values: Iterable[bytes | None]) -> Iterable[bytes]:
    for value in values:
        yield _NULL if value is None else _LENGTH.pack(len(value)) + value
