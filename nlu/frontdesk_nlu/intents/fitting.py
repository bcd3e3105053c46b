"""Fits the intent model; every number that is chosen is chosen on examples the fit did not see."""

import math
import warnings
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy.linalg.lapack import spotrf, spotrs, strtri
from scipy.sparse import csr_matrix
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold
from sklearn.svm import LinearSVC

from frontdesk_nlu.failures import CannotGoOn
from frontdesk_nlu.intents.blend import IntentModel, Linear, Views, nearest, pull
from frontdesk_nlu.intents.calibrating import choose_blend, fit_scope
from frontdesk_nlu.intents.ngrams import Counted, Floats, Rows

SEED = 7
FOLDS = 5
HEARD = 4_000
"""As many folds are held out in turn as give so many examples; the fifth would tell no more."""

RIDGE = 0.1
AXES = 192
"""They keep 97 % of what is in Banking77's vectors."""

MARGIN_TOLERANCE = 0.1
PLAIN_STRENGTH = 30.0
PLAIN_STEPS = 60
MOST_EXAMPLES = 16_000
"""What fits into about a gigabyte while it is solved; of a larger corpus every intent gives its share."""

Labels = Rows
Folds = Sequence[tuple[Rows, Rows]]
"""The examples that are seen, and those that are held out, in turn."""


class TooFewExamples(CannotGoOn):
    """Training needs at least two intents with five examples each; add examples to the book."""


@dataclass(frozen=True)
class Corpus:
    """Prepared texts with their vectors and the position of each one's intent in `names`."""

    names: tuple[str, ...]
    texts: tuple[str, ...]
    vectors: Floats
    labels: Labels

    def part(self, rows: Rows) -> "Corpus":
        """Return some of the examples."""
        texts = tuple(self.texts[row] for row in rows)
        return replace(self, texts=texts, vectors=self.vectors[rows], labels=self.labels[rows])

    def targets(self) -> Floats:
        """Return 1 for each example's own intent and 0 for all others."""
        result: Floats = np.eye(len(self.names), dtype=np.float32)[self.labels]
        return result


@dataclass(frozen=True)
class Foreign:
    """Prepared texts about other things, with their vectors."""

    texts: tuple[str, ...]
    vectors: Floats


def train(corpus: Corpus, foreign: Foreign) -> IntentModel:
    """Fit all views on everything; weights, calibration and scope come from held-out scores."""
    refuse_thin(corpus)
    corpus = thinned(corpus)
    folds = heard_folds(corpus.labels)
    held_out = np.concatenate([unseen for _, unseen in folds])
    points = np.concatenate([corpus.vectors, foreign.vectors]).astype(np.float32)
    axes = main_axes(points)
    placed = points @ axes
    pulls, meaning = fit_meaning(placed, corpus.targets(), held_out)
    counted = Counted.of(corpus.texts)
    words, wording = fit_words(counted, corpus.labels, folds)
    plain, regression = fit_plain(points[: len(corpus.texts)], corpus.labels, folds)
    views = Views(meaning, wording, regression, nearest_others(placed[: len(corpus.texts)], held_out))
    return IntentModel(
        names=corpus.names,
        axes=axes,
        placed=placed,
        pulls=pulls,
        own=len(corpus.texts),
        ngrams=counted.ngrams(),
        words=words,
        plain=plain,
        blend=choose_blend(views, corpus.labels[held_out]),
        scope=fit_scope(views),
    )


def refuse_thin(corpus: Corpus) -> None:
    """Name the intents that have too few examples to learn from."""
    counts = np.bincount(corpus.labels, minlength=len(corpus.names))
    if len(corpus.names) < 2 or counts.min() < FOLDS:
        short = [name for name, count in zip(corpus.names, counts, strict=True) if count < FOLDS]
        raise TooFewExamples(f"intents with fewer than {FOLDS} examples: {', '.join(short) or 'all but one'}")


def thinned(corpus: Corpus, most: int = MOST_EXAMPLES) -> Corpus:
    """Take no more examples than can be solved, rare intents whole."""
    if len(corpus.texts) <= most:
        return corpus
    order = np.random.default_rng(SEED).permutation(len(corpus.texts))
    turn = np.zeros(len(corpus.texts), np.int64)
    for label in range(len(corpus.names)):
        mine = order[corpus.labels[order] == label]
        turn[mine] = np.arange(len(mine))
    return corpus.part(np.sort(np.argsort(turn, kind="stable")[:most]))


