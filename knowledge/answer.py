"""Compose an answer from sentences of the articles, each with its source; pure."""

import re
from collections.abc import Sequence

from knowledge.answer_types import Answered, Citation, NoAnswer
from knowledge.passage import Passage
from knowledge.ranking import strengths_of
from knowledge.scoring import ScoredSentence, confidence, evidence, score_sentences, together
from knowledge.terms import Commonness, article_terms, terms

MOST_SENTENCES = 3
MOST_CHARS = 480
SHORT_SECTION = 320
"""A section this short is quoted whole: what belongs together stays together."""
_CLOSE = 2.0
"""Two passages whose strength differs by less are nearly equal."""
_GOOD_BESIDE = 0.72
"""A sentence beside the best one is quoted too from this share of its score on."""
_GOOD_ELSEWHERE = 0.7
_TWO_PARTS = re.compile(r"\band\b|\?.*\w.*\?", re.IGNORECASE)
"""Only a question that asks for two things is answered from two passages."""
_LEANING = (
    "It ",
    "They ",
    "This ",
    "These ",
    "That ",
    "Then ",
    "If it ",
    "If they ",
    "Until then ",
    "We then ",
)
"""How sentences begin that are understood only after the one before."""


def compose(
    question: str, passages: Sequence[Passage], common: Commonness, floor: float
) -> Answered | NoAnswer:
    """Quote the sentences that answer best, from two passages where they are nearly equal, or none."""
    scored = score_sentences(question, passages, common)
    if not scored or not terms(question):
        return NoAnswer(confidence=0.0, nearest=())
    strengths = strengths_of(question, passages, common)
    best = max(scored, key=lambda sentence: together(sentence, strengths))
    sure = confidence(evidence(question, best, scored, passages, common, strengths))
    if sure < floor:
        return NoAnswer(confidence=sure, nearest=_nearest(passages))
    parts = [_quoted(best, [each for each in scored if each.passage == best.passage])]
    second = _second_part(question, best, scored) if _TWO_PARTS.search(question) else None
    if second := second or _nearly_as_good(best, scored, strengths):
        parts.append([second])
    sources = tuple(cite(passages[part[0].passage], number) for number, part in enumerate(parts, start=1))
    text = " ".join(
        f"{sentence.text} [{source.number}]"
        for part, source in zip(parts, sources, strict=True)
        for sentence in part
    )
    return Answered(text=text, confidence=sure, citations=sources)


def _nearly_as_good(
    best: ScoredSentence, scored: Sequence[ScoredSentence], strengths: Sequence[float]
) -> ScoredSentence | None:
    """Find the best sentence of another passage that answers about as well: both are quoted then."""
    if best.similarity is None:
        return None
    others = [each for each in scored if each.passage != best.passage and not each.text.startswith(_LEANING)]
    next_best = max(others, key=lambda sentence: together(sentence, strengths), default=None)
    if next_best is None or together(best, strengths) - together(next_best, strengths) > _CLOSE:
        return None
    return next_best


def cite(passage: Passage, number: int) -> Citation:
    """Point at the passage's heading in its article."""
    return Citation(
        number=number,
        article_id=passage.article_id,
        title=passage.title,
        heading=passage.heading,
        url=f"/help/{passage.article_id}#{passage.anchor}",
        version=passage.version,
        passage=passage.body,
    )


def _nearest(passages: Sequence[Passage]) -> tuple[Citation, ...]:
    """Cite the first passage of each of the three nearest articles."""
    first: dict[str, Passage] = {}
    for passage in passages:
        first.setdefault(passage.article_id, passage)
    return tuple(cite(passage, number) for number, passage in enumerate(list(first.values())[:3], start=1))


def _second_part(
    question: str, best: ScoredSentence, scored: Sequence[ScoredSentence]
) -> ScoredSentence | None:
    """Find a sentence of another passage that speaks of what the best one leaves open."""
    open_words = set(terms(question)) - article_terms(best.text)
    others = [
        each
        for each in scored
        if each.passage != best.passage
        and each.score >= _GOOD_ELSEWHERE * best.score
        and open_words & article_terms(each.text)
        and not each.text.startswith(_LEANING)
    ]
    return max(others, key=lambda sentence: sentence.score, default=None)


def _short(section: Sequence[ScoredSentence]) -> bool:
    """Say whether a section is quoted whole."""
    length = sum(len(each.text) for each in section)
    return len(section) <= MOST_SENTENCES and length <= SHORT_SECTION


def _quoted(best: ScoredSentence, beside: Sequence[ScoredSentence]) -> list[ScoredSentence]:
    """Choose the sentences to quote: the best, what it leans on, and equally good ones, in reading order."""
    if best.similarity is not None and _short(beside):
        return list(beside)
    chosen = {best.place: best}
    before = best
    while before.text.startswith(_LEANING) and before.place > 0 and len(chosen) < MOST_SENTENCES:
        before = beside[before.place - 1]
        chosen[before.place] = before
    for sentence in sorted(beside, key=lambda each: -each.score):
        length = sum(len(each.text) for each in chosen.values()) + len(sentence.text)
        fits = len(chosen) < MOST_SENTENCES and length <= MOST_CHARS
        leans = sentence.text.startswith(_LEANING) and sentence.place - 1 not in chosen
        if fits and not leans and sentence.score >= _GOOD_BESIDE * best.score:
            chosen.setdefault(sentence.place, sentence)
    return [chosen[place] for place in sorted(chosen)]
