"""Misspelt words of a question, brought to the words that the articles use."""

from difflib import get_close_matches
from functools import lru_cache

from knowledge.terms import WORD, is_stop_word, same_stem

SHORTEST = 5
"""Shorter words have too many neighbours to guess among them."""
ALIKE = 0.8
_ROUNDING = 1e-9


def mended(question: str, known: frozenset[str]) -> str:
    """Replace each word whose stem no article knows by the one known stem that is clearly meant."""
    return WORD.sub(lambda found: _mended_word(found[0], known), question)


def _mended_word(word: str, known: frozenset[str]) -> str:
    lower = word.lower()
    if len(lower) < SHORTEST or not lower.isalpha() or is_stop_word(lower) or same_stem(lower) in known:
        return word
    return nearest(same_stem(lower), known) or word


@lru_cache(maxsize=8192)
def nearest(stem: str, known: frozenset[str]) -> str | None:
    """Return the known stem that differs by a slip of the fingers; first letters are seldom wrong."""
    letters = letters_of(stem)
    candidates = [
        each
        for each, length, its in _by_first(known).get(stem[:1], ())
        if abs(length - len(stem)) <= 2
        and (letters ^ its).bit_count() <= (1 - ALIKE) * (length + len(stem)) + _ROUNDING
    ]
    found = get_close_matches(stem, candidates, n=1, cutoff=ALIKE)
    return found[0] if found else None


@lru_cache(maxsize=64)
def _by_first(known: frozenset[str]) -> dict[str, list[tuple[str, int, int]]]:
    """Sort stems by their first letter, each with its length and its letters."""
    sorted_by: dict[str, list[tuple[str, int, int]]] = {}
    for each in known:
        sorted_by.setdefault(each[:1], []).append((each, len(each), letters_of(each)))
    return sorted_by


def letters_of(stem: str) -> int:
    """Write the letters that occur in a stem as bits; alike stems differ in few of them."""
    bits = 0
    for letter in stem:
        bits |= 1 << (ord(letter) & 63)
    return bits
