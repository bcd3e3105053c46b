"""Splits a text into its wishes; a text with one wish stays whole."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import yaml

from frontdesk_nlu.clauses.cutting import Cut, cuts
from frontdesk_nlu.clauses.shape import shape
from frontdesk_nlu.clauses.weighing import CHEAP, SIGNS, Reading, cheap_signs, dear_signs
from frontdesk_nlu.intents.ngrams import Floats
from frontdesk_nlu.reading.text import prepared

FILE = Path(__file__).with_name("weights.yaml")
MOST_CLAUSES = 4
READ_PLACES = 1
"""The sides of so many cuts are read; what the sides say is dear to know, where they meet is cheap."""

ReadMany = Callable[[Sequence[str]], Sequence[Reading]]
"""Reads prepared texts; together they cost less than one by one."""


@dataclass(frozen=True)
class Weights:
    """How much each sign speaks for two wishes, and from which sum on they do."""

    of_signs: Floats
    line: float
    of_cheap_signs: Floats
    cheap_line: float
    """Below this sum of the cheap signs alone, the sides are not even read."""


@dataclass(frozen=True)
class Clause:
    """One wish, at `text[start:end]`."""

    start: int
    end: int
    reading: Reading


@cache
def shipped_weights() -> Weights:
    """Read the weights of this package; `README.md` beside them says how they were fitted."""
    kept = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    full, cheap = kept["signs"], kept["cheap_signs"]
    return Weights(
        of_signs=np.array([full[name] for name in SIGNS], dtype=np.float32),
        line=float(kept["line"]),
        of_cheap_signs=np.array([cheap[name] for name in CHEAP], dtype=np.float32),
        cheap_line=float(kept["cheap_line"]),
    )


def split(text: str, whole: Reading, read: ReadMany, weights: Weights) -> Sequence[Clause]:
    """Return the clauses of a text in the order of mention; one wish gives an empty list."""
    waiting, found = [Clause(0, len(text), whole)], list[Clause]()
    while waiting:
        clause = waiting.pop(0)
        room = len(waiting) + len(found) + 2 <= MOST_CLAUSES
        parts = best_split(text, clause, read, weights) if room else None
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
    """A cut that is worth reading both sides of."""

    cut: Cut
    halves: tuple[str, str]
    signs: Sequence[float]


def best_split(text: str, clause: Clause, read: ReadMany, weights: Weights) -> list[Clause] | None:
    """Return the two sides of the cut that speaks most for two wishes, if it says enough."""
    places = worth_reading(text[clause.start : clause.end], clause.reading, weights)
    if not places:
        return None
    readings = read([half for place in places for half in place.halves])
    best, parts = weights.line, None
    for place, left, right in zip(places, readings[::2], readings[1::2], strict=True):
        if left.best == right.best:
            continue
        signs = np.array(
            [*place.signs, *dear_signs(place.cut, clause.reading, left, right)], dtype=np.float32
        )
        weight = float(weights.of_signs @ signs)
        if weight > best:
            best, parts = weight, two_sides(clause, place.cut, left, right)
    return parts


def worth_reading(said: str, whole: Reading, weights: Weights) -> Sequence[Place]:
    """Return the likeliest cuts, of those whose cheap signs do not rule out two wishes."""
    found = list[tuple[float, Place]]()
    for cut in cuts(said):
        halves = prepared(said[: cut.end]), prepared(said[cut.start :])
        signs = cheap_signs(cut, whole, shape(halves[0]), shape(halves[1]))
        weight = float(weights.of_cheap_signs @ np.array(signs, dtype=np.float32))
        if weight > weights.cheap_line:
            found.append((weight, Place(cut, halves, signs)))
    found.sort(key=lambda one: -one[0])
    return [place for _, place in found[:READ_PLACES]]


def two_sides(clause: Clause, cut: Cut, left: Reading, right: Reading) -> list[Clause]:
    """Make the clauses on both sides of a cut."""
    return [
        Clause(clause.start, clause.start + cut.end, left),
        Clause(clause.start + cut.start, clause.end, right),
    ]
