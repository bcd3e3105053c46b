"""The intent model: three cheap views of a text, blended and calibrated; it says what it does not know."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from frontdesk_nlu.encoding.encoder import Vector
from frontdesk_nlu.intents.ngrams import Floats, Ngrams

NEIGHBOURS = 15
CLOSEST = 3


@dataclass(frozen=True)
class Blend:
    """How much the views weigh, and how the blended scores become probabilities."""

    words: float
    neighbours: float
    temperature: float = 1.0


@dataclass(frozen=True)
class Scope:
    """Where the model's subject ends: texts about other things, and the weight of each sign of one."""

    foreign: Floats
    weights: Floats
    bias: float


@dataclass(frozen=True)
class Judgement:
    """Probabilities in the order of the model's names, and how far the text lies outside all of them."""

    probabilities: Floats
    out_of_scope: float


@dataclass(frozen=True)
class IntentModel:
    """A linear model on the sentence vector, one on n-grams, and a vote of the nearest examples."""

    names: tuple[str, ...]
    ngrams: Ngrams
    meaning_weights: Floats
    meaning_bias: Floats
    word_weights: Floats
    word_bias: Floats
    examples: Floats
    labels: npt.NDArray[np.int64]
    blend: Blend
    scope: Scope

    def judge(self, text: str, vector: Vector) -> Judgement:
        """Rate every intent for one prepared text."""
        meaning, words, near = self.views(text, vector)
        scores = (
            meaning
            + self.blend.words * words
            + self.blend.neighbours * vote(near, self.labels, len(self.names))
        )
        signs = scope_signs(meaning, words, near, self.scope.foreign @ vector)
        return Judgement(softmax(scores / self.blend.temperature), self.out_of_scope(signs))

    def views(self, text: str, vector: Vector) -> tuple[Floats, Floats, Floats]:
        """Return log-probabilities from the vector, margins from the n-grams, cosines to the examples."""
        meaning = np.log(softmax(self.meaning_weights @ vector + self.meaning_bias) + 1e-9)
        at, weights = self.ngrams.weigh(text)
        return meaning, weights @ self.word_weights[at] + self.word_bias, self.examples @ vector

    def out_of_scope(self, signs: Floats) -> float:
        """Weigh the signs; at 0.5 one in twenty texts of the training kind would be rejected."""
        weighed = float(self.scope.weights @ signs) + self.scope.bias
        return float(1 / (1 + np.exp(-np.clip(weighed, -30, 30))))

    def arrays(self) -> Mapping[str, Any]:
        """Return everything that is stored, by name."""
        return {
            "names": np.array(self.names),
            "grams": np.array(list(self.ngrams.index)),
            "idf": self.ngrams.idf,
            "meaning_weights": self.meaning_weights,
            "meaning_bias": self.meaning_bias,
            "word_weights": self.word_weights,
            "word_bias": self.word_bias,
            "examples": self.examples,
            "labels": self.labels,
            "blend": np.array(list(vars(self.blend).values())),
            "foreign": self.scope.foreign,
            "scope_weights": self.scope.weights,
            "scope_bias": np.array(self.scope.bias),
        }

    @classmethod
    def from_arrays(cls, stored: Mapping[str, Any]) -> "IntentModel":
        """Read back what `arrays` gave."""
        index = {str(gram): at for at, gram in enumerate(stored["grams"])}
        return cls(
            names=tuple(str(name) for name in stored["names"]),
            ngrams=Ngrams(index, stored["idf"]),
            meaning_weights=stored["meaning_weights"],
            meaning_bias=stored["meaning_bias"],
            word_weights=stored["word_weights"],
            word_bias=stored["word_bias"],
            examples=stored["examples"],
            labels=stored["labels"],
            blend=Blend(*(float(number) for number in stored["blend"])),
            scope=Scope(stored["foreign"], stored["scope_weights"], float(stored["scope_bias"])),
        )


def softmax(scores: Floats) -> Floats:
    """Turn scores into probabilities."""
    raised = np.exp(scores - scores.max())
    result: Floats = (raised / raised.sum()).astype(np.float32)
    return result


def scope_signs(meaning: Floats, words: Floats, near: Floats, foreign: Floats) -> Floats:
    """Tell from raw scores how familiar a text is: calibrated ones would hide it."""
    closest = float(np.partition(near, -CLOSEST)[-CLOSEST:].mean())
    first, second = np.sort(words)[:-3:-1]
    sure = float(np.exp(meaning.max()))
    return np.array(
        [closest, closest * sure, sure, first, first - second, float(foreign.max()) - float(near.max())],
        dtype=np.float32,
    )


def vote(cosines: Floats, labels: npt.NDArray[np.int64], classes: int) -> Floats:
    """Let the nearest examples vote, each with its cosine; the result is a log-share per intent."""
    nearest = np.argsort(-cosines, kind="stable")[:NEIGHBOURS]
    shares = np.bincount(labels[nearest], weights=np.maximum(cosines[nearest], 0), minlength=classes)
    result: Floats = np.log((shares + 0.1) / (shares.sum() + 0.1 * classes)).astype(np.float32)
    return result


def with_context(
    ranking: Sequence[tuple[str, float]], last_intents: Sequence[str]
) -> Sequence[tuple[str, float]]:
    """Lean towards what the conversation was about; the lean is small and fades over three intents.

    It decides only between near equals: the factor of the latest intent is
    1.3, so a ranking that was clear stays as it was.
    """
    recent = list(reversed(last_intents[-3:]))
    factors = {intent: 1 + 0.3 / (recent.index(intent) + 1) for intent in recent}
    weighed = [(name, share * factors.get(name, 1.0)) for name, share in ranking]
    total = sum(share for _, share in weighed) or 1.0
    return sorted(((name, share / total) for name, share in weighed), key=lambda one: -one[1])
