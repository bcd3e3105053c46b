"""How a conversation stands: is the matter settled, does a person have to take over? (seed 003, layer 2)"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from operator import mul
from typing import Literal

from policies.normalise import normalise
from policies.phrases import Phrases

Spoke = Literal["asked", "told", ""]
"""What the assistant did last: asked something, told something, or nothing yet."""
FAILING = frozenset({"still", "exhausted", "blames"})
"""Signs that what was tried did not help."""
LAST = 6
"""So many messages' signs are remembered."""
LONG_WORDS = 30
ENOUGH = 2


@dataclass(frozen=True, kw_only=True)
class Standing:
    """Both from 0 to 1: how surely the matter is settled, and how surely a person is needed."""

    resolution: float
    escalation: float


@dataclass(frozen=True, kw_only=True)
class Ending:
    """A conversation as it stands with the customer's newest message."""

    text: str
    signs: frozenset[str]
    earlier: Sequence[Sequence[str]] = ()
    """The signs of the customer's messages before it, oldest first."""
    spoke: Spoke = ""
    mood: float = 0.0
    frustration: float = 0.0
    asks_person: bool = False
    """The message was understood as a request for a person."""
    vector: Sequence[float] | None = None


@dataclass(frozen=True)
class Side:
    """The weights of one of the two questions."""

    bias: float
    features: Mapping[str, float]
    vector: tuple[float, ...]

    def confidence(self, features: Mapping[str, float], vector: Sequence[float] | None) -> float:
        """Return 0..1; without a vector the words alone speak."""
        total = self.bias + sum(self.features.get(name, 0.0) * value for name, value in features.items())
        if vector is not None and len(vector) == len(self.vector):
            total += sum(map(mul, self.vector, vector))
        return 1 / (1 + math.exp(-max(-30.0, min(30.0, total))))


@dataclass(frozen=True, kw_only=True)
class StandingModel:
    """Looks for signs in a message and weighs them with what went before."""

    cues: Mapping[str, Phrases]
    undoes: Mapping[str, str]
    """Signs that take another one back: whoever declines a person does not ask for one."""
    resolution: Side
    escalation: Side

    def signs(self, text: str) -> frozenset[str]:
        """Name the signs that a message shows."""
        words = normalise(text)
        held = frozenset(words.split())
        found = {
            name for name, phrases in self.cues.items() if phrases.may_hold(held) and phrases.first(words)
        }
        return frozenset(found - {undone for name, undone in self.undoes.items() if name in found})

    def standing(self, ending: Ending) -> Standing:
        """Judge how the conversation stands."""
        features = features_of(ending)
        vector = None if ending.vector is None else list(ending.vector)  # both sides read all of it
        return Standing(
            resolution=round(self.resolution.confidence(features, vector), 4),
            escalation=round(self.escalation.confidence(features, vector), 4),
        )


def failing(signs: Sequence[str] | frozenset[str]) -> bool:
    """Say whether a message reports that something did not help."""
    return bool(FAILING & set(signs))


def features_of(ending: Ending) -> dict[str, float]:
    """Return what the weights are for, each about 0..1; what is absent is left out."""
    failed = sum(failing(signs) for signs in ending.earlier)
    found = {f"says_{name}": 1.0 for name in ending.signs}
    found |= {
        "asked": float(ending.spoke == "asked"),
        "first": float(ending.spoke == ""),
        "messages": min(ENOUGH, len(ending.earlier)) / ENOUGH,
        "failed_before": min(ENOUGH, failed) / ENOUGH,
        "fails_again": float(failed > 0 and failing(ending.signs)),
        "mood": ending.mood,
        "frustration": ending.frustration,
        "asks_person": float(ending.asks_person),
        "question": float("?" in ending.text),
        "length": min(LONG_WORDS, len(ending.text.split())) / LONG_WORDS,
    }
    return {name: value for name, value in found.items() if value}
