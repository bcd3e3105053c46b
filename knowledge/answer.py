"""Compose an answer from sentences of the articles, each with its source; pure."""

from collections.abc import Sequence

from knowledge.answer_types import Answered, Citation, NoAnswer
from knowledge.passage import Passage
from knowledge.scoring import ScoredSentence, confidence, evidence, score_sentences
from knowledge.terms import Commonness, terms

MOST_SENTENCES = 3
MOST_CHARS = 480
_GOOD_BESIDE = 0.72
"""A sentence beside the best one is quoted too from this share of its score on."""
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
    """Quote the one to three sentences that answer best, or say that nothing does."""
    asked = terms(question)
    scored = score_sentences(asked, passages, common)
    if not scored or not asked:
        return NoAnswer(confidence=0.0, nearest=())
    best = max(scored, key=lambda sentence: sentence.score)
    sure = confidence(evidence(asked, best, passages[best.passage], common))
    if sure < floor:
        return NoAnswer(confidence=sure, nearest=_nearest(passages))
    beside = [sentence for sentence in scored if sentence.passage == best.passage]
    quoted = _quoted(best, beside)
    source = cite(passages[best.passage], 1)
    text = " ".join(f"{sentence.text} [{source.number}]" for sentence in quoted)
    return Answered(text=text, confidence=sure, citations=(source,))


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
    first = {passage.article_id: passage for passage in reversed(passages)}
    found = [passage for passage in passages if first[passage.article_id] is passage][:3]
    return tuple(cite(passage, number) for number, passage in enumerate(found, start=1))


def _quoted(best: ScoredSentence, beside: Sequence[ScoredSentence]) -> list[ScoredSentence]:
    """Choose the sentences to quote: the best, what it leans on, and equally good ones, in reading order."""
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
