"""Entities found by rule: each is exact, explains itself, and points at the customer's own characters."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from frontdesk_nlu.entities.addresses import addresses
from frontdesk_nlu.entities.contacts import emails, phones
from frontdesk_nlu.entities.dates import dates, months, spoken_dates
from frontdesk_nlu.entities.found import Found, without_overlaps
from frontdesk_nlu.entities.hints import DAY, MONTH, NAME, PLACE, PRODUCT, SUM, hints_of
from frontdesk_nlu.entities.lexicon import Lexicon
from frontdesk_nlu.entities.locations import locations
from frontdesk_nlu.entities.money import amounts, bare_amounts, spoken_amounts
from frontdesk_nlu.entities.orders import order_numbers
from frontdesk_nlu.entities.people import people
from frontdesk_nlu.entities.products import products
from frontdesk_nlu.entities.words import TOKEN, words_in
from frontdesk_nlu.reading.text import seen

DIGIT = re.compile(r"\d")


def find_entities(text: str, known: Lexicon) -> Sequence[Found]:
    """Find everything in one text; the more exact kind wins a place two kinds claim.

    Characters that nobody sees hide nothing: what stands around them is found
    as one, and its place includes them.
    """
    if (shown := seen(text)) is None:
        return _find(text, known)
    at = shown.places
    return [
        replace(one, start=at[one.start], end=at[one.end - 1] + 1) for one in _find(shown.characters, known)
    ]


def _find(text: str, known: Lexicon) -> Sequence[Found]:
    """Ask the finders for which a text has a digit, a mark or a word."""
    hints, digits = hints_of(TOKEN.findall(text), known), DIGIT.search(text) is not None
    return without_overlaps([*in_figures(text, hints, digits, known), *in_words(text, hints, digits, known)])


def in_figures(text: str, hints: int, digits: bool, known: Lexicon) -> Iterator[Found]:
    """Find what has digits or marks of its own, and spoken dates and sums."""
    if "@" in text:
        yield from emails(text)
    if digits:
        yield from addresses(text, known)
        yield from amounts(text)
    if hints & SUM:
        yield from spoken_amounts(text)
    if digits:
        yield from dates(text)
    if hints & MONTH:
        yield from months(text)
    if hints & DAY:
        yield from spoken_dates(text)
    if digits:
        yield from phones(text)
        yield from bare_amounts(text)
    if known.orders:
        yield from order_numbers(text, known.orders)


def in_words(text: str, hints: int, digits: bool, known: Lexicon) -> Iterator[Found]:
    """Find names."""
    if digits or hints & PRODUCT:
        yield from products(text, known.catalogue)
    if hints & (NAME | PLACE) or "." in text:
        words = words_in(text)
        yield from people(text, words, known)
        yield from locations(text, words, known)
