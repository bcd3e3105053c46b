"""The links of the audit: what each one binds, computed without a database."""

import hmac
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

LinkKind = Literal["reply", "deed", "erased"]
BEFORE_ALL = bytes(32)
"""What the first link depends on."""
Field = str | int | bytes | None


@dataclass(frozen=True, kw_only=True)
class Head:
    """The newest link."""

    number: int
    hash: bytes

    def __str__(self) -> str:
        return f"{self.number}:{self.hash.hex()}"


@dataclass(frozen=True, kw_only=True)
class Matter:
    """Something that is to have a link: a reply, a deed, or that replies were erased."""

    kind: LinkKind
    fields: tuple[Field, ...]
    subject: str = ""
    covers: tuple[int, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Link:
    """One link as it is stored."""

    number: int
    kind: LinkKind
    subject: str
    covers: tuple[int, ...]
    content: bytes
    hash: bytes


def content_of(key: bytes, fields: Sequence[Field]) -> bytes:
    """Bind the fields of one matter; two lists of fields never bind to the same bytes."""
    return hmac.digest(key, b"".join(_framed(fields)), "sha256")


def hash_of(key: bytes, before: bytes, number: int, kind: str, subject: str, content: bytes) -> bytes:
    """Bind a link to everything before it."""
    return content_of(key, (before, number, kind, subject, content))


def covering(covers: Sequence[int]) -> tuple[Field, ...]:
    """The fields of a link that says which replies were erased."""
    return ("erased", *covers)


def linked(key: bytes, head: Head, matters: Iterable[Matter]) -> Iterator[Link]:
    """Make the links that follow the head, one for each matter."""
    number, before = head.number, head.hash
    for matter in matters:
        number += 1
        content = content_of(key, matter.fields)
        before = hash_of(key, before, number, matter.kind, matter.subject, content)
        yield Link(
            number=number,
            kind=matter.kind,
            subject=matter.subject,
            covers=matter.covers,
            content=content,
            hash=before,
        )


def _framed(fields: Sequence[Field]) -> Iterator[bytes]:
    """Write each field with its length in front, so that no text can pass for two fields."""
    for field in fields:
        raw = field if isinstance(field, bytes) else b"" if field is None else str(field).encode()
        yield len(raw).to_bytes(8, "big")
        yield raw
