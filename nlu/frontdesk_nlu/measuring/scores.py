"""Figures over judged texts: pure functions of what was said and what is true."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from sklearn.metrics import f1_score, roc_auc_score, roc_curve

OUT_OF_SCOPE = "oos"
BINS = 15
REJECTED_IN_SCOPE = 0.05
ROC_POINTS = 60

Numbers = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Judged:
    """What was said of one text."""

    text: str
    truth: str
    said: str
    confidence: float
    out_of_scope: float

    @property
    def inside(self) -> bool:
        """Whether the text has an intent at all."""
        return self.truth != OUT_OF_SCOPE

    @property
    def right(self) -> bool:
        """Whether the intent is the one."""
        return self.said == self.truth


@dataclass(frozen=True)
class Bin:
    """Texts of about the same confidence."""

    confidence: float
    accuracy: float
    count: int


def intent_figures(judged: Sequence[Judged]) -> dict[str, float]:
    """Measure naming and calibration on the texts that have an intent, without rejection."""
    inside = [one for one in judged if one.inside]
    truth, said = [one.truth for one in inside], [one.said for one in inside]
    return {
        "texts_count": len(inside),
        "intents_count": len(set(truth)),
        "accuracy": float(np.mean([one.right for one in inside])),
        "macro_f1": macro_f1(truth, said),
        "ece": calibration_error(reliability(inside)),
    }


def scope_figures(judged: Sequence[Judged], line: float) -> dict[str, float]:
    """Measure how texts without an intent are told apart; nothing when there are none."""
    outside = np.array([not one.inside for one in judged])
    if not outside.any() or outside.all():
        return {}
    far = np.array([one.out_of_scope for one in judged])
    return {
        "oos_count": int(outside.sum()),
        "oos_auroc": auroc(outside, far),
        "oos_recall": float((far[outside] > line).mean()),
        "oos_rejected_in_scope": float((far[~outside] > line).mean()),
    }


def scope_line(judged: Sequence[Judged]) -> float:
    """Return the value above which one in twenty texts with an intent lies."""
    far = [one.out_of_scope for one in judged if one.inside]
    return float(np.quantile(far, 1 - REJECTED_IN_SCOPE))


def macro_f1(truth: Sequence[str], said: Sequence[str]) -> float:
    """Return the mean of each class's F1, over the classes that occur."""
    occurring = sorted(set(truth))
    return float(f1_score(truth, said, labels=occurring, average="macro", zero_division=0))


def auroc(positive: Flags, scores: npt.ArrayLike) -> float:
    """Return how often a positive text is ranked above another; ties count half."""
    return float(roc_auc_score(positive, scores))


def reliability(judged: Sequence[Judged]) -> list[Bin]:
    """Put judged texts into bins of confidence."""
    return bins(np.array([one.confidence for one in judged]), np.array([one.right for one in judged]))


def bins(sure: Numbers, right: Flags) -> list[Bin]:
    """Put texts into fifteen bins of confidence; empty ones are left out."""
    places = np.minimum((sure * BINS).astype(int), BINS - 1)
    return [
        Bin(float(sure[places == at].mean()), float(right[places == at].mean()), int((places == at).sum()))
        for at in range(BINS)
        if (places == at).any()
    ]


def calibration_error(bins: Sequence[Bin]) -> float:
    """Return the expected gap between confidence and accuracy."""
    total = sum(one.count for one in bins)
    return sum(abs(one.confidence - one.accuracy) * one.count for one in bins) / total


def confusions(judged: Sequence[Judged]) -> list[tuple[str, str, int]]:
    """Count the wrong pairs, the most frequent first."""
    pairs = Counter((one.truth, one.said) for one in judged if one.inside and not one.right)
    return [(truth, said, count) for (truth, said), count in sorted(pairs.items(), key=lambda p: (-p[1], p))]


def scope_curve(judged: Sequence[Judged]) -> list[tuple[float, float]]:
    """Return points of (rejected in scope, found out of scope); none without both kinds."""
    outside = np.array([not one.inside for one in judged])
    if not outside.any() or outside.all():
        return []
    wrong, found, _ = roc_curve(outside, [one.out_of_scope for one in judged])
    shown = np.linspace(0, len(wrong) - 1, min(ROC_POINTS, len(wrong))).astype(int)
    return [(float(wrong[at]), float(found[at])) for at in shown]
