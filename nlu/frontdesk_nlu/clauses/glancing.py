"""A first look at the sides of a cut: the tokens of the whole text, as the encoder understood them there."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from frontdesk_nlu.encoding.encoder import Tokens, Vector
from frontdesk_nlu.intents.blend import IntentModel
from frontdesk_nlu.intents.ngrams import Floats, Rows

RIDGE = 3.0

Sides = tuple[int, int, int, int]
"""Where two sides begin and end in the prepared text: `text[a:b]` and `text[c:d]`."""


@dataclass(frozen=True)
class Sketch:
    """The intents as directions: rough, and two hundred times cheaper than the model."""

    directions: Floats

    @classmethod
    def of(cls, model: IntentModel) -> "Sketch":
        """Draw the examples of a model by least squares."""
        aims = np.zeros_like(model.pulls)
        own = np.arange(model.own)
        aims[own, model.pulls[: model.own].argmax(axis=1)] = 1
        gram = model.points.T @ model.points
        gram[np.diag_indices(len(gram))] += np.float32(RIDGE)
        return cls(np.linalg.solve(gram, model.points.T @ aims).astype(np.float32))

    def rate(self, vectors: Vector) -> Floats:
        """Return about 1 for the intent of each vector, and about 0 for all others."""
        result: Floats = vectors @ self.directions
        return result


@dataclass(frozen=True)
class Glance:
    """What a first look tells of two sides."""

    left: Vector
    right: Vector
    left_rates: Floats
    right_rates: Floats


@dataclass(frozen=True)
class Glancer:
    """Looks at parts of one text; nothing of it is encoded again."""

    sketch: Sketch
    spans: Rows
    summed: Floats
    """The states of the first 0, 1, 2, … tokens together."""

    @classmethod
    def over(cls, tokens: Tokens, sketch: Sketch) -> "Glancer":
        """Prepare for looking at parts of a text."""
        inner = tokens.states[1:-1]
        summed = np.zeros((len(inner) + 1, inner.shape[1]), np.float32)
        np.cumsum(inner, axis=0, out=summed[1:])
        return cls(sketch, tokens.spans()[1:-1], summed)

    def glance(self, places: Sequence[Sides]) -> list[Glance]:
        """Look at both sides of some cuts; a side that was not encoded has a vector of zeros."""
        at = np.array(places, dtype=np.int64).reshape(-1, 2)
        first = np.searchsorted(self.spans[:, 1], at[:, 0], side="right")
        last = np.searchsorted(self.spans[:, 0], at[:, 1], side="left")
        summed = self.summed[np.maximum(first, last)] - self.summed[first]
        lengths = np.linalg.norm(summed, axis=1, keepdims=True)
        vectors = summed / np.maximum(lengths, 1e-9)
        rates = self.sketch.rate(vectors)
        return [
            Glance(vectors[at], vectors[at + 1], rates[at], rates[at + 1]) for at in range(0, len(vectors), 2)
        ]
