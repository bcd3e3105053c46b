"""The fitted model: wording and vector of a text weighed into one likelihood."""

import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from frontdesk_nlu.persons.frame import circumstances, runs
from frontdesk_nlu.persons.wording import wordings

Floats = npt.NDArray[np.float32]


def told(text: str) -> tuple[list[str], ...]:
    """Return what a prepared text tells, in groups that weigh the same however much each holds."""
    return wordings(text), runs(text), circumstances(text)


@dataclass(frozen=True)
class AskingModel:
    """A logistic model; `weights` already hold how rare each wording is."""

    weights: Mapping[str, tuple[float, float]]
    """By wording: how much it weighs in the length of a text, and how much it speaks for asking."""
    vector: Floats
    bias: float

    def likelihood(self, text: str, vector: Floats) -> float:
        """Return how likely a prepared text with this vector asks for a person."""
        said = sum(map(self._said, told(text)))
        total = said + float(self.vector @ vector) + self.bias
        return 1 / (1 + math.exp(-max(-30.0, min(30.0, total))))

    def _said(self, group: list[str]) -> float:
        """Weigh one group of what a text tells."""
        square = said = 0.0
        for wording, often in Counter(filter(self.weights.__contains__, group)).items():
            rare, speaks = self.weights[wording]
            weight = rare if often == 1 else (1 + math.log(often)) * rare
            square += weight * weight
            said += weight * speaks
        return said / (math.sqrt(square) or 1.0)

    def arrays(self) -> dict[str, Any]:
        """Write the model as arrays."""
        return {
            "wordings": np.array(list(self.weights)),
            "weights": np.array(list(self.weights.values()), dtype=np.float32).reshape(-1, 2),
            "vector": self.vector,
            "bias": np.float32(self.bias),
        }

    @classmethod
    def from_arrays(cls, stored: Mapping[str, Any]) -> "AskingModel":
        """Read what `arrays` wrote."""
        pairs = map(tuple, stored["weights"].tolist())
        weights = dict(zip(stored["wordings"].tolist(), pairs, strict=True))
        return cls(weights, stored["vector"], float(stored["bias"]))
