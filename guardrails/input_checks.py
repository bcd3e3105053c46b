"""What a customer's text may hide: size, disguises, instructions to the program, banned topics."""

import base64
import binascii
import re
from collections.abc import Iterator, Sequence
from urllib.parse import unquote

from guardrails.folding import INVISIBLE, fold, mixes_scripts
from guardrails.rules import CompiledRules, Pattern
from guardrails.verdict import RailHit, Severity

Hits = tuple[RailHit, ...]

_TAGS = re.compile("[\U000e0000-\U000e007f]")
_FLAG = re.compile("\U0001f3f4[\U000e0020-\U000e007e]+\U000e007f")
_BIDI_OVERRIDE = re.compile("[\u202d\u202e]")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_HIDDEN_IN_WORD = re.compile("[a-zA-Z][\u200b-\u200d\u2060\ufeff][a-zA-Z]")
_BASE64 = re.compile(r"(?<![\w+/])[A-Za-z0-9+/_-]{24,}={0,2}")
_HEX = re.compile(r"\b(?:[0-9a-fA-F]{2}[ :]?){16,}")
_PERCENT = re.compile(r"(?:%[0-9a-fA-F]{2}){6,}")
_READABLE = re.compile(r"[A-Za-z]{2,}(?:[ ,.!?':;-]+[A-Za-z0-9]+){3,}")


def check_length(text: str, rules: CompiledRules) -> Hits:
    """Refuse a text that is longer than the book allows."""
    if len(text) > rules.max_input_chars:
        return (_hit("length", "longer than a message may be", "block", "max_input_chars"),)
    return ()


def check_encoding(text: str, rules: CompiledRules) -> Hits:
    """Refuse texts that a person cannot read but a program can; note harmless oddities."""
    return tuple(_disguises(text))


def check_injection(text: str, rules: CompiledRules) -> Hits:
    """Refuse instructions to the program, in clear or under a disguise."""
    # The first objection is enough: the message is refused either way, and the rest would cost time.
    folded = fold(text)
    for pattern in rules.injection:
        if pattern.found_in(folded):
            return (_hit("injection", "an instruction to the assistant", "block", pattern.name),)
    return ()


def check_topics(text: str, rules: CompiledRules) -> Hits:
    """Hand over what the company does not let the assistant talk about."""
    found = first_found(rules.topics, fold(text)) if rules.topics else None
    return (_hit("topics", "a topic the assistant must not discuss", "person", found),) if found else ()


def first_found(patterns: Sequence[Pattern], folded: str) -> str | None:
    """Name the first pattern that the folded text holds."""
    return next((pattern.name for pattern in patterns if pattern.found_in(folded)), None)


def _disguises(text: str) -> Iterator[RailHit]:
    """Find each kind of disguise once."""
    if not text.isascii():
        yield from _odd_letters(text)
    if _CONTROL.search(text):
        yield _hit("encoding", "control characters", "note", "control")
    if any(_READABLE.search(hidden) for hidden in _decoded(text)):
        yield _hit("encoding", "a readable text in an encoded form", "block", "encoded text")


def _odd_letters(text: str) -> Iterator[RailHit]:
    """Find letters outside ASCII that hide or reorder text."""
    if _TAGS.search(_FLAG.sub("", text)):
        yield _hit("encoding", "a text in invisible letters", "block", "tag characters")
    if _BIDI_OVERRIDE.search(text):
        yield _hit("encoding", "letters shown in another order than sent", "block", "bidi override")
    if _HIDDEN_IN_WORD.search(text):
        yield _hit("encoding", "invisible letters inside words", "note", "zero-width")
    if any(mixes_scripts(word) for word in INVISIBLE.sub("", text).lower().split()):
        yield _hit("encoding", "letters of two scripts in one word", "note", "look-alikes")


def _decoded(text: str) -> Iterator[str]:
    """Decode what looks like base64, hexadecimal or percent-encoded text."""
    for blob in _BASE64.findall(text):
        yield _as_text(_from_base64(blob))
    for blob in _HEX.findall(text):
        yield _as_text(_from_hex(blob))
    if _PERCENT.search(text):
        yield unquote(text)


def _from_base64(blob: str) -> bytes:
    """Decode a base64 text of either alphabet, or nothing."""
    try:
        whole = blob.rstrip("=").replace("-", "+").replace("_", "/")
        return base64.b64decode(whole + "=" * (-len(whole) % 4))
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


def _hit(rail: str, reason: str, severity: Severity, evidence: str) -> RailHit:
    """Name the objection of an input rail."""
    return RailHit(rail=rail, reason=reason, severity=severity, evidence=evidence)
