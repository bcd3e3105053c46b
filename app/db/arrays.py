"""Arrays as PostgreSQL reads them in binary, written in one go: a third of a commit is arrays."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from struct import Struct
from typing import Any

from psycopg import adapters
from psycopg.abc import Buffer
from psycopg.adapt import Dumper
from psycopg.pq import Format

TEXT, BYTEA, FLOAT8 = 25, 17, 701
TEXT_ARRAY, BYTEA_ARRAY, FLOAT8_ARRAY = 1009, 1001, 1022
_HEAD = Struct("!iiIii")
"""Dimensions, whether there are nulls, the elements' type, then length and first index."""
_EMPTY, _LENGTH, _DOUBLE = Struct("!iiI"), Struct("!i"), Struct("!d")
_NULL = _LENGTH.pack(-1)


@dataclass(frozen=True)
class Texts:
    """A `text[]`."""

    values: Sequence[str | None]


@dataclass(frozen=True)
class Blobs:
    """A `bytea[]`."""

    values: Sequence[bytes | None]


@dataclass(frozen=True)
class Numbers:
    """A `float8[]`."""

    values: Sequence[float | None]


def packed(oid: int, values: Sequence[bytes | None]) -> bytes:
    """Write a one-dimensional array of elements that are written already."""
    if not values:
        return _EMPTY.pack(0, 0, oid)
    return _HEAD.pack(1, None in values, oid, len(values), 1) + b"".join(_elements(values))


def _elements(values: Iterable[bytes | None]) -> Iterable[bytes]:
    for value in values:
        yield _NULL if value is None else _LENGTH.pack(len(value)) + value


class _ArrayDumper(Dumper):
    format = Format.BINARY


class TextsDumper(_ArrayDumper):
    """Writes texts as UTF-8."""

    oid = TEXT_ARRAY

    def dump(self, obj: Any) -> Buffer | None:
        """Write the array; a NUL inside a text is refused by the server, as anywhere."""
        return packed(TEXT, [None if one is None else one.encode() for one in obj.values])


class BlobsDumper(_ArrayDumper):
    """Writes bytes as they are."""

    oid = BYTEA_ARRAY

    def dump(self, obj: Any) -> Buffer | None:
        """Write the array."""
        return packed(BYTEA, obj.values)


class NumbersDumper(_ArrayDumper):
    """Writes numbers as doubles."""

    oid = FLOAT8_ARRAY

    def dump(self, obj: Any) -> Buffer | None:
        """Write the array."""
        return packed(FLOAT8, [None if one is None else _DOUBLE.pack(one) for one in obj.values])


adapters.register_dumper(Texts, TextsDumper)
adapters.register_dumper(Blobs, BlobsDumper)
adapters.register_dumper(Numbers, NumbersDumper)
