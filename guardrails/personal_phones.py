"""Phone numbers as people write them in many countries: by sign, leading zero, or the groups of digits.

A library that knows every number plan (phonenumbers) was measured at 0.7 ms for
one candidate in nine countries: more than all rails of a reply together.
"""

import re
from collections.abc import Iterator

from guardrails.detail import Detail
from guardrails.personal_numbers import digits, names_a_thing

_CANDIDATE = re.compile(
    r"(?<![\w#.,/-])(?:\+ ?|\()?\d[\d()/.\-\u2010-\u2013 \u00a0\u202f]{5,24}\d"
    r"(?: ?(?:x|ext\.?|Durchwahl|poste) ?\d{1,6})?(?![\w])"
)
_DATE = re.compile(
    r"(?<![\d.])(?:\d{1,2}[./-]\d{1,2}[./-](?:\d{4}|\d{2})|\d{4}[-/.]\d{1,2}[-/.]\d{1,2})(?![.\d]\d)"
)
_EXTENSION = re.compile(r" ?(?:x|ext\.?|Durchwahl|poste) ?\d+$")
_CODE_BEFORE = re.compile(r"(?:[A-Z]+\d[A-Z0-9]*|\d+[A-Z]+[A-Z0-9]*) ?$")
_GROUPS = re.compile(r"\d+")

_BY_GROUPS = {
    (3, 3, 4): "23456789",  # North America, Italy
    (1, 3, 3, 4): "1",
    (3, 3, 3): "456789",  # Spain, Poland
    (3, 2, 2, 2): "6789",
    (2, 3, 2, 2): "6789",
    (2, 3, 4): "6789",
    (3, 6): "36789",
    (2, 5, 4): "123456789",  # Brazil
    (2, 4, 4): "123456789",
    (2, 9): "123456789",
    (2, 1, 4, 4): "123456789",
    (3, 7): "3",  # Italy
    (3, 2, 2, 3): "3",
    (3, 3, 2, 2): "35",  # Italy, Turkey
    (3, 2, 5): "3",
    (3, 4, 3): "3",
}
"""Lengths of the groups of a national number, and the digits it may begin with."""
_UNBROKEN = re.compile(
    r"[67]\d{8}|3\d{8,10}|[2-9]\d{2}[2-9]\d{6}|[1-9]{2}9\d{8}|0[1-9]\d{7,9}|01[567]\d{9}|5\d{9}|9\d{8}"
)
"""National numbers written in one piece: nine to twelve digits."""


def phones(text: str) -> Iterator[Detail]:
    """Find phone numbers."""
    for found in _CANDIDATE.finditer(text):
        for start, end in _undated(found):
            raw = text[start:end]
            if _is_phone(raw) and (raw.startswith(("+", "00")) or not _is_a_things(text, start)):
                number = digits(_EXTENSION.sub("", raw).replace("(0)", ""))
                yield Detail("phone", start, end, number.removeprefix("00"))


def _undated(found: re.Match[str]) -> Iterator[tuple[int, int]]:
    """Cut the days of a calendar out of a run of digits."""
    place = found.start()
    for day in _DATE.finditer(found.group()):
        yield place, found.start() + day.start()
        place = found.start() + day.end()
    yield place, found.end()


def _is_phone(raw: str) -> bool:
    """Tell whether a run of digits is grouped like a phone number."""
    bare = _EXTENSION.sub("", raw).strip(" .-/")
    number, groups = digits(bare), tuple(len(group) for group in _GROUPS.findall(bare))
    if bare.startswith(("+", "00")):
        return 8 <= len(number) <= 16
    if bare.startswith("("):
        return ")" in bare and len(groups) > 1 and 8 <= len(number) <= 13
    if len(groups) == 1:
        return _UNBROKEN.fullmatch(number) is not None
    if number.startswith("0"):
        return 9 <= len(number) <= 12 or (len(number) == 8 and groups[0] in (2, 3))
    return number[:1] in _BY_GROUPS.get(groups, "") and number[:1] != ""


def _is_a_things(text: str, start: int) -> bool:
    """Tell whether what stands before makes it the number of a parcel, an invoice or the like."""
    return names_a_thing(text, start) or _CODE_BEFORE.search(text, max(0, start - 12), start) is not None