def heard_folds(labels: Labels) -> Folds:
    """Choose what is held out in turn: a fifth at a time, until enough examples were heard."""
    needed = min(FOLDS, math.ceil(HEARD * FOLDS / len(labels)))
    return list(StratifiedKFold(FOLDS, shuffle=True, random_state=SEED).split(labels, labels))[:needed]


def main_axes(points: Floats) -> Floats:
    """Return the directions along which the points differ most, a column each."""
    _, axes = np.linalg.eigh((points.T @ points).astype(np.float64))
    return np.ascontiguousarray(axes[:, -AXES:].astype(np.float32))


def fit_meaning(points: Floats, targets: Floats, held_out: Rows) -> tuple[Floats, Floats]:
    """Solve the kernel machine at once; return its pulls, and what it says of examples left out.

    Leaving one example out is exact and costs next to nothing: the inverse's
    diagonal is that of the factor's last block, when these examples stand last.
    Points beyond the targets are foreign: no intent may claim them.
    """
    order = np.concatenate([np.setdiff1d(np.arange(len(points)), held_out), held_out])
    aims = np.zeros((len(points), targets.shape[1]), np.float32)
    aims[: len(targets)] = targets
    aims, ordered = aims[order], points[order]
    alike = pull(ordered @ ordered.T)
    alike[np.diag_indices(len(points))] += np.float32(RIDGE)
    factor, failed = spotrf(alike.T, lower=True, overwrite_a=True, clean=False)
    if failed:
        raise TooFewExamples("the examples' vectors are not finite: train again with a sound encoder")
    solved, _ = spotrs(factor, np.asfortranarray(aims), lower=True)
    last = slice(len(points) - len(held_out), None)
    inverse, _ = strtri(np.asfortranarray(np.tril(factor[last, last])), lower=True, overwrite_c=True)
    pulls = np.empty(solved.shape, np.float32)
    pulls[order] = solved
    return pulls, aims[last] - solved[last] / np.square(inverse).sum(axis=0)[:, None]


def fit_words(counted: Counted, labels: Labels, folds: Folds) -> tuple[Linear, Floats]:
    """Fit the linear machine on all examples, and on those of each fold to hear of the others."""
    whole = separate(counted.weighed(counted.idf()), labels)
    heard = []
    for seen, unseen in folds:
        idf = counted.idf(seen)
        part = separate(counted.weighed(idf, seen), labels[seen])
        heard.append(counted.weighed(idf, unseen) @ part.weights + part.bias)
    return whole, np.concatenate(heard)


def separate(matrix: csr_matrix, labels: Labels) -> Linear:
    """Fit a margin around every intent."""
    machine = LinearSVC(C=1.0, tol=MARGIN_TOLERANCE, random_state=SEED)
    return columns(machine.fit(matrix, labels))


def fit_plain(vectors: Floats, labels: Labels, folds: Folds) -> tuple[Linear, Floats]:
    """Fit the regression on all examples, and on those of each fold to hear of the others."""
    whole = regress(vectors, labels)
    heard = []
    for seen, unseen in folds:
        part = regress(vectors[seen], labels[seen])
        heard.append(vectors[unseen] @ part.weights + part.bias)
    return whole, np.concatenate(heard)


def regress(vectors: Floats, labels: Labels) -> Linear:
    """Fit the likelihood of every intent; the last digits would cost the most and bring nothing."""
    machine = LogisticRegression(C=PLAIN_STRENGTH, max_iter=PLAIN_STEPS, tol=1e-2)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        return columns(machine.fit(vectors, labels))


def columns(fitted: LinearSVC | LogisticRegression) -> Linear:
    """Read what was fitted, a column an intent; of two intents only one side is fitted."""
    sides = (-1, 1) if len(fitted.classes_) == 2 else (1,)
    weights = np.concatenate([side * fitted.coef_ for side in sides])
    bias = np.concatenate([side * fitted.intercept_ for side in sides])
    return Linear(np.ascontiguousarray(weights.T.astype(np.float32)), bias.astype(np.float32))


def nearest_others(vectors: Floats, rows: Rows, at_once: int = 1_000) -> Floats:
    """Return some examples' mean cosine to their three nearest others."""
    parts = []
    for start in range(0, len(rows), at_once):
        some = rows[start : start + at_once]
        cosines = vectors[some] @ vectors.T
        cosines[np.arange(len(some)), some] = -1.0
        parts.append(nearest(cosines))
    return np.concatenate(parts)
