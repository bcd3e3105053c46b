"""Fits the shipped mood weights; serving never loads this, nor scikit-learn."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize
from scipy.sparse import csr_matrix, hstack
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from frontdesk_nlu.encoding.encoder import Vector
from frontdesk_nlu.intents.ngrams import Floats
from frontdesk_nlu.mood.lines import MoodLine
from frontdesk_nlu.mood.mood import EMOTIONS, OUTPUTS, POLARITIES, MoodModel
from frontdesk_nlu.mood.sources import Rated
from frontdesk_nlu.mood.wording import SIGNS, Wording, wording

Labels = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

MEANING_SCALE = 3.0
MEANING_C, WORDS_C = 0.3, 2.0
LINE_WEIGHT = 8.0
"""A line of our own counts as eight reviews: it is what customers write."""
SHADE_WEIGHT = 3.0
"""For strengths and emotions, which only our lines show: less, so that no single line decides."""
FOLDS = 5
OFTEN_ENOUGH = 2


@dataclass(frozen=True)
class Vocabulary:
    """The words and pairs that count, and how rare each is."""

    rows: dict[str, int]
    rarity: Floats

    @classmethod
    def learn(cls, words: Sequence[Wording]) -> "Vocabulary":
        """Keep what stands in at least two texts."""
        seen = Counter(gram for one in words for gram in one.grams)
        kept = sorted(gram for gram, often in seen.items() if often >= OFTEN_ENOUGH)
        counts = np.array([seen[gram] for gram in kept])
        rarity = (np.log((1 + len(words)) / (1 + counts)) + 1).astype(np.float32)
        return cls({gram: row for row, gram in enumerate(kept)}, rarity)

    def matrix(self, words: Sequence[Wording]) -> csr_matrix:
        """Weigh the words of each text as `MoodModel.rate` does."""
        rows = [
            {self.rows[gram]: often for gram, often in one.grams.items() if gram in self.rows}
            for one in words
        ]
        weighed = [self.weigh(row) for row in rows]
        ends = np.cumsum([0, *map(len, rows)])
        columns = [column for row in rows for column in row]
        return csr_matrix((np.concatenate(weighed), columns, ends), shape=(len(words), len(self.rows)))

    def weigh(self, row: dict[int, int]) -> Floats:
        """Rare words weigh more, repeated ones a little more, and all of a text together one."""
        raised = np.array([self.rarity[column] * (1 + np.log(often)) for column, often in row.items()])
        return (raised / max(float(np.linalg.norm(raised)), 1e-9)).astype(np.float32)


@dataclass(frozen=True)
class Design:
    """Two views of the same texts: what they are about, and how they are worded."""

    meaning: Floats
    words: csr_matrix

    def part(self, chosen: Flags) -> "Design":
        """Only some rows."""
        return Design(self.meaning[chosen], self.words[chosen])


def fit(
    lines: Sequence[MoodLine], reviews: Sequence[Rated], vectors: Callable[[str], Vector]
) -> tuple[MoodModel, Floats]:
    """Fit on lines and reviews; returns the model and the held-out ratings of every line."""
    texts = [*(line.text for line in lines), *(review.text for review in reviews)]
    words = [wording(text) for text in texts]
    vocabulary = Vocabulary.learn(words)
    design = Design(
        MEANING_SCALE * np.stack([vectors(text) for text in texts]),
        hstack([np.stack([one.signs for one in words]), vocabulary.matrix(words)]).tocsr(),
    )
    folds = np.random.default_rng(7).permutation(len(lines)) % FOLDS
    held_out = np.zeros((len(lines), len(OUTPUTS)), dtype=np.float32)
    for fold in range(FOLDS):
        away = np.concatenate([folds == fold, np.zeros(len(reviews), dtype=bool)])
        weights = weigh(design.part(~away), *targets(lines, reviews, ~away))
        held_out[folds == fold] = weights.rate(design.part(away))
    whole = weigh(design, *targets(lines, reviews, np.ones(len(words), dtype=bool)))
    return calibrated(whole.model(vocabulary), lines, held_out)


@dataclass(frozen=True)
class Weights:
    """Fitted weights of both views, a row for each output."""

    meaning: Floats
    words: Floats
    bias: Floats

    def rate(self, design: Design) -> Floats:
        """Rate every text."""
        rates: Floats = design.meaning @ self.meaning.T + design.words @ self.words.T + self.bias
        return rates

    def model(self, vocabulary: Vocabulary) -> MoodModel:
        """Lay the weights out as they are served."""
        return MoodModel(
            grams=tuple(vocabulary.rows),
            rarity=vocabulary.rarity,
            word_weights=np.ascontiguousarray(self.words[:, SIGNS:].T),
            sign_weights=self.words[:, :SIGNS],
            meaning_weights=MEANING_SCALE * self.meaning,
            bias=self.bias,
            public_bias=np.zeros(3, dtype=np.float32),
            public_scale=1.0,
        )


@dataclass(frozen=True)
class Target:
    """What one group of outputs is fitted on: which texts, and which class each has."""

    texts: Flags
    classes: Labels
    weights: Floats


def targets(
    lines: Sequence[MoodLine], reviews: Sequence[Rated], chosen: Flags
) -> tuple[Target, Target, Target, list[Target]]:
    """Say what is fitted on what: reviews know polarity only, strength is told apart within one polarity."""
    known = [*(line.polarity for line in lines), *(review.polarity for review in reviews)]
    polarity = np.array([POLARITIES.index(one) for one in known])[chosen]
    ours = np.concatenate([np.ones(len(lines), dtype=bool), np.zeros(len(reviews), dtype=bool)])[chosen]
    label = np.array([*(line.label for line in lines), *("" for _ in reviews)])[chosen]
    weights = np.where(ours, LINE_WEIGHT, 1.0).astype(np.float32)
    everything = Target(np.ones(len(ours), dtype=bool), polarity, weights)
    shades = np.full(len(ours), SHADE_WEIGHT, dtype=np.float32)
    bad = Target(ours & (polarity == 0), (label == "very_negative").astype(np.int64), shades)
    good = Target(ours & (polarity == 2), (label == "very_positive").astype(np.int64), shades)
    shown = [
        np.array([*(name in line.emotions for line in lines), *(False for _ in reviews)])[chosen]
        for name in EMOTIONS
    ]
    return everything, bad, good, [Target(ours, one.astype(np.int64), shades) for one in shown]


def weigh(design: Design, polarity: Target, bad: Target, good: Target, emotions: list[Target]) -> Weights:
    """Fit each view by itself and add them by halves: two opinions are better than one that saw both."""
    fitted = [both_views(design, target) for target in (polarity, bad, good, *emotions)]
    return Weights(
        meaning=np.concatenate([one.meaning for one in fitted]),
        words=np.concatenate([one.words for one in fitted]),
        bias=np.concatenate([one.bias for one in fitted]),
    )


def both_views(design: Design, target: Target) -> Weights:
    """Fit one group of outputs on both views."""
    part = design.part(target.texts)
    classes, weights = target.classes[target.texts], target.weights[target.texts]
    meaning = LogisticRegression(C=MEANING_C, max_iter=3_000, tol=1e-3).fit(part.meaning, classes, weights)
    words = LogisticRegression(C=WORDS_C, max_iter=3_000, tol=1e-3).fit(part.words, classes, weights)
    return Weights(
        meaning=(meaning.coef_ / 2).astype(np.float32),
        words=(words.coef_ / 2).astype(np.float32),
        bias=((meaning.intercept_ + words.intercept_) / 2).astype(np.float32),
    )


def calibrated(model: MoodModel, lines: Sequence[MoodLine], held_out: Floats) -> tuple[MoodModel, Floats]:
    """Scale every group of outputs so that its probabilities are true on lines it was not fitted on."""
    classes = np.array([POLARITIES.index(line.polarity) for line in lines])
    scales = np.ones(len(OUTPUTS), dtype=np.float32)
    scales[:3] = scale_of(held_out[:, :3], classes)
    for row, output in enumerate(OUTPUTS[3:], start=3):
        known, shown = shows(lines, output)
        one = held_out[known, row]
        scales[row] = scale_of(np.stack([np.zeros_like(one), one], axis=1), shown)
    scaled = replace(
        model,
        word_weights=model.word_weights * scales,
        sign_weights=model.sign_weights * scales[:, None],
        meaning_weights=model.meaning_weights * scales[:, None],
        bias=model.bias * scales,
    )
    return scaled, held_out * scales


def line_figures(lines: Sequence[MoodLine], held_out: Floats) -> dict[str, float]:
    """Tell how well lines are judged that a model has not seen."""
    right = np.array([POLARITIES.index(line.polarity) for line in lines]) == held_out[:, :3].argmax(axis=1)
    areas = {
        f"held_out_auroc_{output}": float(roc_auc_score(shown, held_out[known, row]))
        for row, output in enumerate(OUTPUTS)
        if row >= len(POLARITIES)
        for known, shown in [shows(lines, output)]
    }
    return {"held_out_accuracy": float(right.mean())} | areas


def shows(lines: Sequence[MoodLine], output: str) -> tuple[Flags, Labels]:
    """Tell which lines say something about an output, and whether each of them shows it."""
    if output in EMOTIONS:
        return np.ones(len(lines), dtype=bool), np.array([output in line.emotions for line in lines], int)
    known = np.array([line.polarity == output.removeprefix("very_") for line in lines])
    return known, np.array([line.label == output for line in lines], int)[known]


def scale_of(rates: Floats, classes: Labels) -> float:
    """Find the factor under which the right classes are likeliest."""
    found = minimize(lambda at: loss(np.exp(at[0]) * rates, classes), x0=[0.0], method="Nelder-Mead")
    return float(np.exp(found.x[0]))


def with_public_prior(model: MoodModel, rates: Floats, classes: Labels) -> MoodModel:
    """Fit what differs in public posts: how often each polarity is meant, and how sure one may be."""
    shift = minimize(
        lambda at: loss(np.exp(at[0]) * (rates + np.array([at[1], 0.0, at[2]])), classes),
        x0=[0.0, 0.0, 0.0],
        method="Nelder-Mead",
    ).x
    bias = np.array([shift[1], 0.0, shift[2]], dtype=np.float32)
    return replace(model, public_bias=bias, public_scale=float(np.exp(shift[0])))


def loss(rates: Floats, classes: Labels) -> float:
    """The mean surprise at the right classes."""
    highest = rates.max(axis=1, keepdims=True)
    total = np.log(np.exp(rates - highest).sum(axis=1)) + highest[:, 0]
    return float((total - rates[np.arange(len(classes)), classes]).mean())
