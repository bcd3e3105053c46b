"""Sums of money, in figures and in words."""

import re
from collections.abc import Iterator

from frontdesk_nlu.entities.found import Found, at

CURRENCIES = {
    "€": "EUR", "eur": "EUR", "euro": "EUR", "euros": "EUR", "$": "USD", "usd": "USD", "dollar": "USD",
    "dollars": "USD", "bucks": "USD",
    "£": "GBP", "gbp": "GBP", "pound": "GBP", "pounds": "GBP", "quid": "GBP",
    "chf": "CHF", "francs": "CHF", "sek": "SEK", "dkk": "DKK", "nok": "NOK", "pln": "PLN", "zloty": "PLN",
    "kronor": "SEK", "kroner": "DKK",
}  # fmt: skip
UNIT = (
    r"(?:" + "|".join(sorted((code for code in CURRENCIES if code.isalpha()), key=len, reverse=True)) + r")\b"
)
NUMBER = r"(?:\d{1,3}(?:[., \u00a0]\d{3}){1,3}|\d{1,9})(?:[.,](?:\d{1,2}|-))?"
CODE = r"\b(?:" + "|".join(sorted({code.lower() for code in CURRENCIES.values()})) + r")\b"
BEFORE = re.compile(rf"(?P<unit>[€$£]|{CODE})[ \u00a0]?(?P<number>{NUMBER})(?!\d)", re.I)
AFTER = re.compile(rf"(?<![\w.,#])(?P<number>{NUMBER})[ \u00a0]?(?P<unit>[€$£]|{UNIT})", re.I)
BARE = re.compile(
    r"(?<![\w.,#/:-])(?P<number>\d{1,6}[.,]\d{2})(?!\w|[.,:/-]\d|\s?(?:%|[ap]m\b|[mck]?[mgl]\b|h\b))", re.I
)
CLOCK = re.compile(r"\b(?:at|until|till|by|from|around|after|before|@|v(?:ersion)?)\s?$", re.I)

ONES = {
    "a": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
    "ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16,
    "seventeen": 17, "eighteen": 18, "nineteen": 19, "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50,
    "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90,
}  # fmt: skip
SIZES = {"hundred": 100, "thousand": 1000}
SPOKEN_NUMBER = "|".join([*sorted(ONES, key=len, reverse=True), *SIZES, "and"])
IN_WORDS = re.compile(
    rf"\b(?P<number>(?:{SPOKEN_NUMBER})(?:[ -](?:{SPOKEN_NUMBER})){{0,6}}) (?P<unit>{UNIT})", re.I
)


def number_of(digits: str) -> float:
    """Read `1.299,00`, `1,299.00` and `149,9` alike: a last mark before one or two digits is decimal."""
    whole, mark, rest = re.fullmatch(r"(.*?)(?:([.,])(\d{1,2}|-))?", digits).groups()  # type: ignore[union-attr]
    decimals = "." + rest if mark and rest != "-" else ""
    return float(re.sub(r"\D", "", whole) + decimals)


def spoken_number(words: str) -> float:
    """Read `two hundred and twenty-five`; words that make no number give 0."""
    total = current = 0
    for word in re.split(r"[ -]", words.lower()):
        if word in SIZES:
            total, current = total + max(current, 1) * SIZES[word], 0
        else:
            current += ONES.get(word, 0)
    return float(total + current)


def amounts(text: str) -> Iterator[Found]:
    """Find sums of money in figures; the value is the number, the currency stands beside it."""
    for pattern in (AFTER, BEFORE):
        for hit in pattern.finditer(text):
            yield at(hit, "amount", number_of(hit["number"]), 1.0, CURRENCIES[hit["unit"].lower()])


def spoken_amounts(text: str) -> Iterator[Found]:
    """Find sums of money in words."""
    for hit in IN_WORDS.finditer(text):
        if value := spoken_number(hit["number"]):
            yield at(hit, "amount", value, 0.9, CURRENCIES[hit["unit"].lower()])


def bare_amounts(text: str) -> Iterator[Found]:
    """Find numbers with two decimals that name no currency; probably money, unless a clock is meant."""
    for hit in BARE.finditer(text):
        if not CLOCK.search(text, max(0, hit.start() - 12), hit.start()):
            yield at(hit, "amount", number_of(hit["number"]), 0.8)
