"""Order numbers, in the shape of the company's own."""

import re
from collections.abc import Iterable, Iterator

from frontdesk_nlu.entities.found import Found

ORDER_WORD = re.compile(
    r"(?:\b(?:orders?|ordr|oder|ord|number|no|nr|num|purchase)\b[\s.:#]*(?:is\s)?#?|#)\s?$", re.I
)
OTHER_NUMBER = re.compile(
    r"\b(?:ending|ends|digits|card|visa|mastercard|amex|pin|code|post ?code|zip|room|flat|model|year)"
    r"\b[\s:.#]*(?:(?:number|in|with|is|are|of)\s){0,2}#?$",
    re.I,
)
YEAR_WORD = re.compile(r"\b(?:in|since|of|from|year|until|before|after|for)\s$", re.I)
COUNTED = re.compile(
    r"\s?(?:%|°|(?:watts?|w|lumens?|lm|volts?|kelvin|k|mm|cm|m|km|g|kg|ml|pieces?|pcs|points?|times|people|customers"
    r"|guests|words|hours|hrs?|h|uhr|days|weeks|years|am|pm)\b)",
    re.I,
)


def shape_of(example: str) -> str:
    """Turn an example of a number into the pattern of all like it: `1042` into four digits."""
    return "".join(
        r"\d" if char.isdigit() else "[A-Za-z]" if char.isalpha() else re.escape(char) for char in example
    )


def order_pattern(examples: Iterable[str]) -> re.Pattern[str] | None:
    """Compile the shapes of a company's order numbers; None when no example shows one."""
    shapes = sorted(
        {shape_of(example.lstrip("#")) for example in examples}, key=lambda shape: (-len(shape), shape)
    )
    if not shapes:
        return None
    return re.compile(rf"(?<![\w.,:/€$£+-])(?:{'|'.join(shapes)})(?![\w€$£]|[.,:/-]\d)", re.ASCII)


def order_numbers(text: str, pattern: re.Pattern[str]) -> Iterator[Found]:
    """Find order numbers; one that stands without a word or a # before it is less certain."""
    for hit in pattern.finditer(text):
        before, after = text[max(0, hit.start() - 32) : hit.start()], text[hit.end() : hit.end() + 12]
        named = ORDER_WORD.search(before) is not None and not OTHER_NUMBER.search(before)
        if named or not is_another_number(hit.group(), before, after):
            yield Found(
                entity="order_number",
                value=hit.group().upper(),
                start=hit.start(),
                end=hit.end(),
                confidence=1.0 if named else 0.8,
            )


def is_another_number(number: str, before: str, after: str) -> bool:
    """Say whether a number is a year, the end of a card's, a part of a longer one, or counts something."""
    return (
        looks_like_year(number, before)
        or OTHER_NUMBER.search(before) is not None
        or re.search(r"\d[ -]?$", before) is not None
        or re.match(r"[ -]\d", after) is not None
        or COUNTED.match(after) is not None
    )


def looks_like_year(number: str, before: str) -> bool:
    """Say whether a number reads as a year: `in 2026`."""
    return len(number) == 4 and number[:2] in {"19", "20"} and YEAR_WORD.search(before) is not None
