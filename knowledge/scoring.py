"""How well a sentence and a passage answer a question: pure arithmetic on words and similarities."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from knowledge.passage import Passage
from knowledge.terms import Commonness, coverage, terms


@dataclass(frozen=True, kw_only=True)
class ScoredSentence:
    """One sentence of a passage and how well it answers, 0..1 or a little more."""

    passage: int
    """Place of its passage in the list of found ones."""
    place: int
    """Its place in that passage."""
    text: str
    score: float
    words: float
    """Share of the question's weight that the sentence and its headings carry."""
    similarity: float | None


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """What speaks for the best sentence being an answer."""

    words: float
    """Share of the question's weight in its passage, with title, headings and keywords."""
    sentence_words: float
    passage_similarity: float | None
    sentence_similarity: float | None


@dataclass(frozen=True, kw_only=True)
class Calibration:
    """A logistic curve over the evidence, fitted on questions with and without an answer."""

    bias: float
    words: float
    sentence_words: float
    passage_similarity: float = 0.0
    sentence_similarity: float = 0.0


BY_MEANING = Calibration(
    bias=-7.0, words=3.0, sentence_words=1.0, passage_similarity=6.0, sentence_similarity=5.0
)
BY_WORDS = Calibration(bias=-4.0, words=5.0, sentence_words=2.0)


def score_sentences(
    asked: tuple[str, ...], passages: Sequence[Passage], common: Commonness
) -> list[ScoredSentence]:
    """Score every sentence of the passages, in the order in which they stand."""
    return [
        scored
        for number, passage in enumerate(passages)
        for scored in _score_passage(asked, number, passage, common)
    ]


def _score_passage(
    asked: tuple[str, ...], number: int, passage: Passage, common: Commonness
) -> list[ScoredSentence]:
    """Score a passage's sentences: their own words count, and half of what their headings add."""
    above = terms(f"{passage.title} {passage.heading}")
    similarities = passage.sentence_similarities or [None] * len(passage.sentences)
    scored = []
    for place, (text, similarity) in enumerate(zip(passage.sentences, similarities, strict=True)):
        own = terms(text)
        alone = coverage(asked, own, common)
        within = coverage(asked, (*own, *above), common)
        words = (alone + within) / 2
        score = (
            words
            if similarity is None
            else 0.5 * words + 0.35 * similarity + 0.35 * (passage.similarity or 0)
        )
        scored.append(
            ScoredSentence(
                passage=number, place=place, text=text, score=score, words=words, similarity=similarity
            )
        )
    return scored


def evidence(asked: tuple[str, ...], best: ScoredSentence, passage: Passage, common: Commonness) -> Evidence:
    """Collect what speaks for a sentence."""
    known = terms(f"{passage.title} {passage.heading} {' '.join(passage.keywords)} {passage.body}")
    return Evidence(
        words=coverage(asked, known, common),
        sentence_words=best.words,
        passage_similarity=passage.similarity,
        sentence_similarity=best.similarity,
    )


def confidence(seen: Evidence) -> float:
    """Turn evidence into the probability that the sentence answers the question."""
    if seen.passage_similarity is None or seen.sentence_similarity is None:
        curve, meaning = BY_WORDS, 0.0
    else:
        curve = BY_MEANING
        meaning = (
            curve.passage_similarity * seen.passage_similarity
            + curve.sentence_similarity * seen.sentence_similarity
        )
    strength = curve.bias + curve.words * seen.words + curve.sentence_words * seen.sentence_words + meaning
    return 1 / (1 + math.exp(-strength))
