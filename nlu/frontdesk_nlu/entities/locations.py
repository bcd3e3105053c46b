"""Towns and countries, slightly misspelt ones too."""

from collections.abc import Iterator, Mapping, Sequence
from functools import cache, lru_cache
from itertools import pairwise

from rapidfuzz import fuzz, process

from frontdesk_nlu.entities.found import Found
from frontdesk_nlu.entities.lexicon import Lexicon
from frontdesk_nlu.entities.words import Word, beside

FUZZY_CHARS = 6
CUTOFF = 90.0
REMEMBERED_WORDS = 20_000


def locations(text: str, words: Sequence[Word], known: Lexicon) -> Iterator[Found]:
    """Find places; the value is what was written."""
    for at, word in enumerate(words):
        size = place_at(text, words, at, known)
        if size:
            yield found(text, word, words[at + size - 1], 0.95)
        elif misspelt(word, known):
            yield found(text, word, word, 0.7)


def may_begin_place(word: Word, known: Lexicon) -> bool:
    """Say whether a place may begin with a word."""
    return word.folded in known.places_by_first or misspelt(word, known)


def found(text: str, first: Word, last: Word, confidence: float) -> Found:
    """Make the entity of some words."""
    start, end = first.start, last.bare_end
    return Found(
        entity="location",
        value=" ".join(text[start:end].split()),
        start=start,
        end=end,
        confidence=confidence,
    )


def place_at(text: str, words: Sequence[Word], at: int, known: Lexicon) -> int:
    """Return how many words from here on name a place."""
    for name in known.places_by_first.get(words[at].folded, ()):
        run = words[at : at + len(name)]
        spelt = tuple(word.folded for word in run) == name
        together = all(beside(text, *pair) for pair in pairwise(run))
        if spelt and together and (" ".join(name) in known.places or written_as_name(words[at])):
            return len(name)
    return 0


def written_as_name(word: Word) -> bool:
    """Say whether a word is written like a name: `China`, `UK`."""
    return word.text[0].isupper() and (word.capital or len(word.text) <= 4)


def misspelt(word: Word, known: Lexicon) -> bool:
    """Say whether an unknown word is one slip away from a place."""
    folded = word.folded
    if len(folded) < FUZZY_CHARS or folded in known.ordinary or folded in known.given:
        return False
    return like_a_place(folded, known.places)


@lru_cache(maxsize=REMEMBERED_WORDS)
def like_a_place(word: str, places: frozenset[str]) -> bool:
    """Say whether a place is written nearly like a word; the answer is remembered."""
    near = by_letter(places).get(word[0], ())
    return process.extractOne(word, near, scorer=fuzz.ratio, score_cutoff=CUTOFF) is not None


@cache
def by_letter(places: frozenset[str]) -> Mapping[str, Sequence[str]]:
    """Group places by their first letter, which nobody mistakes."""
    grouped: dict[str, list[str]] = {}
    for place in sorted(places):
        grouped.setdefault(place[0], []).append(place)
    return grouped
