"""Fits the two weighings of a question: words alone, then words and vector together."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from evals.resolution.fit import logistic
from guardrails.attack_model import (
    MeaningWeights,
    WordWeights,
    shingles,
    windows,
    words_of,
)

Numbers = npt.NDArray[np.float64]
VECTOR_SCALE, WORDS_SCALE = 5.0, 1 / 3
FEWEST, STIFF, ROUNDS, BLUNT = 2, 1.0, 300, 0.05
"""A word counts from its second text on; weights below the last are left out of the file."""
MOST_LOGIT = 8.0


@dataclass(frozen=True)
class Passages:
    """The passages of all texts as words that are known, and to which text each belongs."""

    words: npt.NDArray[np.int64]
    values: Numbers
    starts: npt.NDArray[np.int64]
    owner: npt.NDArray[np.int64]


def fit_words(texts: Sequence[str], truth: Numbers, weights: Numbers) -> WordWeights:
    """Fit what words and pairs of neighbours say; each passage of a text is a lesson of its own."""
    found = [[shingles(part) for part in windows(words_of(text))] for text in texts]
    counted = Counter(one for parts in found for one in set().union(*parts))
    names = sorted(name for name, often in counted.items() if often >= FEWEST)
    passages = _passages(found, {name: place for place, name in enumerate(names)})
    of_text = np.bincount(passages.owner, minlength=len(texts))
    shares = (weights / np.sqrt(of_text))[passages.owner]
    bias, learnt = _descend(passages, truth[passages.owner], shares, len(names))
    kept = {name: round(float(value), 3) for name, value in zip(names, learnt, strict=True)}
    return WordWeights(round(bias, 4), {name: value for name, value in kept.items() if abs(value) >= BLUNT})


def fit_meaning(of_words: Numbers, vectors: Numbers, truth: Numbers, weights: Numbers) -> MeaningWeights:
    """Fit how much the words' verdict and the vector count beside one another."""
    verdicts = np.clip(of_words, -MOST_LOGIT, MOST_LOGIT)[:, None] * WORDS_SCALE
    found = logistic(np.hstack([verdicts, vectors * VECTOR_SCALE]), truth, weights)
    return MeaningWeights(
        bias=round(float(found[-1]), 4),
        words=round(float(found[0]) * WORDS_SCALE, 4),
        vector=tuple(round(float(one) * VECTOR_SCALE, 3) for one in found[1:-1]),
    )


def _passages(found: Sequence[Sequence[set[str]]], places: dict[str, int]) -> Passages:
    words: list[int] = []
    values: list[float] = []
    starts, owner = [0], []
    for text, parts in enumerate(found):
        for part in parts:
            known = [places[one] for one in part if one in places]
            words += known
            values += [1 / max(1, len(part)) ** 0.5] * len(known)
            starts.append(len(words))
            owner.append(text)
    return Passages(np.array(words), np.array(values), np.array(starts), np.array(owner))


def _descend(passages: Passages, truth: Numbers, weights: Numbers, count: int) -> tuple[float, Numbers]:
    """Minimise the logistic loss with a quadratic penalty, by an accelerated gradient."""
    rows = np.repeat(np.arange(len(truth)), np.diff(passages.starts))
    steep, bias_steep = 15.0 * float(weights.max()) + STIFF, 0.25 * float(weights.sum())
    here, ahead = np.zeros(count), np.zeros(count)
    bias, bias_ahead, pace = 0.0, 0.0, 1.0
    for _ in range(ROUNDS):
        summed = np.concatenate([[0.0], np.cumsum(ahead[passages.words] * passages.values)])
        logit = summed[passages.starts[1:]] - summed[passages.starts[:-1]] + bias_ahead
        miss = weights * (1 / (1 + np.exp(-np.clip(logit, -30, 30))) - truth)
        slope = np.bincount(passages.words, passages.values * miss[rows], count) + STIFF * ahead
        after, bias_after = ahead - slope / steep, bias_ahead - float(miss.sum()) / bias_steep
        faster = (1 + (1 + 4 * pace * pace) ** 0.5) / 2
        ahead = after + (pace - 1) / faster * (after - here)
        bias_ahead = bias_after + (pace - 1) / faster * (bias_after - bias)
        here, bias, pace = after, bias_after, faster
    return bias, here
