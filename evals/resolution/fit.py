"""Fits the weights of the resolution classifier: two small logistic models, the same way every time."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import orjson

from app.understanding.contract import DIMENSIONS
from app.understanding.standing import CUES, WEIGHTS, SideFile, WeightsFile, model_of
from evals.resolution.cases import TUNING, Case, Read, counts, dataset, ending_of, first_words, taught_endings
from graphs.assess.standing import Ending, Side, StandingModel, features_of
from policies.model import Book

VECTOR_SCALE = 2.0
"""A vector's length is 1: scaled up, its directions count beside the words, but less than they."""
STIFFNESS = 1.0
BOOK_EXAMPLES, BOOK_WEIGHT = 24, 0.1
FORGETTING, FORGOTTEN_WEIGHT = 0.5, 0.5
"""A copy of each case forgets half of its words' signs, so that the vector learns to speak for them."""
BARE_WEIGHT = 0.5
"""Another has no vector: the words must be able to speak alone."""
ROUNDS = 30

Matrix = npt.NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Lesson:
    """A case as the model sees it."""

    ending: Ending
    case: Case
    weight: float


def lessons(book: Book, read: Read, model: StandingModel, cases: Sequence[Case]) -> Iterator[Lesson]:
    """Yield each case as it is, and our own also with half of its signs forgotten and without a vector."""
    forget = random.Random(7)
    for case in cases:
        ending = ending_of(case, read, model)
        yield Lesson(ending=ending, case=case, weight=case.weight)
        if case.source != "book":
            kept = frozenset(sign for sign in sorted(ending.signs) if forget.random() > FORGETTING)
            yield Lesson(ending=replace(ending, signs=kept), case=case, weight=case.weight * FORGOTTEN_WEIGHT)
            yield Lesson(ending=replace(ending, vector=None), case=case, weight=case.weight * BARE_WEIGHT)


def cases_to_learn(book: Book) -> list[Case]:
    """Gather what may be learnt from: our own endings, the tuning half, the book's examples."""
    own = [*taught_endings(), *dataset(TUNING)]
    return [*own, *first_words(book, of_each=BOOK_EXAMPLES, weight=BOOK_WEIGHT)]


def fit(book: Book, read: Read, *, cases: Sequence[Case] | None = None) -> WeightsFile:
    """Fit both questions."""
    nothing = Side(0.0, {}, ())
    model = model_of(CUES, nothing, nothing)
    cases = cases_to_learn(book) if cases is None else cases
    learnt = list(lessons(book, read, model, cases))
    names = sorted({name for lesson in learnt for name in features_of(lesson.ending)})
    rows = np.array([_row(lesson.ending, names) for lesson in learnt])
    weights = np.array([lesson.weight for lesson in learnt])
    resolved = np.array([lesson.case.resolved for lesson in learnt], dtype=float)
    escalate = np.array([lesson.case.escalate for lesson in learnt], dtype=float)
    return WeightsFile(
        provenance={
            "fitted_on": f"evals/resolution/endings.yaml, evals/datasets/{TUNING.name}, the book's examples",
            **{f"{source}_cases": count for source, count in sorted(counts(cases).items())},
            "by": "frontdesk eval resolution --fit",
        },
        resolution=_side(logistic(rows, resolved, weights), names),
        escalation=_side(logistic(rows, escalate, weights), names),
    )


def keep(fitted: WeightsFile, path: Path = WEIGHTS) -> None:
    """Write the weights where the engine loads them."""
    path.write_bytes(orjson.dumps(fitted.model_dump(), option=orjson.OPT_INDENT_2) + b"\n")


def logistic(rows: Matrix, truth: Matrix, weights: Matrix) -> Matrix:
    """Return the coefficients, the bias last, by Newton's method with a quadratic penalty."""
    wide = np.hstack([rows, np.ones((len(rows), 1))])
    stiff = np.full(wide.shape[1], 1 / STIFFNESS)
    stiff[-1] = 1e-6
    found = np.zeros(wide.shape[1])
    for _ in range(ROUNDS):
        likely = 1 / (1 + np.exp(-np.clip(wide @ found, -30, 30)))
        slope = wide.T @ (weights * (truth - likely)) - stiff * found
        curve = (wide * (weights * likely * (1 - likely))[:, None]).T @ wide + np.diag(stiff)
        step = np.linalg.solve(curve, slope)
        found += step
        if float(np.abs(step).max()) < 1e-8:
            break
    return found


def _row(ending: Ending, names: Sequence[str]) -> list[float]:
    features = features_of(ending)
    vector = ending.vector if ending.vector is not None else [0.0] * DIMENSIONS
    return [*(features.get(name, 0.0) for name in names), *(float(value) * VECTOR_SCALE for value in vector)]


def _side(found: Matrix, names: Sequence[str]) -> SideFile:
    return SideFile(
        bias=round(float(found[-1]), 4),
        features={name: round(float(value), 4) for name, value in zip(names, found, strict=False)},
        vector=[round(float(value) * VECTOR_SCALE, 3) for value in found[len(names) : -1]],
    )
