"""Headers as they come: encoded, folded, repeated, broken; read without ever failing."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from email.errors import HeaderParseError
from email.header import decode_header
from email.message import Message
from email.utils import getaddresses, parsedate_to_datetime

from app.email.mail import Address

LONGEST_HEADER = 8_000
"""Characters of a header that are looked at: no honest one is longer, except a list of recipients."""
MOST_ADDRESSES = 200
MOST_REFERENCES = 50

_ADDRESS = re.compile(r"[^\s<>()\[\],;:\"\\@]{1,200}@[^\s<>()\[\],;:\"\\@]{1,250}")
_ID = re.compile(r"<([^<>\s]{1,900})>")
_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]+")
_FOLD = re.compile(r"\s+")


def every(mail: Message, name: str) -> Iterator[str]:
    """Return each value of a header, as it was written, in its order."""
    for written, value in mail.raw_items():
        if written.lower() == name:
            yield _FOLD.sub(" ", _as_text(str(value)[:LONGEST_HEADER])).strip()


def first(mail: Message, name: str) -> str:
    """Return the first value of a header, or an empty text."""
    return next(every(mail, name), "")


def readable(value: str) -> str:
    """Decode the words of a header; what cannot be decoded stays as it is."""
    try:
        parts = decode_header(value)
    except (HeaderParseError, ValueError):
        return _clean(value)
    return _clean("".join(_part(raw, charset) for raw, charset in parts))


def decode(raw: bytes, charset: str | None) -> str:
    """Decode bytes by their declared charset, else by what they look like; never fail."""
    for wanted in (_known(charset), "utf-8"):
        if wanted is not None:
            try:
                return raw.decode(wanted)
            except (LookupError, ValueError):
                continue
    return raw.decode("cp1252", "replace")


def addresses(mail: Message, name: str) -> list[Address]:
    """Return the addresses of a header; what stands there and is none is passed over."""
    found: list[Address] = []
    for value in every(mail, name):
        try:
            pairs = getaddresses([value])
        except (ValueError, IndexError, RecursionError):
            pairs = []
        read = [Address(address=a.lower(), name=readable(n)) for n, a in pairs if _ADDRESS.fullmatch(a)]
        # A damaged list still names somebody: whatever looks like an address counts.
        found += read or [Address(address=a.lower()) for a in _ADDRESS.findall(value)]
        if len(found) >= MOST_ADDRESSES:
            break
    return found[:MOST_ADDRESSES]


def ids(mail: Message, name: str) -> list[str]:
    """Return the message ids of a header, each once, in their order."""
    found = [one for value in every(mail, name) for one in _ID.findall(value)]
    kept = list(dict.fromkeys(found))
    # The first is where the exchange began, the last ones are what this mail answers.
    return kept if len(kept) <= MOST_REFERENCES else [kept[0], *kept[1 - MOST_REFERENCES :]]


def _as_text(value: str) -> str:
    """Read bytes that stand in a header undeclared: UTF-8 nowadays, something older otherwise."""
    return value if value.isascii() else decode(value.encode("utf-8", "surrogateescape"), None)


def sent_at(mail: Message) -> datetime | None:
    """Return when a mail was sent, when its date can be read."""
    try:
        at = parsedate_to_datetime(first(mail, "date")[:100])
        return at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _part(raw: str | bytes, charset: str | None) -> str:
    return raw if isinstance(raw, str) else decode(raw, charset)


def _known(charset: str | None) -> str | None:
    """A charset's usual spelling; some programs write names that nobody registered."""
    if not charset:
        return None
    name = charset.strip().strip("\"'").lower()
    return {"unknown-8bit": "utf-8", "x-unknown": "utf-8", "cp-850": "cp850", "utf8mb4": "utf-8"}.get(
        name, name
    )


def _clean(text: str) -> str:
    return _FOLD.sub(" ", _CONTROL.sub(" ", text.encode("utf-8", "replace").decode())).strip()
