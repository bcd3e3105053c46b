"""The words of a text that carry its meaning, and how much each one says."""

import math
import re
from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

Commonness = Mapping[str, int]
"""Stem -> number of passages that hold it; the empty text -> number of all passages."""

WORD = re.compile(r"[^\W_]+(?:'[a-z]+)?")
_ENDINGS = (
    "ations",
    "ation",
    "ements",
    "ement",
    "ings",
    "ing",
    "ies",
    "ied",
    "ers",
    "er",
    "ed",
    "es",
    "s",
    "e",
    "y",
)
WORDS_FILE = Path(__file__).parent / "words" / "en.yaml"


def terms(text: str) -> tuple[str, ...]:
    """Return the stems of a text's meaningful words, each once, in order."""
    vocabulary = _vocabulary()
    words = (word for word in WORD.findall(text.lower().replace("’", "'")) if word not in vocabulary.stop)
    stems = (stem(word) for word in words)
    return tuple(dict.fromkeys(vocabulary.same.get(each, each) for each in stems))


@lru_cache(maxsize=16384)
def article_terms(text: str) -> frozenset[str]:
    """Return the stems of a published text; articles are public, so their words may be kept."""
    return frozenset(terms(text))


def with_synonyms(question: str) -> str:
    """Add the articles' own words to a question, for a search that knows no synonyms."""
    words, asked = _vocabulary().words, WORD.findall(question.lower())
    known = (words.get(stem(word)) for word in asked)
    return " ".join([question, *dict.fromkeys(word for word in known if word and word not in asked)])


def is_stop_word(word: str) -> bool:
    """Say whether a word in small letters carries no meaning of its own."""
    return word in _vocabulary().stop


def same_stem(word: str) -> str:
    """Return the stem under which a word in small letters is counted, synonyms together."""
    each = stem(word)
    return _vocabulary().same.get(each, each)


def stem(word: str) -> str:
    """Cut a word's ending, so that a question meets an article's words."""
    base = word.removesuffix("'s")
    return _cut(base) if base.isalpha() and len(base) > 3 else base


@dataclass(frozen=True)
class _Vocabulary:
    stop: frozenset[str]
    same: Mapping[str, str]
    """Stem -> stem of the word that stands for its group."""
    words: Mapping[str, str]
    """Stem -> the word that stands for its group."""


@cache
def _vocabulary() -> _Vocabulary:
    """Read the words of the language once."""
    content: Any = YAML(typ="safe").load(WORDS_FILE.read_text("utf-8"))
    groups: list[list[str]] = content["same"]
    first = {stem(word): group[0] for group in groups for word in group}
    same = {each: stem(word) for each, word in first.items()}
    return _Vocabulary(frozenset(content["stop"].split()), same, first)


def _cut(word: str) -> str:
    """Cut the first ending that leaves at least three letters; a doubled last letter goes too."""
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            base = word.removesuffix(ending)
            doubled = len(base) > 3 and base[-1] == base[-2] and base[-1] not in "sl"
            return base[:-1] if doubled else base + ("i" if ending in ("ies", "ied", "y") else "")
    return word


def count_passages(passages: Iterable[str]) -> dict[str, int]:
    """Count in how many passages each stem stands."""
    counted: dict[str, int] = {"": 0}
    for passage in passages:
        counted[""] += 1
        for term in terms(passage):
            counted[term] = counted.get(term, 0) + 1
    return counted


def weight(term: str, common: Commonness) -> float:
    """Say how telling a word is: rare words more; a word no article knows most."""
    return math.log((common.get("", 0) + 1) / (common.get(term, 0) + 0.5))


def weighed(asked: Iterable[str], common: Commonness) -> dict[str, float]:
    """Return each of a question's words with its share (0..1) of what the question weighs in all."""
    weights = {term: weight(term, common) for term in asked}
    total = sum(weights.values())
    return {term: value / total for term, value in weights.items()} if total else {}


def coverage(asked: Mapping[str, float], known: Set[str]) -> float:
    """Return the share (0..1) of a weighed question that a text's words carry."""
    return sum([share for term, share in asked.items() if term in known])
