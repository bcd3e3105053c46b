"""How much a text looks like an attack or a threat: fitted weights over its words and its vector; pure."""

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise

_WORD = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]|[^\W_]+(?:'[^\W_]+)?")
"""A word; in scripts without spaces, a letter."""
WINDOW, STEP = 60, 30
"""Words that are judged together: an attack inside a long letter is not thinned out by the rest."""
READ_WORDS = 600
_MOST = 30.0


@dataclass(frozen=True)
class WordWeights:
    """What single words and pairs of neighbours say."""

    bias: float
    weights: Mapping[str, float]

    def logit(self, words: Sequence[str]) -> float:
        """Weigh the words as the set they are, whatever their number."""
        found = shingles(words)
        if not found:
            return self.bias
        known = self.weights
        return self.bias + sum([known[one] for one in found if one in known]) / math.sqrt(len(found))


@dataclass(frozen=True)
class MeaningWeights:
    """What the words' verdict and the vector say together."""

    bias: float
    words: float
    vector: tuple[float, ...]
    square: float = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "square", math.hypot(*self.vector) ** 2)

    def logit(self, of_words: float, vector: Sequence[float]) -> float:
        """Add what the vector says, by the law of cosines: distances are measured in C."""
        read = tuple(vector)
        product = (self.square + math.hypot(*read) ** 2 - math.dist(read, self.vector) ** 2) / 2
        return self.bias + self.words * of_words + product


@dataclass(frozen=True, kw_only=True)
class Question:
    """One kind of text that is looked for, with the two ways to know it."""

    words: WordWeights
    meaning: MeaningWeights
    words_line: float
    """From this likelihood on words alone suffice."""
    line: float
    """From this likelihood on words and vector together suffice."""

    def by_words(self, text: str) -> float:
        """Return how likely a folded text is of this kind, 0 to 1, by its likeliest passage."""
        return likely(max(map(self.words.logit, windows(words_of(text)))))

    def by_meaning(self, text: str, vector: Sequence[float]) -> float:
        """Return how likely it is with the text's vector, 0 to 1."""
        return likely(self.meaning.logit(max(map(self.words.logit, windows(words_of(text)))), vector))


@dataclass(frozen=True, kw_only=True)
class AttackModel:
    """The two questions that are asked of each message."""

    attack: Question
    threat: Question


@lru_cache(maxsize=16)
def words_of(text: str) -> tuple[str, ...]:
    """Divide a folded text into its words."""
    return tuple(_WORD.findall(text)[:READ_WORDS])


def windows(words: Sequence[str]) -> Iterator[Sequence[str]]:
    """Yield the passages of a text; a short one is a single passage."""
    yield words[:WINDOW]
    for begin in range(STEP, len(words) - STEP, STEP):
        yield words[begin : begin + WINDOW]


def shingles(words: Sequence[str]) -> set[str]:
    """Collect words and pairs of neighbours."""
    return {*words, *map(" ".join, pairwise(words))}


def likely(logit: float) -> float:
    """Turn a sum of weights into a likelihood."""
    return 1 / (1 + math.exp(-max(-_MOST, min(_MOST, logit))))
