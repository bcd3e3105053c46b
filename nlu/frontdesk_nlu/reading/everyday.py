"""Everyday words: which languages a single word may belong to."""

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path

import yaml

FILE = Path(__file__).with_name("words.yaml")
HOME = "en"
"""The language whose words are not listed again under others; a word they share says nothing."""


@cache
def everyday_words() -> Mapping[str, frozenset[str]]:
    """Read the words of every language."""
    listed = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return {code: frozenset(words.split()) for code, words in listed.items()}


@cache
def languages_of_words() -> Mapping[str, Sequence[str]]:
    """Tell for each word which languages, other than English, have it."""
    listed = everyday_words()
    foreign = {code: words - listed[HOME] for code, words in listed.items() if code != HOME}
    return {
        word: tuple(code for code, words in foreign.items() if word in words)
        for word in frozenset[str]().union(*foreign.values())
    }


def votes(words: Iterable[str]) -> dict[str, float]:
    """Let each word vote for the languages that have it; one that many have says less."""
    table, counted = languages_of_words(), dict[str, float]()
    for word in words:
        for code in (have := table.get(word, ())):
            counted[code] = counted.get(code, 0.0) + 1 / len(have)
    return counted
