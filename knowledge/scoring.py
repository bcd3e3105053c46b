"""How well a sentence and a passage answer a question: pure arithmetic on words and similarities."""

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from knowledge.passage import Passage, words_of
from knowledge.terms import Commonness, article_terms, coverage, terms, weighed


@dataclass(frozen=True, kw_only=True)
class ScoredSentence:
    """One sentence of a passage and how well it answers; scores are only compared with each other."""

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
    """What speaks for the best sentence being an answer; the similarities are None without vectors."""

    words: float
    """Share of the question's weight in its passage, with title, headings and keywords."""
    sentence_words: float
    passage_similarity: float | None
    sentence_similarity: float | None
    nearest_similarity: float | None
    """The highest of any sentence found: how near the articles come to the question at all."""
    lead: float
    """How much stronger its passage is than the best one of any other article."""
    unknown: float
    """Share of the question's weight in words that no article holds."""


@dataclass(frozen=True, kw_only=True)
class Weights:
    """What counts how much when sentences are compared with each other."""

    own_words: float
    words_with_headings: float
    words_of_passage: float
    similarity: float
    passage_similarity: float
    first: float
    """The first sentence of a section usually says what its heading asks."""
    figure: float
    """A question for a time, a price or a number wants a sentence with a figure."""


# Both sets were found by search over labelled questions (tests/integration/test_knowledge_questions.yaml);
# they compare sentences with each other, so only their proportions mean something.
BY_MEANING = Weights(
    own_words=0.1,
    words_with_headings=0.1,
    words_of_passage=0.1,
    similarity=0.35,
    passage_similarity=0.35,
    first=0.05,
    figure=0.18,
)
BY_WORDS = Weights(
    own_words=0.4,
    words_with_headings=0.35,
    words_of_passage=0.25,
    similarity=0.0,
    passage_similarity=0.0,
    first=0.1,
    figure=0.12,
)
SENTENCE = 12.0
"""What a sentence's own score counts beside the strength of its passage."""
MOST_LEAD = 5.0
_FIGURE = re.compile(r"\d")
_ASKS_FIGURE = re.compile(
    r"\b(?:how (?:long|much|many|often|heavy|tall|high|big|fast|soon)|when|what time|(?:at|from|until) what"
    r"|number|highest|lowest|temperature)\b",
    re.IGNORECASE,
)


def score_sentences(question: str, passages: Sequence[Passage], common: Commonness) -> list[ScoredSentence]:
    """Score every sentence of the passages, in the order in which they stand."""
    asked, wants_figure = weighed(terms(question), common), _ASKS_FIGURE.search(question) is not None
    return [
        scored
        for number, passage in enumerate(passages)
        for scored in _score_passage(asked, wants_figure, number, passage)
    ]


def _score_passage(
    asked: Mapping[str, float], wants_figure: bool, number: int, passage: Passage
) -> Iterator[ScoredSentence]:
    """Score a passage's sentences, by meaning where there are vectors and by words elsewhere."""
    above = article_terms(f"{passage.title} {passage.heading}")
    whole = coverage(asked, article_terms(words_of(passage)))
    similarities = passage.sentence_similarities or [None] * len(passage.sentences)
    for place, (text, similarity) in enumerate(zip(passage.sentences, similarities, strict=True)):
        weights = BY_WORDS if similarity is None else BY_MEANING
        own = article_terms(text)
        alone = coverage(asked, own)
        within = coverage(asked, own | above)
        score = (
            weights.own_words * alone
            + weights.words_with_headings * within
            + weights.words_of_passage * whole
            + weights.similarity * (similarity or 0.0)
            + weights.passage_similarity * (passage.similarity or 0.0)
            + weights.first * (place == 0)
            + weights.figure * (wants_figure and _FIGURE.search(text) is not None)
        )
        words = (alone + within) / 2
        yield ScoredSentence(
            passage=number, place=place, text=text, score=score, words=words, similarity=similarity
        )


def together(sentence: ScoredSentence, strengths: Sequence[float]) -> float:
    """Compare sentences by themselves and by their passages; without vectors by themselves alone."""
    if sentence.similarity is None:
        return sentence.score
    return SENTENCE * sentence.score + strengths[sentence.passage]


def evidence(
    question: str,
    best: ScoredSentence,
    scored: Sequence[ScoredSentence],
    passages: Sequence[Passage],
    common: Commonness,
    strengths: Sequence[float],
) -> Evidence:
    """Collect what speaks for the best of the scored sentences."""
    passage, asked = passages[best.passage], weighed(terms(question), common)
    similarities = [sentence.similarity for sentence in scored if sentence.similarity is not None]
    others = [
        strength
        for strength, each in zip(strengths, passages, strict=True)
        if each.article_id != passage.article_id
    ]
    return Evidence(
        words=coverage(asked, article_terms(words_of(passage))),
        sentence_words=best.words,
        passage_similarity=passage.similarity,
        sentence_similarity=best.similarity,
        nearest_similarity=max(similarities, default=None),
        lead=strengths[best.passage] - max(others, default=strengths[best.passage] - MOST_LEAD),
        unknown=sum(share for term, share in asked.items() if term not in common),
    )


def confidence(seen: Evidence) -> float:
    """Turn evidence into the probability that the sentence answers the question.

    Two logistic curves, fitted on questions with and without an answer; the
    one for words alone serves while there are no vectors.
    """
    if seen.passage_similarity is None or seen.sentence_similarity is None or seen.nearest_similarity is None:
        strength = -3.1 + 4.3 * seen.words + 1.3 * seen.sentence_words
    else:
        strength = (
            -5.1
            + 2.3 * seen.words
            + 5.1 * seen.passage_similarity
            + 0.4 * seen.sentence_similarity
            + 2.5 * seen.nearest_similarity
            + 0.3 * seen.lead
            - 2.0 * seen.unknown
        )
    return 1 / (1 + math.exp(-strength))
