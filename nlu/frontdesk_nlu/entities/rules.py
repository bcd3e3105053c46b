"""Entities found by rule: each is exact, explains itself, and points at the customer's own characters."""

from collections.abc import Iterator, Sequence

from frontdesk_nlu.entities.addresses import addresses
from frontdesk_nlu.entities.contacts import emails, phones
from frontdesk_nlu.entities.dates import dates
from frontdesk_nlu.entities.found import Found, without_overlaps
from frontdesk_nlu.entities.lexicon import Lexicon
from frontdesk_nlu.entities.locations import locations
from frontdesk_nlu.entities.money import amounts, bare_amounts
from frontdesk_nlu.entities.orders import order_numbers
from frontdesk_nlu.entities.people import people
from frontdesk_nlu.entities.products import products
from frontdesk_nlu.entities.words import Word, words_in


def find_entities(text: str, known: Lexicon) -> Sequence[Found]:
    """Find everything in one text; the more exact kind wins a place two kinds claim."""
    words = words_in(text)
    return without_overlaps([*in_figures(text, words, known), *in_words(text, words, known)])


def in_figures(text: str, words: Sequence[Word], known: Lexicon) -> Iterator[Found]:
    """Find what has digits or marks of its own, and spoken dates and sums."""
    yield from emails(text)
    said = {word.folded for word in words}
    yield from addresses(text, known)
    yield from amounts(text, said)
    yield from dates(text, said)
    yield from phones(text)
    yield from bare_amounts(text)
    if known.orders:
        yield from order_numbers(text, known.orders)


def in_words(text: str, words: Sequence[Word], known: Lexicon) -> Iterator[Found]:
    """Find names."""
    yield from products(text, known.catalogue)
    yield from people(text, words, known)
    yield from locations(text, words, known)
