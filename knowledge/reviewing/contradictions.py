"""Sentences of different articles that say the same thing with other figures; pure."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from knowledge.article import Article
from knowledge.terms import Commonness, terms, weight

ALIKE = 0.4
"""Share of their words' weight that two sentences have in common when they speak of the same ..."""
WITHIN = 0.8
"""... and share of the shorter one's words; both were chosen on the sample articles with planted mistakes."""
FEWEST_WORDS = 3
MOST_COMMON = 40
"""A word in more sentences than this says nothing of what they are about."""
MOST_FOUND = 200
_FIGURE = re.compile(r"(€|\$|£)?\s?(\d[\d.,]*\d|\d)\s?(%|°C|working days?|[A-Za-z]+)?")


@dataclass(frozen=True, kw_only=True)
class Said:
    """A sentence, and where it stands."""

    article_id: str
    title: str
    heading: str
    anchor: str
    text: str


@dataclass(frozen=True, kw_only=True)
class Contradiction:
    """Two sentences of which one is probably not true any more."""

    first: Said
    second: Said
    why: str


Figures = Mapping[str, frozenset[str]]
"""Unit -> the values that a sentence gives in it."""


def contradictions(articles: Sequence[Article]) -> list[Contradiction]:
    """Compare every sentence with a figure to those of other passages that use mostly the same words."""
    said = [one for each in articles for one in _said(each)]
    words = [frozenset(word for word in terms(one.text) if not word[0].isdigit()) for one in said]
    figures = [figures_of(one.text) for one in said]
    common = Counter(word for each in words for word in each)
    common[""] = len(words)
    found = []
    for first, second in sorted(_pairs(words)):
        one_passage = _place(said[first]) == _place(said[second])
        if one_passage or not _same_matter(words[first], words[second], common):
            continue
        for unit in _at_odds(figures[first], figures[second]):
            why = _why(unit, figures[first][unit], figures[second][unit])
            found.append(Contradiction(first=said[first], second=said[second], why=why))
    return found[:MOST_FOUND]


def figures_of(text: str) -> dict[str, frozenset[str]]:
    """Return the figures of a sentence by their unit; a bare number has none and counts for nothing."""
    found: dict[str, set[str]] = defaultdict(set)
    for sign, number, after in _FIGURE.findall(text):
        unit = sign or _unit(after)
        if unit:
            found[unit].add(number.rstrip(".,").removesuffix(".00"))
    return {unit: frozenset(values) for unit, values in found.items()}


def _unit(word: str) -> str:
    """Write a unit once, however many of it are meant."""
    return word.lower().removesuffix("s") if len(word) > 3 else word


def _said(article: Article) -> Iterator[Said]:
    for chunk in article.chunks:
        for text in chunk.sentences:
            if any(character.isdigit() for character in text):
                yield Said(
                    article_id=article.id,
                    title=article.title,
                    heading=chunk.heading,
                    anchor=chunk.anchor,
                    text=text,
                )


def _pairs(words: Sequence[frozenset[str]]) -> set[tuple[int, int]]:
    """Pair the sentences that share a telling word."""
    holding: dict[str, list[int]] = defaultdict(list)
    for number, each in enumerate(words):
        for word in each:
            holding[word].append(number)
    return {
        (first, second)
        for numbers in holding.values()
        if len(numbers) <= MOST_COMMON
        for place, first in enumerate(numbers)
        for second in numbers[place + 1 :]
    }


def _place(said: Said) -> tuple[str, str]:
    return said.article_id, said.anchor


def _same_matter(first: frozenset[str], second: frozenset[str], common: Commonness) -> bool:
    """Weigh the words in common: a name in only one of the two means that they speak of different things."""
    both = first & second
    if len(both) < FEWEST_WORDS:
        return False
    shared, one, other = (sum(weight(word, common) for word in each) for each in (both, first, second))
    return shared >= WITHIN * min(one, other) and shared >= ALIKE * (one + other - shared)


def _at_odds(first: Figures, second: Figures) -> list[str]:
    """List the units in which two sentences name no value in common."""
    return sorted(unit for unit in first.keys() & second.keys() if not first[unit] & second[unit])


def _why(unit: str, first: frozenset[str], second: frozenset[str]) -> str:
    before = unit if unit in "€$£" else ""
    after = "" if before else f" {unit}"
    values = [", ".join(f"{before}{value}{after}" for value in sorted(each)) for each in (first, second)]
    return f"{values[0]} here, {values[1]} there"
