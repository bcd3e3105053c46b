"""Weighs whether the two sides of a cut are two wishes, or one wish and its story."""

from dataclasses import dataclass

import numpy as np

from frontdesk_nlu.clauses.cutting import Cut
from frontdesk_nlu.clauses.shape import Shape
from frontdesk_nlu.encoding.encoder import Vector
from frontdesk_nlu.intents.ngrams import Floats


@dataclass(frozen=True)
class Reading:
    """What the intent model says of a text or of one side of it."""

    vector: Vector
    probabilities: Floats
    out_of_scope: float

    @property
    def best(self) -> int:
        """The position of the likeliest intent."""
        return int(self.probabilities.argmax())

    @property
    def sureness(self) -> float:
        """The confidence in the likeliest intent."""
        return float(self.probabilities.max())


CHEAP = (
    "one", "whole_sure", "whole_second", "whole_far", "stop", "comma", "adds", "joins", "adds_stop",
    "left_question", "right_question", "left_request", "right_request", "both_wish", "story",
    "left_dependent", "right_dependent", "right_mentions", "left_adds", "right_adds", "left_short",
    "right_short", "length_balance",
)  # fmt: skip
"""Signs that are known before the sides are read."""

DEAR = (
    "left_sure", "right_sure", "weaker", "left_doubt", "right_doubt", "left_far", "right_far", "whole_left",
    "whole_right", "lesser", "shared", "alike", "left_whole_alike", "right_whole_alike",
)  # fmt: skip
SIGNS = CHEAP + DEAR


def cheap_signs(cut: Cut, whole: Reading, left: Shape, right: Shape) -> list[float]:
    """Tell what stands between the two sides, how each begins, and how sure the whole is, as in `CHEAP`."""
    second, first = np.partition(whole.probabilities, -2)[-2:].tolist()
    wishes = left.question or left.request, right.question or right.request
    both, adds = all(wishes), cut.adds or right.adds
    return [
        float(sign)
        for sign in (
            1, first, second, whole.out_of_scope,
            cut.stop, cut.comma, cut.adds, cut.joins, cut.adds and cut.stop,
            left.question, right.question, left.request, right.request, both, not both and not adds,
            left.dependent, right.dependent, right.mentions, left.adds, right.adds, left.words < 4,
            right.words < 4, min(left.words, right.words) / max(left.words, right.words, 1),
        )
    ]  # fmt: skip


def dear_signs(whole: Reading, left: Reading, right: Reading) -> list[float]:
    """Tell how sure, how different and how much a part of the whole the two sides are, as in `DEAR`."""
    of_left, of_right = float(whole.probabilities[left.best]), float(whole.probabilities[right.best])
    return [
        left.sureness,
        right.sureness,
        min(left.sureness, right.sureness),
        doubt(left),
        doubt(right),
        left.out_of_scope,
        right.out_of_scope,
        of_left,
        of_right,
        min(of_left, of_right),
        float(np.minimum(left.probabilities, right.probabilities).sum()),
        float(left.vector @ right.vector),
        float(left.vector @ whole.vector),
        float(right.vector @ whole.vector),
    ]


def doubt(reading: Reading) -> float:
    """Return how much is left of certainty, on a scale where each halving counts alike."""
    return float(np.log(1 - reading.sureness + 0.02))
