"""Sentiment and emotions of one text, from its vector and a handful of countable signs."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

from frontdesk_nlu.encoding.encoder import Vector
from frontdesk_nlu.intents.blend import softmax
from frontdesk_nlu.intents.ngrams import Floats

LABELS = ("very_negative", "negative", "neutral", "positive", "very_positive")
VALUES = np.array([-1.0, -0.5, 0.0, 0.5, 1.0], dtype=np.float32)
BOUNDS = (-0.6, -0.2, 0.2, 0.6)
EMOTIONS = ("frustration", "anger", "confusion", "satisfaction", "urgency")
SIGN_CHARS = 600
"""The lexicon reads word pairs; more of a long text would cost more than it tells."""

CLAUSE_END = re.compile(r"[,;.!?]+(?=\s)")
NEGATION_STOP = r"\g<0> - - -"
"""A "nothing" turns round three words, even behind a comma; three dashes keep it in its clause."""

_LEXICON = SentimentIntensityAnalyzer()


def signs(text: str) -> list[float]:
    """Count what a sentence vector does not see: shouting, marks, and the balance of charged words."""
    read = text[:SIGN_CHARS]
    charge = _LEXICON.polarity_scores(CLAUSE_END.sub(NEGATION_STOP, read))
    letters = [char for char in read if char.isalpha()]
    shouting = sum(map(str.isupper, letters)) / len(letters) if len(letters) > 5 else 0.0
    return [
        2 * charge["compound"],
        charge["neg"],
        charge["pos"],
        shouting if shouting > 0.5 else 0.0,
        min(read.count("!"), 4) / 4,
        min(read.count("?"), 4) / 4,
    ]


def features(text: str, vector: Vector) -> Floats:
    """Join a text's vector and its signs."""
    return np.concatenate([2 * vector, np.array(signs(text), dtype=np.float32)])


@dataclass(frozen=True)
class Mood:
    """How somebody feels, as far as one text shows it."""

    score: float
    label: str
    emotions: Mapping[str, float]


def label_of(score: float) -> str:
    """Name a score; below -0.6 is where a person takes over."""
    return LABELS[sum(score >= bound for bound in BOUNDS)]


@dataclass(frozen=True)
class MoodModel:
    """A linear model for five grades of sentiment, and one for each emotion."""

    grade_weights: Floats
    grade_bias: Floats
    emotion_weights: Floats
    emotion_bias: Floats

    def feel(self, text: str, vector: Vector) -> Mood:
        """Rate one text; the score is the expected grade, so doubt draws it towards zero."""
        read = features(text, vector)
        grades = softmax(self.grade_weights @ read + self.grade_bias)
        score = round(float(grades @ VALUES), 3)
        return Mood(score, label_of(score), self.emotions(read))

    def emotions(self, read: Floats) -> Mapping[str, float]:
        """Rate each emotion from 0 to 1; they do not exclude each other."""
        rates = 1 / (1 + np.exp(-(self.emotion_weights @ read + self.emotion_bias)))
        return {name: round(float(rate), 3) for name, rate in zip(EMOTIONS, rates, strict=True)}

    def arrays(self) -> Mapping[str, Any]:
        """Return everything that is stored, by name."""
        return vars(self)

    @classmethod
    def from_arrays(cls, stored: Mapping[str, Any]) -> "MoodModel":
        """Read back what `arrays` gave."""
        return cls(**{name: stored[name] for name in cls.__dataclass_fields__})


@dataclass(frozen=True)
class MoodLine:
    """A line a customer might write, graded by hand."""

    text: str
    label: str
    emotions: frozenset[str]


def train(lines: Sequence[MoodLine], vectors: Sequence[Vector]) -> MoodModel:
    """Fit grades and emotions; an emotion no line shows stays near zero."""
    from sklearn.linear_model import LogisticRegression  # training only: serving never loads scikit-learn

    read = np.stack([features(line.text, vector) for line, vector in zip(lines, vectors, strict=True)])
    grades = LogisticRegression(C=2.0, max_iter=2_000, class_weight="balanced", random_state=7)
    grades.fit(read, [LABELS.index(line.label) for line in lines])
    rates = []
    for emotion in EMOTIONS:
        shown = [emotion in line.emotions for line in lines]
        rates.append(LogisticRegression(C=2.0, max_iter=2_000, random_state=7).fit(read, shown))
    return MoodModel(
        grade_weights=grades.coef_.astype(np.float32),
        grade_bias=grades.intercept_.astype(np.float32),
        emotion_weights=np.concatenate([rate.coef_ for rate in rates]).astype(np.float32),
        emotion_bias=np.concatenate([rate.intercept_ for rate in rates]).astype(np.float32),
    )
