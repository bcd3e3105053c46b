"""Splits a text into its wishes; a text with one wish stays whole."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import yaml

from frontdesk_nlu.clauses.cutting import Cut, cuts
from frontdesk_nlu.clauses.glancing import Glance, Sides
from frontdesk_nlu.clauses.shape import shape
from frontdesk_nlu.clauses.weighing import CHEAP, DEAR, NEAR, Reading, cheap_signs, dear_signs, near_signs
from frontdesk_nlu.intents.ngrams import Floats
from frontdesk_nlu.reading.text import prepared

FILE = Path(__file__).with_name("weights.yaml")
MOST_CLAUSES = 4
STAGES = {"cheap": CHEAP, "near": CHEAP + NEAR, "dear": CHEAP + NEAR + DEAR}
"""What is known at each stage."""

Look = Callable[[Sequence[Sides]], Sequence[Glance]]
"""Looks at the sides of some places in the prepared text, without encoding them."""

ReadMany = Callable[[Sequence[str]], Sequence[Reading]]
"""Encodes and judges prepared texts; together they cost less than one by one."""


@dataclass(frozen=True)
class Stage:
    """How much each sign speaks for two wishes, and the sum below which there is one."""

    weights: Floats
    line: float

    def beyond(self, signs: Sequence[float]) -> float:
        """Return how far the signs' sum lies above the line."""
        return float(self.weights @ np.array(signs, dtype=np.float32)) - self.line


@dataclass(frozen=True)
class Weights:
    """Three stages: each is dearer than the one before, and only looks at what that one lets through."""

    cheap: Stage
    near: Stage
    dear: Stage


@dataclass(frozen=True)
class Clause:
    """One wish, at `text[start:end]`; `spoken` is where it stands in the prepared text."""

    start: int
    end: int
    spoken: tuple[int, int]
    reading: Reading


@cache
def shipped_weights() -> Weights:
    """Read the weights of this package; `README.md` beside them says how they were fitted."""
    kept = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return Weights(**{
        stage: Stage(
            np.array([kept[stage]["signs"][name] for name in names], dtype=np.float32),
            float(kept[stage]["line"]),
        )
        for stage, names in STAGES.items()
    })  # fmt: skip


def split(text: str, whole: Clause, look: Look, read: ReadMany, weights: Weights) -> Sequence[Clause]:
    """Return the clauses of a text in the order of mention; one wish gives an empty list."""
    waiting, found = [whole], list[Clause]()
    while waiting:
        clause = waiting.pop(0)
        room = len(waiting) + len(found) + 2 <= MOST_CLAUSES
        parts = two_wishes(text, clause, look, read, weights) if room else None
        if parts is None:
            found.append(clause)
        else:
            waiting[:0] = parts
    return with_own_wish(found) if len(found) > 1 else []


def with_own_wish(clauses: Sequence[Clause]) -> Sequence[Clause]:
    """Leave out what repeats the wish before it; a single wish is none to tell apart."""
    kept = [
        clause
        for at, clause in enumerate(clauses)
        if all(clause.reading.best != other.reading.best for other in clauses[:at])
    ]
    return kept if len(kept) > 1 else []


@dataclass(frozen=True)
class Place:
    """A cut with its prepared sides and what is known of them so far."""

    cut: Cut
    halves: tuple[str, str]
    signs: Sequence[float]

    def sides(self, clause: Clause) -> Sides:
        """Tell where the sides stand in the prepared text."""
        first, last = clause.spoken
        return first, first + len(self.halves[0]), last - len(self.halves[1]), last


def two_wishes(
    text: str, clause: Clause, look: Look, read: ReadMany, weights: Weights
) -> tuple[Clause, Clause] | None:
    """Return the two sides of the likeliest cut, if they are two wishes."""
    place = likeliest(text[clause.start : clause.end], clause, look, weights)
    if place is None:
        return None
    left, right = read(place.halves)
    signs = [*place.signs, *dear_signs(place.cut, clause.reading, left, right)]
    if left.best == right.best or weights.dear.beyond(signs) <= 0:
        return None
    sides, cut = place.sides(clause), place.cut
    return (
        Clause(clause.start, clause.start + cut.end, sides[:2], left),
        Clause(clause.start + cut.start, clause.end, sides[2:], right),
    )


def likeliest(said: str, clause: Clause, look: Look, weights: Weights) -> Place | None:
    """Return the cut that a first look speaks most for; most texts have none."""
    places = [
        place
        for cut in cuts(said)
        if weights.cheap.beyond((place := first_signs(said, cut, clause.reading)).signs) > 0
    ]
    if not places:
        return None
    seen = [
        Place(place.cut, place.halves, [*place.signs, *near_signs(place.cut, clause.reading, glance)])
        for place, glance in zip(places, look([place.sides(clause) for place in places]), strict=True)
    ]
    best = max(seen, key=lambda place: weights.near.beyond(place.signs))
    return best if weights.near.beyond(best.signs) > 0 else None


def first_signs(said: str, cut: Cut, whole: Reading) -> Place:
    """Collect what a cut shows before anything is looked at."""
    halves = prepared(said[: cut.end]), prepared(said[cut.start :])
    return Place(cut, halves, cheap_signs(cut, whole, shape(halves[0]), shape(halves[1])))
