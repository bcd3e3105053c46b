"""How a conversation stands: is the matter settled, does a person have to take over? (seed 003, layer 2)"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from policies.normalise import folded, spoken, written_words
from policies.phrases import Phrases
from policies.presence import Presence

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

    def confidence(self, features: Mapping[str, float], place: "Place | None") -> float:
        """Return 0..1; without a vector the words alone speak."""
        total, weights = self.bias, self.features
        for name, value in features.items():
            total += weights.get(name, 0.0) * value
        if place is not None and len(place.vector) == len(self.vector):
            total += place.weighed(self.vector, self.square)
        return 1 / (1 + math.exp(-max(-30.0, min(30.0, total))))

    @cached_property
    def square(self) -> float:
        """The length of the weights' vector, squared."""
        return math.hypot(*self.vector) ** 2


@dataclass(frozen=True, slots=True)
class Place:
    """Where a message lies, read once for all that weigh it."""

    vector: tuple[float, ...]
    square: float
    """Its length, squared."""

    def weighed(self, weights: tuple[float, ...], square: float) -> float:
        """Return the sum of the products: by the law of cosines, because distances are measured in C."""
        return (self.square + square - math.dist(self.vector, weights) ** 2) / 2


def place_of(vector: Sequence[float] | None) -> Place | None:
    """Read a vector; none is nowhere."""
    if vector is None:
        return None
    read = tuple(vector)
    return Place(read, math.hypot(*read) ** 2)


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
        known, possible = self._presence.read(written_words(folded(text)))
        if not possible:
            return frozenset()
        words = " ".join([said for said, _, _ in known if said])
        found = {
            name for name, bits in self._bits.items() if possible & bits and self.cues[name].first(words)
        }
        return frozenset(found - {undone for name, undone in self.undoes.items() if name in found})

    @cached_property
    def _presence(self) -> Presence:
        """Tells which phrases a message may hold, so that few are searched for."""
        needs = [needs for phrases in self.cues.values() for needs in phrases.each_needs]
        return Presence(needs, lambda word: (spoken(word), spoken(word)))

    @cached_property
    def _bits(self) -> Mapping[str, int]:
        """The phrases of each sign among all of them, as bits."""
        bits, begin = {}, 0
        for name, phrases in self.cues.items():
            count = len(phrases.each_needs)
            bits[name] = ((1 << count) - 1) << begin
            begin += count
        return bits

    def standing(self, ending: Ending) -> Standing:
        """Judge how the conversation stands."""
        features = features_of(ending)
        place = place_of(ending.vector)
        return Standing(
            resolution=round(self.resolution.confidence(features, place), 4),
            escalation=round(self.escalation.confidence(features, place), 4),
        )


def failing(signs: Iterable[str]) -> bool:
    """Say whether a message reports that something did not help."""
    return not FAILING.isdisjoint(signs)


def features_of(ending: Ending) -> dict[str, float]:
    """Return what the weights are for, each about 0..1; what is absent is left out."""
    failed = sum(map(failing, ending.earlier))
    found = {
        "messages": min(ENOUGH, len(ending.earlier)) / ENOUGH,
        "failed_before": min(ENOUGH, failed) / ENOUGH,
        "mood": ending.mood,
        "frustration": ending.frustration,
        "length": min(LONG_WORDS, len(ending.text.split())) / LONG_WORDS,
    }
    seen = {
        "asked": ending.spoke == "asked",
        "first": ending.spoke == "",
        "fails_again": failed > 0 and failing(ending.signs),
        "asks_person": ending.asks_person,
        "question": "?" in ending.text,
    }
    told = [name for name, there in seen.items() if there]
    return {
        **{name: value for name, value in found.items() if value},
        **dict.fromkeys([*told, *(f"says_{name}" for name in ending.signs)], 1.0),
    }
