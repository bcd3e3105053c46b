"""Sentiment and emotions of one text, from its vector and its wording."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from frontdesk_nlu.encoding.encoder import Vector
from frontdesk_nlu.intents.ngrams import Floats
from frontdesk_nlu.mood.wording import Wording, wording

LABELS = ("very_negative", "negative", "neutral", "positive", "very_positive")
POLARITIES = ("negative", "neutral", "positive")
EMOTIONS = ("frustration", "anger", "confusion", "satisfaction", "urgency")
OUTPUTS = (*POLARITIES, "very_negative", "very_positive", *EMOTIONS)
"""What the linear model rates, a row each."""

LARGEST = 30.0
"""Rates beyond are certain."""

BOUNDS = (-0.6, -0.2, 0.2, 0.6)
RANGES = ((-1.0, -0.601), (-0.6, -0.201), (-0.199, 0.199), (0.2, 0.599), (0.6, 1.0))
"""Scores of each label."""
FAINT, MIDDLING, FULL = 0.45, 0.6, 1.0
"""How strong a feeling is when it is surely no strong one, when that is open, and when it surely is."""


@dataclass(frozen=True)
class Mood:
    """How somebody feels, as far as one text shows it."""

    score: float
    label: str
    confidence: float
    emotions: Mapping[str, float]


@dataclass(frozen=True)
class Polarity:
    """Probabilities that a text is negative, neutral, positive; they sum to 1."""

    negative: float
    neutral: float
    positive: float

    @property
    def best(self) -> str:
        """The likeliest of the three."""
        if self.neutral >= self.negative and self.neutral >= self.positive:
            return "neutral"
        return "negative" if self.negative >= self.positive else "positive"


def label_of(score: float) -> str:
    """Name a score; below -0.6 is where a person takes over."""
    return LABELS[sum(score >= bound for bound in BOUNDS)]


@dataclass(frozen=True)
class MoodModel:
    """One linear model over vector, signs and words; what is public is judged by a prior of its own.

    Who writes to a company in public, under its handle, mostly complains; the
    same words in a chat are mostly a question. `public_bias` and `public_scale`
    hold that difference.
    """

    grams: tuple[str, ...]
    rarity: Floats
    word_weights: Floats
    sign_weights: Floats
    meaning_weights: Floats
    bias: Floats
    public_bias: Floats
    public_scale: float

    def feel(self, text: str, vector: Vector) -> Mood:
        """Rate one text."""
        read = wording(text)
        rates = self.rate(read, vector)
        polarity = self.polarity(rates, read.public)
        strong_bad, strong_good, *emotions = map(share, rates[3:].tolist())
        score = scored(polarity, strong_bad, strong_good)
        return Mood(
            score=score,
            label=label_of(score),
            confidence=round(getattr(polarity, polarity.best), 4),
            emotions={name: round(rate, 3) for name, rate in zip(EMOTIONS, emotions, strict=True)},
        )

    def rate(self, read: Wording, vector: Vector) -> Floats:
        """Add up what vector, signs and known words say about each output."""
        rates = self.meaning_weights @ vector + self.sign_weights @ read.signs + self.bias
        index = self.index
        known = [gram for gram in read.grams if gram in index]
        if known:
            rows = np.array([index[gram] for gram in known])
            weights = self.rarity.take(rows)
            if read.repeats:
                weights = weights * (1 + np.log(np.array([read.grams[gram] for gram in known], np.float32)))
            length = math.sqrt(float(weights @ weights))
            rates += (weights @ self.word_weights.take(rows, axis=0)) / length
        result: Floats = rates
        return result

    def polarity(self, rates: Floats, public: bool) -> Polarity:
        """Turn the first three outputs into probabilities."""
        three = (self.public_scale * (rates[:3] + self.public_bias) if public else rates[:3]).tolist()
        highest = max(three)
        raised = [math.exp(one - highest) for one in three]
        total = sum(raised)
        return Polarity(*[one / total for one in raised])

    @cached_property
    def index(self) -> Mapping[str, int]:
        """The row of each gram."""
        return {gram: row for row, gram in enumerate(self.grams)}

    def arrays(self) -> Mapping[str, Any]:
        """Return everything that is stored, by name; half precision is enough for weights of words."""
        return {
            "grams": np.array("\n".join(self.grams)),
            "rarity": self.rarity.astype(np.float16),
            "word_weights": self.word_weights.astype(np.float16),
            "sign_weights": self.sign_weights,
            "meaning_weights": self.meaning_weights,
            "bias": self.bias,
            "public_bias": self.public_bias,
            "public_scale": np.float32(self.public_scale),
        }

    @classmethod
    def from_arrays(cls, stored: Mapping[str, Any]) -> "MoodModel":
        """Read back what `arrays` gave."""
        return cls(
            grams=tuple(str(stored["grams"]).split("\n")),
            rarity=stored["rarity"].astype(np.float32),
            word_weights=stored["word_weights"].astype(np.float32),
            sign_weights=stored["sign_weights"],
            meaning_weights=stored["meaning_weights"],
            bias=stored["bias"],
            public_bias=stored["public_bias"],
            public_scale=float(stored["public_scale"]),
        )


def scored(polarity: Polarity, strong_bad: float, strong_good: float) -> float:
    """The expected feeling from -1 to 1, kept within the range of the likeliest label."""
    balance = polarity.positive * strength(strong_good) - polarity.negative * strength(strong_bad)
    shown = {
        "negative": "very_negative" if strong_bad > 0.5 else "negative",
        "neutral": "neutral",
        "positive": "very_positive" if strong_good > 0.5 else "positive",
    }
    lowest, highest = RANGES[LABELS.index(shown[polarity.best])]
    return round(min(max(balance, lowest), highest), 3)


def strength(strong: float) -> float:
    """Turn the probability of a strong feeling into how strong it is."""
    if strong < 0.5:
        return FAINT + 2 * strong * (MIDDLING - FAINT)
    return MIDDLING + (2 * strong - 1) * (FULL - MIDDLING)


def share(rate: float) -> float:
    """Turn a rate into a probability."""
    return 1 / (1 + math.exp(-min(max(rate, -LARGEST), LARGEST)))
