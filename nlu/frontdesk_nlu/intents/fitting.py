"""Fits the intent model; every number that is chosen is chosen on examples the fit did not see."""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
from scipy.linalg.blas import ssymm
from scipy.linalg.lapack import spotrf, spotri
from scipy.optimize import minimize, minimize_scalar
from sklearn.model_selection import StratifiedKFold
from sklearn.svm import LinearSVC

from frontdesk_nlu.failures import CannotGoOn
from frontdesk_nlu.intents.blend import Blend, Doubles, IntentModel, Scope, Views, log_odds, nearest, pull
from frontdesk_nlu.intents.ngrams import Counted, Floats, Rows

SEED = 7
FOLDS = 5
RIDGE = 0.1
WORD_WEIGHTS = (0.05, 0.1, 0.15, 0.2, 0.3, 0.4)
REJECTED_IN_SCOPE = 0.05
SPREAD_SHARE = 0.5
MOST_EXAMPLES = 16_000
"""What fits into about a gigabyte while it is solved; of a larger corpus every intent gives its share."""

Labels = Rows
Flags = npt.NDArray[np.bool_]


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


@dataclass(frozen=True)
class Fitted:
    """One view: its weights, and what it says of each example when that one is left out."""

    weights: Floats
    bias: Floats
    held_out: Floats


def train(corpus: Corpus, foreign: Foreign) -> IntentModel:
    """Fit both views on everything; blend, temperature and scope come from held-out scores."""
    refuse_thin(corpus)
    corpus = thinned(corpus)
    points = np.concatenate([corpus.vectors, foreign.vectors]).astype(np.float32)
    meaning = fit_meaning(points, corpus.targets())
    counted = Counted.of(corpus.texts)
    words = fit_words(counted, corpus.labels, len(corpus.names))
    held_out = Views(meaning.held_out, words.held_out, nearest_others(corpus.vectors))
    return IntentModel(
        names=corpus.names,
        points=points,
        pulls=meaning.weights,
        own=len(corpus.texts),
        ngrams=counted.ngrams(),
        word_weights=words.weights,
        word_bias=words.bias,
        blend=choose_blend(held_out, corpus.labels),
        scope=fit_scope(held_out),
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


def fit_meaning(points: Floats, targets: Floats) -> Fitted:
    """Solve the kernel machine at once; leaving one example out is exact and costs nothing more.

    Points beyond the targets are foreign: no intent may claim them.
    """
    aims = np.zeros((len(points), targets.shape[1]), np.float32)
    aims[: len(targets)] = targets
    alike = pull(points @ points.T)
    alike[np.diag_indices(len(points))] += np.float32(RIDGE)
    factor, failed = spotrf(alike.T, lower=True, overwrite_a=True, clean=False)
    if failed:
        raise TooFewExamples("the examples' vectors are not finite: train again with a sound encoder")
    inverse, _ = spotri(factor, lower=True, overwrite_c=True)
    pulls = np.ascontiguousarray(ssymm(1.0, inverse, np.asfortranarray(aims), lower=True))
    left_out = aims - pulls / np.diagonal(inverse)[:, None]
    return Fitted(pulls, np.zeros(targets.shape[1], np.float32), left_out[: len(targets)])


def fit_words(counted: Counted, labels: Labels, intents: int) -> Fitted:
    """Fit the linear machine on all examples, and five times on four fifths to hear of the last."""
    everything = counted.weighed(counted.idf())
    weights, bias = separate(everything, labels, intents)
    held_out = np.zeros((len(labels), intents), np.float32)
    folds = StratifiedKFold(FOLDS, shuffle=True, random_state=SEED)
    for seen, unseen in folds.split(labels, labels):
        idf = counted.idf(seen)
        part, part_bias = separate(counted.weighed(idf, seen), labels[seen], intents)
        held_out[unseen] = counted.weighed(idf, unseen) @ part + part_bias
    return Fitted(weights, bias, held_out)


def separate(matrix: object, labels: Labels, intents: int) -> tuple[Floats, Floats]:
    """Fit a margin around every intent: a column of weights each, and its bias."""
    fitted = LinearSVC(C=1.0, random_state=SEED).fit(matrix, labels)
    sides = (-1, 1) if intents == 2 else (1,)  # of two intents only one margin is fitted
    weights = np.concatenate([side * fitted.coef_ for side in sides])
    bias = np.concatenate([side * fitted.intercept_ for side in sides])
    return np.ascontiguousarray(weights.T.astype(np.float32)), bias.astype(np.float32)


def nearest_others(vectors: Floats, at_once: int = 1_000) -> Floats:
    """Return each example's mean cosine to its three nearest others."""
    parts = []
    for start in range(0, len(vectors), at_once):
        cosines = vectors[start : start + at_once] @ vectors.T
        rows = np.arange(len(cosines))
        cosines[rows, start + rows] = -1.0
        parts.append(nearest(cosines))
    return np.concatenate(parts)


def choose_blend(held_out: Views, labels: Labels) -> Blend:
    """Take the weight with the best held-out likelihood at its own best temperature."""
    tried = [(*calibrate(held_out.scores(words), labels), words) for words in WORD_WEIGHTS]
    _, temperature, words = min(tried)
    rough = Blend(words, temperature)
    shares = rough.shares(held_out.scores(words))
    slope, offset = mend(shares.max(axis=1), shares.argmax(axis=1) == labels)
    return replace(rough, slope=slope, offset=offset)


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


def calibrate(scores: Floats, labels: Labels) -> tuple[float, float]:
    """Return the lowest mean negative log-likelihood and the temperature that gives it."""

    def loss(log_temperature: float) -> float:
        """Rate one temperature."""
        scaled = scores / np.exp(log_temperature)
        spread = np.log(np.exp(scaled - scaled.max(1, keepdims=True)).sum(1)) + scaled.max(1)
        return float((spread - scaled[np.arange(len(labels)), labels]).mean())

    best = minimize_scalar(loss, bounds=(-6.0, 2.5), method="bounded")
    return float(best.fun), float(np.exp(best.x))
