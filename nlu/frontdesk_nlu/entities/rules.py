"""Entities found by rule: each is exact, explains itself, and points at the customer's own characters."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz, process

Value = str | float

PRODUCT_CUTOFF = 86.0
PRODUCT_MIN_CHARS = 5
PRODUCT_MAX_WORDS = 4


@dataclass(frozen=True, kw_only=True)
class Found:
    """One entity at `text[start:end]`."""

    entity: str
    value: Value
    start: int
    end: int
    confidence: float
    extractor: str
    currency: str | None = None


EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}")
NUMBER = r"\d{1,9}(?:[., ]\d{3})*(?:[.,]\d{1,2})?"
MONEY_BEFORE = re.compile(rf"(?P<unit>€|\$|£|\b(?:eur|usd|gbp)\b)\s?(?P<number>{NUMBER})(?!\d)", re.I)
MONEY_AFTER = re.compile(
    rf"(?<![\w.,#])(?P<number>{NUMBER})\s?(?P<unit>€|\$|£|(?:euros?|eur|dollars?|usd|pounds?|gbp|bucks)\b)",
    re.I,
)
MONEY_BARE = re.compile(r"(?<![\w.,#/-])(?P<number>\d{1,6}[.,]\d{2})(?![\w/-]|[.,]\d)")
CURRENCIES = {
    "€": "EUR", "eur": "EUR", "euro": "EUR", "euros": "EUR", "$": "USD", "usd": "USD", "dollar": "USD",
    "dollars": "USD", "bucks": "USD", "£": "GBP", "gbp": "GBP", "pound": "GBP", "pounds": "GBP",
}  # fmt: skip

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
MONTH = (
    r"(?P<month>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\b\.?"
)
YEAR = r"(?:,?\s+(?P<year>20\d\d))?\b"
DAY = r"(?P<day>[0-3]?\d)(?:st|nd|rd|th)?"
DATES = (
    re.compile(r"\b(?P<year>20\d\d)-(?P<month>[01]\d)-(?P<day>[0-3]\d)\b"),
    re.compile(r"(?<![\d.])(?P<day>[0-3]?\d)[./](?P<month>[01]?\d)[./](?P<year>20\d\d)\b"),
    re.compile(rf"\b{DAY}\s+(?:of\s+)?{MONTH}{YEAR}", re.I),
    re.compile(rf"\b{MONTH}\s+{DAY}\b{YEAR}", re.I),
)
WEEKDAY = r"(?:mon|tues|wednes|thurs|fri|satur|sun)day"
SPOKEN_DATE = re.compile(
    r"\b(?:the day (?:after tomorrow|before yesterday)|today|tomorrow|yesterday"
    rf"|(?:last|next|this) (?:week|month)|(?:(?:last|next|this) )?{WEEKDAY}|\d{{1,2}} (?:days|weeks) ago)\b",
    re.I,
)
ORDER_WORD = re.compile(
    r"(?:\b(?:order|ordr|oder|ord|number|no|nr|num|purchase)\b[\s.:#]*(?:is\s)?#?|#)\s?$", re.I
)
YEAR_WORD = re.compile(r"\b(?:in|since|of|from|year|until|before|after)\s$", re.I)
TOKEN = re.compile(r"[\w'’-]+")


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
            extractor="rule",
        )


def number_of(digits: str) -> float:
    """Read `1.299,00`, `1,299.00` and `149,9` alike: a last mark before one or two digits is decimal."""
    whole, mark, rest = re.fullmatch(r"(.*?)(?:([.,])(\d{1,2}))?", digits).groups()  # type: ignore[union-attr]
    return float(re.sub(r"\D", "", whole) + ("." + rest if mark else ""))


def amounts(text: str) -> Iterator[Found]:
    """Find sums of money; the value is the number, the currency stands beside it."""
    for pattern in (MONEY_BEFORE, MONEY_AFTER):
        for hit in pattern.finditer(text):
            yield Found(
                entity="amount",
                value=number_of(hit["number"]),
                start=hit.start(),
                end=hit.end(),
                confidence=1.0,
                extractor="rule",
                currency=CURRENCIES[hit["unit"].lower()],
            )


def bare_amounts(text: str) -> Iterator[Found]:
    """Find numbers with two decimals that name no currency; they are probably money."""
    for hit in MONEY_BARE.finditer(text):
        yield Found(
            entity="amount",
            value=number_of(hit["number"]),
            start=hit.start(),
            end=hit.end(),
            confidence=0.8,
            extractor="rule",
        )


def dates(text: str) -> Iterator[Found]:
    """Find dates: `2026-11-18`, without a year `--11-18`, or the spoken words as they stand."""
    for pattern in DATES:
        for hit in pattern.finditer(text):
            value = iso(hit["year"], hit["month"], int(hit["day"]))
            if value is not None:
                yield dated(hit, value, 1.0)
    for hit in SPOKEN_DATE.finditer(text):
        yield dated(hit, hit.group().lower(), 0.9)


def dated(hit: re.Match[str], value: str, confidence: float) -> Found:
    """Make the entity of one date."""
    return Found(
        entity="date",
        value=value,
        start=hit.start(),
        end=hit.end(),
        confidence=confidence,
        extractor="rule",
    )


def iso(year: str | None, month: str, day: int) -> str | None:
    """Write a date the ISO way; None when there is no such day."""
    number = int(month) if month.isdigit() else MONTHS.index(month[:3].lower()) + 1
    if not (1 <= number <= 12 and 1 <= day <= 31):
        return None
    return f"{year or '-'}-{number:02d}-{day:02d}"


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
        before, after = text[max(0, hit.start() - 16) : hit.start()], text[hit.end() : hit.end() + 2]
        named = ORDER_WORD.search(before) is not None
        if named or not (looks_like_year(hit.group(), before) or in_long_number(before, after)):
            yield Found(
                entity="order_number",
                value=hit.group().upper(),
                start=hit.start(),
                end=hit.end(),
                confidence=1.0 if named else 0.8,
                extractor="rule",
            )


def looks_like_year(number: str, before: str) -> bool:
    """Say whether a number reads as a year: `in 2026`."""
    return len(number) == 4 and number[:2] in {"19", "20"} and YEAR_WORD.search(before) is not None


def in_long_number(before: str, after: str) -> bool:
    """Say whether digits stand one space away: then it is a group of a telephone or card number."""
    return bool(re.search(r"\d[ -]?$", before) or re.match(r"[ -]\d", after))


def products(text: str, catalogue: Mapping[str, str]) -> Sequence[Found]:
    """Find product names, misspelt ones too, best match first; the value is the catalogue's own name."""
    names = list(catalogue)
    hits = (product_in(text, start, end, names, catalogue) for start, end in windows(text))
    return sorted((hit for hit in hits if hit), key=lambda hit: (-hit.confidence, hit.start - hit.end))


