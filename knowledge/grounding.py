"""Whether every sentence of a wording stands in the passage that it names as its source; pure."""

import re
from collections.abc import Iterator, Sequence

from knowledge.answer_types import Citation
from knowledge.terms import WORD, article_terms, terms

ENOUGH = 0.6
"""So much of a sentence's meaningful words must be its passage's."""
FEW = 1
"""A sentence with fewer meaningful words says nothing that needs a source: "Good question!"."""
_MARK = re.compile(r"\s*((?:\[\d+\]\s*)+)")
_NUMBER = re.compile(r"\d+")
_FIGURE = re.compile(r"\d+(?:[.,:]\d+)*")
_NEGATES = re.compile(r"\b(?:not|no|never|none|nothing|without|cannot|nor|neither)\b|n't\b", re.IGNORECASE)
_SENTENCES = re.compile(r"(?<=[.!?])\s+(?=\S)")


def unsupported(text: str, citations: Sequence[Citation]) -> str | None:
    """Return the first sentence that its own passages do not carry; None when all are carried."""
    passages = {citation.number: f"{citation.heading}. {citation.passage}" for citation in citations}
    for sentence, numbers in _cited(text):
        sources = [passages[number] for number in numbers if number in passages]
        if len(sources) != len(numbers) or not _carried(sentence, sources):
            return sentence
    return None


def _cited(text: str) -> Iterator[tuple[str, tuple[int, ...]]]:
    """Divide a text into sentences with the numbers behind them; all before a number share it."""
    position = 0
    for mark in _MARK.finditer(text):
        numbers = tuple(int(number) for number in _NUMBER.findall(mark[1]))
        for sentence in _SENTENCES.split(text[position : mark.start()].strip()):
            if sentence:
                yield sentence, numbers
        position = mark.end()
    for sentence in _SENTENCES.split(text[position:].strip()):
        if WORD.search(sentence):
            yield sentence, ()


def _carried(sentence: str, sources: Sequence[str]) -> bool:
    """Say whether sources hold a sentence's figures and most of its words, and deny what it denies."""
    said = terms(sentence)
    if not sources:
        return len(said) <= FEW and not _FIGURE.search(sentence)
    whole = " ".join(sources)
    if not set(_FIGURE.findall(sentence)) <= set(_FIGURE.findall(whole)):
        return False
    if sum(term in article_terms(whole) for term in said) < ENOUGH * len(said):
        return False
    nearest = max(_SENTENCES.split(whole), key=lambda one: len(set(said) & article_terms(one)))
    return bool(_NEGATES.search(sentence)) == bool(_NEGATES.search(nearest))
