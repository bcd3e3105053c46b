"""Puts neutral words for names: which lamp, which person, which order says nothing about the wish."""

from collections.abc import Iterable

NEUTRAL = {
    "product": "the item",
    "person": "someone",
    "address": "the place",
    "order_number": "number",
    "email": "the address",
}
"""What is read in place of each kind of entity. Dates, towns and sums stay: they can belong to the wish."""

Span = tuple[int, int, str]


def without_names(text: str, spans: Iterable[Span]) -> str:
    """Write a text with neutral words where entities stand; `spans` do not overlap."""
    parts, done = [], 0
    for start, end, kind in sorted(spans):
        if kind in NEUTRAL:
            parts += [text[done:start], NEUTRAL[kind]]
            done = end
    return "".join([*parts, text[done:]])
