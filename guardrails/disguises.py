"""Texts inside a text: what a program could decode though a person would not read it; pure."""

import base64
import binascii
import codecs
import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from urllib.parse import unquote

from guardrails.attack_model import words_of

_BASE64 = re.compile(r"(?<![\w+/])[A-Za-z0-9+/_-]{24,}={0,2}")
_HEX = re.compile(r"\b(?:[0-9a-fA-F]{2}[ :]?){16,}")
_PERCENT = re.compile(r"(?:%[0-9a-fA-F]{2}){6,}")
_BASE32 = re.compile(r"(?<![\w=])[A-Z2-7]{24,}={0,6}(?!\w)")
_BINARY = re.compile(r"\b(?:[01]{8}[ ,]?){8,}")
_MORSE = re.compile(r"(?:(?<!\S)[.\-–·]{1,6}(?:\s+/?\s*)){10,}")
_SPELT = re.compile(r"\b[^\W\d_](?:[ .\-_*][^\W\d_]){2,}\b")
_UNUSUAL = re.compile("[\uff21-\uff5a\u24b6-\u24e9\U0001d400-\U0001d7ff\U0001f130-\U0001f189]")
_PART = re.compile(r"[:\n]")
_LEET = re.compile(r"[a-z][01345789@$!|+][a-z]|\b[a-z]?[01345789@$]{1,3}[a-z]{2,}")
_LEET_LETTERS = str.maketrans("01345789@$!|+", "oieastbgasilt")
_COMMON = frozenset({
    "the", "a", "an", "i", "my", "you", "your", "is", "are", "was", "were", "be", "to", "of", "in", "on",
    "for", "and", "or", "not", "it", "this", "that", "with", "have", "has", "do", "does", "can", "could",
    "will", "would", "please", "me", "we", "what", "where", "when", "how", "why", "order", "hello", "hi",
    "yes", "no", "thanks", "from", "at",
})  # fmt: skip
"""Words of which an English message holds some; without any it may be written backwards or shifted."""
FEWEST, MANY_SPELT, MANY_UNUSUAL, GAINED, TINY = 3, 3, 10, 2, 2


def decoded(text: str) -> Iterator[str]:
    """Decode what looks like base64, hexadecimal, binary or percent-encoded text."""
    for blob in _BASE64.findall(text):
        yield _as_text(_from_base64(blob))
    for blob in _HEX.findall(text):
        yield _as_text(_from_hex(blob))
    for blob in _BASE32.findall(text):
        yield _as_text(_from_base32(blob))
    for blob in _BINARY.findall(text):
        yield _as_text(bytes(int(bits, 2) for bits in re.findall("[01]{8}", blob)))
    if _PERCENT.search(text):
        yield unquote(text)


@lru_cache(maxsize=16)
def other_readings(folded: str) -> tuple[str, ...]:
    """Read a folded text in the other ways people write attacks: with figures, shifted, backwards."""
    figures = (folded.translate(_LEET_LETTERS),) if _LEET.search(folded) else ()
    if _no_english(words_of(folded)) and folded.isascii():
        return (*figures, codecs.decode(folded, "rot13"), folded[::-1])
    return figures


def strange_writing(text: str, folded: str) -> str | None:
    """Name the way in which a text, or a part behind a colon, was made hard to read, if it was."""
    if len(_SPELT.findall(text)) >= MANY_SPELT:
        return "spelt letter by letter"
    if not text.isascii() and len(_UNUSUAL.findall(text)) >= MANY_UNUSUAL:
        return "letters of an unusual kind"
    if _MORSE.search(text):
        return "Morse code"
    words = words_of(folded)
    if _LEET.search(folded) and _gained(folded.translate(_LEET_LETTERS), words):
        return "figures for letters"
    return next((name for part in _PART.split(folded) if (name := _turned(part))), None)


def _turned(part: str) -> str | None:
    """Name the way in which a part without English becomes English, if it does."""
    words = words_of(part)
    if not part.isascii() or not _no_english(words):
        return None
    if _gained(codecs.decode(part, "rot13"), words):
        return "shifted letters"
    return "backwards" if _gained(part[::-1], words) else None


def _gained(other: str, words: Sequence[str]) -> bool:
    """Tell whether another reading holds common words that were not there, not only tiny ones."""
    found = _COMMON.intersection(words_of(other)).difference(words)
    return len(found) >= GAINED and max(map(len, found)) > TINY


def _no_english(words: Sequence[str]) -> bool:
    """Tell whether none of many words is one that English can hardly do without."""
    return len(words) >= FEWEST and _COMMON.isdisjoint(words)


def _from_base64(blob: str) -> bytes:
    """Decode a base64 text of either alphabet, or nothing."""
    try:
        whole = blob.rstrip("=").replace("-", "+").replace("_", "/")
        return base64.b64decode(whole + "=" * (-len(whole) % 4))
    except (binascii.Error, ValueError):
        return b""


def _from_base32(blob: str) -> bytes:
    """Decode a base32 text, or nothing."""
    try:
        whole = blob.rstrip("=")
        return base64.b32decode(whole + "=" * (-len(whole) % 8))
    except (binascii.Error, ValueError):
        return b""


def _from_hex(blob: str) -> bytes:
    """Decode hexadecimal digits, or nothing."""
    try:
        return bytes.fromhex(blob.replace(":", " "))
    except ValueError:
        return b""


def _as_text(content: bytes) -> str:
    """Read bytes as text; bytes that are none become the empty text."""
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return ""
