"""Turns what the views say of held-out examples into probabilities, and draws the line of scope."""

from dataclasses import replace

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize

from frontdesk_nlu.intents.blend import Blend, Doubles, Scope, Views, log_odds, softmax
from frontdesk_nlu.intents.ngrams import Floats, Rows

REJECTED_IN_SCOPE = 0.05
SPREAD_SHARE = 0.5
START = (6.0, 2.0)
"""About what meaning and wording weigh in the end; the search is convex, so its start decides nothing."""

PLAIN_SHARE = 0.04
"""What the regression weighs beside the meaning. Twice as much makes held-out examples of Banking77 a little
likelier still, but names three in a thousand more of them wrongly; nothing makes them a tenth less likely."""

HEAVIEST = 200.0

Flags = npt.NDArray[np.bool_]


def choose_blend(held_out: Views, labels: Rows) -> Blend:
    """Weigh the views so that the right intents are likeliest, then mend the first place."""
    rough = Blend(*weigh_views(held_out, labels))
    shares = rough.shares(rough.scores(held_out))
    slope, offset = mend(shares.max(axis=1), shares.argmax(axis=1) == labels)
    return replace(rough, slope=slope, offset=offset)


def weigh_views(held_out: Views, labels: Rows) -> tuple[float, float, float]:
    """Return the weights of the views with the highest held-out likelihood; none is below zero."""
    vectors = held_out.meaning + np.float32(PLAIN_SHARE) * held_out.plain
    sides = np.stack([vectors, held_out.words])
    rows = np.arange(len(labels))

    def loss(weights: Doubles) -> tuple[float, Doubles]:
        """Rate one weighing, and tell where it gets better."""
        shares = softmax(np.tensordot(weights.astype(np.float32), sides, axes=1))
        missed = -np.log(np.maximum(shares[rows, labels], 1e-12)).mean()
        shares[rows, labels] -= 1
        slope = np.tensordot(sides, shares, axes=((1, 2), (0, 1))) / len(labels)
        return float(missed), slope.astype(np.float64)

    found = minimize(loss, np.array(START), jac=True, method="L-BFGS-B", bounds=[(0.0, HEAVIEST)] * 2)
    meaning, words = (float(weight) for weight in found.x)
    return meaning, words, PLAIN_SHARE * meaning


def mend(sure: Floats, right: Flags) -> tuple[float, float]:
    """Fit how often the first place is right at each confidence; few examples change little."""
    odds, side = log_odds(sure.astype(np.float64)), np.where(right, 1.0, -1.0)

    def loss(line: Doubles) -> float:
        """Rate one line through the log-odds; the straight one is the prior."""
        missed = np.logaddexp(0, -side * (line[0] * odds + line[1])).sum()
        return float(missed + (line[0] - 1) ** 2 + line[1] ** 2) / len(side)

    slope, offset = minimize(loss, np.array([1.0, 0.0]), method="Nelder-Mead").x
    return max(float(slope), 0.05), float(offset)


def fit_scope(held_out: Views) -> Scope:
    """Draw the line so that one in twenty held-out examples lies beyond it."""
    familiarity = held_out.familiarity()
    line = np.quantile(familiarity, REJECTED_IN_SCOPE)
    return Scope(float(line), SPREAD_SHARE * float(familiarity.std()) + 1e-3)
