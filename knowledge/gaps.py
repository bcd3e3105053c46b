"""Questions that the articles left open, brought together with their like; pure."""

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import mul

from knowledge.base import normalised
from knowledge.terms import terms

ALIKE = 0.8
"""Questions whose vectors are this near ask the same; measured on paraphrases of the sample questions."""
ALIKE_IN_WORDS = 0.5
MOST_WORDINGS = 5


@dataclass(frozen=True, kw_only=True)
class Asked:
    """One question that was not answered."""

    text: str
    language: str
    vector: Sequence[float] | None
    nearest: tuple[tuple[str, str], ...]
    """Ids and titles of the articles that came nearest, the best first."""
    conversation_id: str
    seq: int
    at: datetime


@dataclass(frozen=True, kw_only=True)
class Suggested:
    """An article that a gap could be closed in."""

    article_id: str
    title: str
    near: int
    """For how many of the questions it was among the nearest."""


@dataclass(frozen=True, kw_only=True)
class Gap:
    """Something that customers ask and no article answers."""

    questions: tuple[str, ...]
    """Its wordings, the most frequent first."""
    language: str
    asked: int
    conversations: int
    last_at: datetime
    example: tuple[str, int]
    """Conversation and turn of the last one, to look at."""
    suggested: tuple[Suggested, ...]


def find_gaps(asked: Iterable[Asked]) -> list[Gap]:
    """Bring questions together that ask the same, the most frequent first."""
    groups: list[list[Asked]] = []
    leaders: list[tuple[Asked, frozenset[str], float]] = []
    for one in asked:
        words, length = frozenset(terms(one.text)), _length(one.vector)
        for group, leader in zip(groups, leaders, strict=True):
            if _alike(one, words, length, leader):
                group.append(one)
                break
        else:
            groups.append([one])
            leaders.append((one, words, length))
    return sorted((_gap(group) for group in groups), key=lambda gap: (-gap.asked, gap.questions))


def _alike(one: Asked, words: frozenset[str], length: float, to: tuple[Asked, frozenset[str], float]) -> bool:
    """Compare by meaning where both have a vector, by words elsewhere."""
    other, other_words, other_length = to
    if one.language != other.language:
        return False
    if normalised(one.text) == normalised(other.text):
        return True
    if one.vector is not None and other.vector is not None and length and other_length:
        return bool(sum(map(mul, one.vector, other.vector)) >= ALIKE * length * other_length)
    both = words & other_words
    return bool(both) and len(both) >= ALIKE_IN_WORDS * len(words | other_words)


def _length(vector: Sequence[float] | None) -> float:
    return math.sqrt(sum(map(mul, vector, vector))) if vector is not None else 0.0


def _gap(group: Sequence[Asked]) -> Gap:
    """Describe questions that ask the same."""
    wordings = Counter(normalised(one.text) for one in group)
    written = {normalised(one.text): one.text for one in reversed(group)}
    near = Counter(article for one in group for article in one.nearest)
    last = max(group, key=lambda one: (one.at, one.seq))
    return Gap(
        questions=tuple(written[each] for each, _ in wordings.most_common(MOST_WORDINGS)),
        language=last.language,
        asked=len(group),
        conversations=len({one.conversation_id for one in group}),
        last_at=last.at,
        example=(last.conversation_id, last.seq),
        suggested=tuple(
            Suggested(article_id=each, title=title, near=number)
            for (each, title), number in near.most_common(3)
        ),
    )
