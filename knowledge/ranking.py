"""The order in which passages answer a question: by meaning, nearest sentence and words together; pure."""

from collections.abc import Mapping, Sequence

from knowledge.passage import Passage, words_of
from knowledge.terms import Commonness, article_terms, coverage, terms, weighed

BY_PASSAGE, BY_SENTENCE, BY_WORDS, BY_KEYWORDS = 11.0, 8.2, 5.3, 2.0
"""Fitted on questions with a known answer: the development half of `knowledge_questions.jsonl`."""


def ranked(question: str, passages: Sequence[Passage], common: Commonness, most: int) -> list[Passage]:
    """Return the best passages, best first; without vectors the words keep the order of the search."""
    strengths = strengths_of(question, passages, common)
    order = sorted(range(len(passages)), key=lambda place: -strengths[place])
    return [passages[place] for place in order[:most]]


def strengths_of(question: str, passages: Sequence[Passage], common: Commonness) -> list[float]:
    """Say how strongly each passage speaks to a question; only comparisons mean something."""
    asked = weighed(terms(question), common)
    return [strength(asked, passage) for passage in passages]


def strength(asked: Mapping[str, float], passage: Passage) -> float:
    """Say how strongly one passage speaks to a weighed question."""
    nearest = max((one for one in passage.sentence_similarities if one is not None), default=0.0)
    words = coverage(asked, article_terms(words_of(passage)))
    keywords = coverage(asked, article_terms(" ".join(passage.keywords)))
    return (
        BY_PASSAGE * (passage.similarity or 0.0)
        + BY_SENTENCE * nearest
        + BY_WORDS * words
        + BY_KEYWORDS * keywords
    )
