"""Misspelt words of a question, brought to the words that the articles use."""

from difflib import get_close_matches
from functools import lru_cache

from knowledge.terms import WORD, is_stop_word, same_stem

SHORTEST = 5
"""Shorter words have too many neighbours to guess among them."""
ALIKE = 0.8


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
    candidates = [each for each in known if abs(len(each) - len(stem)) <= 2 and each[:1] == stem[:1]]
    found = get_close_matches(stem, candidates, n=1, cutoff=ALIKE)
    return found[0] if found else None