def windows(text: str) -> Iterator[tuple[int, int]]:
    """Yield where each run of one to four words begins and ends."""
    words = [(word.start(), word.end()) for word in TOKEN.finditer(text)]
    for size in range(1, PRODUCT_MAX_WORDS + 1):
        for first, last in zip(words, words[size - 1 :], strict=False):
            if last[1] - first[0] >= PRODUCT_MIN_CHARS:
                yield first[0], last[1]


def product_in(
    text: str, start: int, end: int, names: Sequence[str], catalogue: Mapping[str, str]
) -> Found | None:
    """Return the product that one run of words names, if any."""
    hit = process.extractOne(text[start:end].lower(), names, scorer=fuzz.ratio, score_cutoff=PRODUCT_CUTOFF)
    if hit is None:
        return None
    return Found(
        entity="product",
        value=catalogue[hit[0]],
        start=start,
        end=end,
        confidence=round(hit[1] / 100, 3),
        extractor="fuzzy",
    )


def without_overlaps(found: Iterable[Found]) -> Sequence[Found]:
    """Keep the first of entities that share characters, in reading order."""
    kept: list[Found] = []
    for one in found:
        if all(one.end <= other.start or other.end <= one.start for other in kept):
            kept.append(one)
    return sorted(kept, key=lambda one: one.start)


def find_entities(text: str, orders: re.Pattern[str] | None, catalogue: Mapping[str, str]) -> Sequence[Found]:
    """Find everything in one text; the more exact kind wins a place two kinds claim."""
    found = [*emails(text), *amounts(text), *dates(text), *bare_amounts(text)]
    found += order_numbers(text, orders) if orders else ()
    found += products(text, catalogue) if catalogue else ()
    return without_overlaps(found)
