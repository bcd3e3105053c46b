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


SIGNS = (
    "one", "left_sure", "right_sure", "weaker", "left_far", "right_far", "whole_sure", "whole_left",
    "whole_right", "shared", "alike", "left_whole_alike", "right_whole_alike", "stop", "comma", "adds",
    "joins", "adds_stop", "left_question", "right_question", "left_request", "right_request", "left_wish",
    "right_wish", "both_wish", "left_dependent", "right_dependent", "right_mentions",
    "left_short", "right_short",
    "length_balance",
)  # fmt: skip


def signs(cut: Cut, whole: Reading, left: Reading, right: Reading, shapes: tuple[Shape, Shape]) -> Floats:
    """Collect what speaks for and against two wishes, in the order of `SIGNS`."""
    return np.array([1.0, *meaning_signs(whole, left, right), *surface_signs(cut, *shapes)], dtype=np.float32)


def meaning_signs(whole: Reading, left: Reading, right: Reading) -> list[float]:
    """Tell how sure, how different and how much a part of the whole the two sides are."""
    return [
        left.sureness,
        right.sureness,
        min(left.sureness, right.sureness),
        left.out_of_scope,
        right.out_of_scope,
        whole.sureness,
        float(whole.probabilities[left.best]),
        float(whole.probabilities[right.best]),
        float(np.minimum(left.probabilities, right.probabilities).sum()),
        float(left.vector @ right.vector),
        float(left.vector @ whole.vector),
        float(right.vector @ whole.vector),
    ]


def surface_signs(cut: Cut, left: Shape, right: Shape) -> list[float]:
    """Tell what stands between the two sides and how each begins."""
    left_wish, right_wish = left.question or left.request, right.question or right.request
    return [
        float(sign)
        for sign in (
            cut.stop, cut.comma, cut.adds, cut.joins, cut.adds and cut.stop,
            left.question, right.question, left.request, right.request, left_wish, right_wish,
            left_wish and right_wish, left.dependent, right.dependent, right.mentions,
            left.words < 4, right.words < 4, min(left.words, right.words) / max(left.words, right.words, 1),
        )
    ]  # fmt: skip
