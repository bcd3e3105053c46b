"""Fits the intent model; every number that is chosen is chosen on examples the fit did not see."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize_scalar
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold
from sklearn.svm import LinearSVC

from frontdesk_nlu.failures import CannotGoOn
from frontdesk_nlu.intents.blend import Blend, IntentModel, Scope, scope_signs, vote
from frontdesk_nlu.intents.ngrams import Floats, Ngrams

SEED = 7
FOLDS = 5
WORD_WEIGHTS = (0.0, 0.5, 1.0, 1.5, 2.0)
NEIGHBOUR_WEIGHTS = (0.0, 0.25, 0.5, 1.0)
REJECTED_IN_SCOPE = 0.05

Labels = npt.NDArray[np.int64]


class TooFewExamples(CannotGoOn):
    """Training needs at least two intents with five examples each; add examples to the book."""


@dataclass(frozen=True)
class Corpus:
    """Prepared texts with their vectors and the position of each one's intent in `names`."""

    names: tuple[str, ...]
    texts: tuple[str, ...]
    vectors: Floats
    labels: Labels

    def part(self, rows: npt.NDArray[np.int64]) -> "Corpus":
        """Return some of the examples."""
        texts = tuple(self.texts[row] for row in rows)
        return replace(self, texts=texts, vectors=self.vectors[rows], labels=self.labels[rows])


@dataclass(frozen=True)
class Foreign:
    """Prepared texts about other things, with their vectors."""

    texts: tuple[str, ...]
    vectors: Floats


def train(corpus: Corpus, foreign: Foreign) -> IntentModel:
    """Fit the model on everything, with a blend chosen and calibrated by cross-validation."""
    counts = np.bincount(corpus.labels, minlength=len(corpus.names))
    if len(corpus.names) < 2 or counts.min() < FOLDS:
        short = [name for name, count in zip(corpus.names, counts, strict=True) if count < FOLDS]
        raise TooFewExamples(f"intents with fewer than {FOLDS} examples: {', '.join(short) or 'all but one'}")
    seen = list(held_out_views(corpus, foreign))
    model = replace(fit(corpus), blend=choose_blend(seen))
    return replace(model, scope=fit_scope(model, [one.signs for one in seen], foreign))


def fit(corpus: Corpus) -> IntentModel:
    """Fit the three views on all examples of a corpus."""
    ngrams = Ngrams.learn(corpus.texts)
    meaning = LogisticRegression(C=30, max_iter=2_000, random_state=SEED).fit(corpus.vectors, corpus.labels)
    words = LinearSVC(C=1.0, random_state=SEED).fit(ngrams.matrix(corpus.texts), corpus.labels)
    two = len(corpus.names) == 2
    return IntentModel(
        names=corpus.names,
        ngrams=ngrams,
        meaning_weights=both_sides(meaning.coef_, two),
        meaning_bias=both_sides(meaning.intercept_, two),
        word_weights=np.ascontiguousarray(both_sides(words.coef_, two).T),
        word_bias=both_sides(words.intercept_, two),
        examples=corpus.vectors,
        labels=corpus.labels,
        blend=Blend(1.0, 0.25),
        scope=Scope(np.zeros((1, corpus.vectors.shape[1]), np.float32), np.zeros(6, np.float32), 0.0),
    )


def both_sides(fitted: npt.NDArray[np.float64], two: bool) -> Floats:
    """Give each of two intents its own row; with more, there is one already."""
    result: Floats = (np.concatenate([-fitted, fitted]) if two else fitted).astype(np.float32)
    return result


@dataclass(frozen=True)
class HeldOut:
    """What the views said about one example they were not fitted on."""

    label: int
    meaning: Floats
    words: Floats
    votes: Floats
    signs: Floats


def held_out_views(corpus: Corpus, foreign: Foreign) -> Iterator[HeldOut]:
    """Fit on four fifths, look at the last, five times over."""
    folds = StratifiedKFold(FOLDS, shuffle=True, random_state=SEED)
    for seen, unseen in folds.split(corpus.vectors, corpus.labels):
        model = fit(corpus.part(seen))
        for row in unseen:
            meaning, words, near = model.views(corpus.texts[row], corpus.vectors[row])
            votes = vote(near, model.labels, len(model.names))
            signs = scope_signs(meaning, words, near, foreign.vectors @ corpus.vectors[row])
            yield HeldOut(int(corpus.labels[row]), meaning, words, votes, signs)


def choose_blend(seen: Sequence[HeldOut]) -> Blend:
    """Take the weights with the best held-out likelihood at their own best temperature."""
    labels = np.array([one.label for one in seen])
    meaning = np.stack([one.meaning for one in seen])
    words = np.stack([one.words for one in seen])
    votes = np.stack([one.votes for one in seen])
    tried = [
        (*calibrate(meaning + word * words + near * votes, labels), word, near)
        for word in WORD_WEIGHTS
        for near in NEIGHBOUR_WEIGHTS
    ]
    _, temperature, word, near = min(tried)
    return Blend(word, near, temperature)


def fit_scope(model: IntentModel, inside: Sequence[Floats], foreign: Foreign) -> Scope:
    """Learn what tells foreign texts from held-out examples; one in twenty of these lies above 0.5."""
    outside = list(foreign_signs(model, foreign))
    signs = np.stack([*inside, *outside])
    labels = [False] * len(inside) + [True] * len(outside)
    fitted = LogisticRegression(C=1.0, max_iter=2_000, class_weight="balanced").fit(signs, labels)
    weights = fitted.coef_[0].astype(np.float32)
    line = np.quantile(np.stack(inside) @ weights, 1 - REJECTED_IN_SCOPE)
    return Scope(foreign.vectors, weights, -float(line))


def foreign_signs(model: IntentModel, foreign: Foreign) -> Iterator[Floats]:
    """Read the signs of each foreign text, as if it were not among the known foreign ones."""
    likeness = foreign.vectors @ foreign.vectors.T
    np.fill_diagonal(likeness, -1.0)
    for text, vector, others in zip(foreign.texts, foreign.vectors, likeness, strict=True):
        yield scope_signs(*model.views(text, vector), others)


def calibrate(scores: Floats, labels: Labels) -> tuple[float, float]:
    """Return the lowest mean negative log-likelihood and the temperature that gives it."""

    def loss(log_temperature: float) -> float:
        """Rate one temperature."""
        scaled = scores / np.exp(log_temperature)
        spread = np.log(np.exp(scaled - scaled.max(1, keepdims=True)).sum(1)) + scaled.max(1)
        return float((spread - scaled[np.arange(len(labels)), labels]).mean())

    best = minimize_scalar(loss, bounds=(-2.0, 2.5), method="bounded")
    return float(best.fun), float(np.exp(best.x))
