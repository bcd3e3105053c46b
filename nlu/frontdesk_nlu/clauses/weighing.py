"""Weighs whether the two sides of a cut are two wishes, or one wish and its story."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from frontdesk_nlu.clauses.cutting import Cut
from frontdesk_nlu.clauses.glancing import Glance
from frontdesk_nlu.clauses.shape import Shape
from frontdesk_nlu.encoding.encoder import Vector
from frontdesk_nlu.intents.blend import Judgement
from frontdesk_nlu.intents.ngrams import Floats
from frontdesk_nlu.intents.parts import PartsJudge

COURTESIES = frozenset({"affirm", "deny", "goodbye", "greeting", "thanks"})
"""What intents are called that accompany a wish; a model without them is served as well."""


@dataclass(frozen=True)
class Reading:
    """What the intent model says of a text or of one side of it."""

    vector: Vector
    probabilities: Floats
    out_of_scope: float
    courtesy: bool = False
    """The likeliest intent is one that nobody has beside another: thanks, a greeting."""

    @property
    def best(self) -> int:
        """The position of the likeliest intent."""
        return int(self.probabilities.argmax())

    @property
    def sureness(self) -> float:
        """The confidence in the likeliest intent."""
        return float(self.probabilities.max())


def readings(vectors: Vector, judge: PartsJudge, texts: Sequence[str]) -> Sequence[Reading]:
    """Judge texts whose vectors are known."""
    judged = judge.judge_many(texts, vectors)
    return [
        Reading(
            vector, judgement.probabilities, judgement.out_of_scope, named(judge, judgement) in COURTESIES
        )
        for vector, judgement in zip(vectors, judged, strict=True)
    ]


def named(judge: PartsJudge, judgement: Judgement) -> str:
    """Name the likeliest intent."""
    return judge.names[int(judgement.probabilities.argmax())]


CHEAP = (
    "one", "whole_sure", "whole_second", "whole_far", "stop", "comma", "adds", "joins", "adds_stop", "dash",
    "bare",
    "left_question", "right_question", "left_request", "right_request", "both_wish", "story",
    "left_dependent", "right_dependent", "right_mentions", "left_adds", "right_adds", "left_short",
    "right_short", "length_balance", "tiny", "stop_both", "comma_both", "joins_both", "bare_both",
    "right_mentions_joins", "left_open", "right_fact",
)  # fmt: skip
"""Signs that are known before the sides are read."""

NEAR = (
    "rough_left", "rough_right", "rough_weaker", "rough_left_second", "rough_right_second", "rough_differ",
    "rough_crossed", "rough_alike", "rough_left_whole", "rough_right_whole", "rough_shared",
    "rough_whole_left", "rough_whole_right", "rough_whole_lesser", "rough_alike_joins", "rough_alike_stop",
    "rough_alike_comma", "rough_alike_bare", "rough_sure_differ", "rough_whole_neither",
)  # fmt: skip
"""Signs of a first look at the sides, within the whole text."""

DEAR = (
    "left_sure", "right_sure", "weaker", "left_doubt", "right_doubt", "left_far", "right_far", "whole_left",
    "whole_right", "lesser", "shared", "alike", "left_whole_alike", "right_whole_alike",
    "whole_left_log", "whole_right_log", "crossed_log", "blended", "farther", "whole_changes", "both_sure",
    "both_sure_stop", "both_sure_joins", "both_sure_weak", "alike_joins", "alike_stop",
    "courteous", "greeted",
)  # fmt: skip
"""Signs that the sides give once they are encoded and judged by themselves."""


def cheap_signs(cut: Cut, whole: Reading, left: Shape, right: Shape) -> list[float]:
    """Tell what stands between the two sides, how each begins, and how sure the whole is, as in `CHEAP`."""
    second, first = np.partition(whole.probabilities, -2)[-2:].tolist()
    wishes = left.question or left.request, right.question or right.request
    both, adds = all(wishes), cut.adds or right.adds
    return [
        float(sign)
        for sign in (
            1, first, second, whole.out_of_scope,
            cut.stop, cut.comma, cut.adds, cut.joins, cut.adds and cut.stop, cut.dash, cut.bare,
            left.question, right.question, left.request, right.request, both, not both and not adds,
            left.dependent, right.dependent, right.mentions, left.adds, right.adds, left.words < 4,
            right.words < 4, min(left.words, right.words) / max(left.words, right.words, 1),
            min(left.words, right.words) < 3, cut.stop and both, cut.comma and both, cut.joins and both,
            cut.bare and both, right.mentions and cut.joins, left.dependent and not wishes[1],
            not (wishes[1] or right.dependent),
        )
    ]  # fmt: skip


def near_signs(cut: Cut, whole: Reading, seen: Glance) -> list[float]:
    """Tell how different the sides are as they stand in the whole text, as in `NEAR`."""
    left_second, left = np.partition(seen.left_rates, -2)[-2:].tolist()
    right_second, right = np.partition(seen.right_rates, -2)[-2:].tolist()
    on_left, on_right = int(seen.left_rates.argmax()), int(seen.right_rates.argmax())
    of_left, of_right = float(whole.probabilities[on_left]), float(whole.probabilities[on_right])
    alike, weaker, differ = float(seen.left @ seen.right), min(left, right), on_left != on_right
    return [
        left, right, weaker, left_second, right_second, float(differ),
        max(float(seen.left_rates[on_right]), float(seen.right_rates[on_left])),
        alike, float(seen.left @ whole.vector), float(seen.right @ whole.vector),
        float(np.minimum(seen.left_rates, seen.right_rates).clip(0).sum()),
        small(of_left), small(of_right), small(min(of_left, of_right)),
        alike * cut.joins, alike * cut.stop, alike * cut.comma, alike * cut.bare,
        differ * weaker, float(whole.best not in (on_left, on_right)),
    ]  # fmt: skip


def dear_signs(cut: Cut, whole: Reading, left: Reading, right: Reading) -> list[float]:
    """Tell how sure, how different and how much a part of the whole the two sides are, as in `DEAR`."""
    of_left, of_right = float(whole.probabilities[left.best]), float(whole.probabilities[right.best])
    weaker = min(left.sureness, right.sureness)
    crossed = max(float(left.probabilities[right.best]), float(right.probabilities[left.best]))
    alike = float(left.vector @ right.vector)
    to_left, to_right = float(left.vector @ whole.vector), float(right.vector @ whole.vector)
    both = left.vector + right.vector
    weak = not (cut.stop or cut.joins or cut.adds)
    return [
        left.sureness, right.sureness, weaker, doubt(left), doubt(right),
        left.out_of_scope, right.out_of_scope,
        of_left, of_right, min(of_left, of_right),
        float(np.minimum(left.probabilities, right.probabilities).sum()),
        alike, to_left, to_right,
        small(of_left), small(of_right), small(crossed),
        float(both @ whole.vector / (np.linalg.norm(both) + 1e-6)) - max(to_left, to_right),
        max(left.out_of_scope, right.out_of_scope), float(whole.best not in (left.best, right.best)),
        weaker**4, weaker**4 * cut.stop, weaker**4 * cut.joins, weaker**4 * weak,
        alike * cut.joins, alike * cut.stop,
        float(left.courtesy or right.courtesy), float(left.courtesy and cut.comma),
    ]  # fmt: skip


def small(share: float) -> float:
    """Put a share on a scale on which a tenth of it is a step."""
    return float(np.log10(share + 1e-4))


def doubt(reading: Reading) -> float:
    """Return how much is left of certainty, on a scale where each halving counts alike."""
    return float(np.log(1 - reading.sureness + 0.02))
