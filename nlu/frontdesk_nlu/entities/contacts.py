"""E-mail addresses and telephone numbers."""

import re
from collections.abc import Iterator

from frontdesk_nlu.entities.found import Found, at

EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}")
PHONE = re.compile(r"(?<![\w#.,/€$£@-])(?:\+ ?|00|\()?\d[\d ().\u00a0/-]{4,22}\d(?![\w€$£@]|[.,]\d)")
CALLED = re.compile(
    r"\b(?:call|ring|phone|telephone|tel|mobile|cell|handy|fax|whatsapp|text|sms|reach|dial|contact|number"
    r"|reachable|on|nr|no)\b[^\d\n]{0,24}$",
    re.I,
)
ORDERED = re.compile(
    r"\b(?:order|invoice|tracking|parcel|card|iban|article|item|customer)\b[^\d\n]{0,12}$", re.I
)
TOO_FAR = re.compile(r"[ ().\u00a0/-]{3,}")
SHORTEST, LONGEST = 7, 15


def emails(text: str) -> Iterator[Found]:
    """Find e-mail addresses; the value is lower-cased."""
    for hit in EMAIL.finditer(text):
        value = hit.group().rstrip(".-")
        yield Found(
            entity="email",
            value=value.lower(),
            start=hit.start(),
            end=hit.start() + len(value),
            confidence=1.0,
        )


def phones(text: str) -> Iterator[Found]:
    """Find telephone numbers: 7 to 15 digits that begin as one does, or stand where one is announced."""
    for hit in PHONE.finditer(text):
        digits = "".join(char for char in hit.group() if char.isdigit())
        if SHORTEST <= len(digits) <= LONGEST and not TOO_FAR.search(hit.group().replace(" (0) ", "")):
            confidence = sureness(text[max(0, hit.start() - 32) : hit.start()], hit.group())
            if confidence:
                yield at(hit, "phone", ("+" if hit.group()[0] == "+" else "") + digits, confidence)


def sureness(before: str, number: str) -> float:
    """Rate how surely a long number is for calling; 0 when it is not."""
    if ORDERED.search(before):
        return 0.0
    if number.startswith("+"):
        return 1.0
    if CALLED.search(before):
        return 0.95
    return 0.85 if number[0] in "0(" else 0.0
