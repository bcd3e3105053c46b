"""Splits a text into its wishes; a text with one wish stays whole."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import yaml

from frontdesk_nlu.clauses.cutting import Cut, cuts
from frontdesk_nlu.clauses.shape import shape
from frontdesk_nlu.clauses.weighing import SIGNS, Reading, signs
from frontdesk_nlu.intents.ngrams import Floats
from frontdesk_nlu.reading.text import prepared

FILE = Path(__file__).with_name("weights.yaml")
MOST_CLAUSES = 4

ReadMany = Callable[[Sequence[str]], Sequence[Reading]]
"""Reads prepared texts; together they cost less than one by one."""


@dataclass(frozen=True)
class Weights:
    """How much each sign speaks for two wishes, and from which sum on they do."""

    of_signs: Floats
    line: float


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
    return Weights(np.array([kept["signs"][name] for name in SIGNS], dtype=np.float32), float(kept["line"]))


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


def best_split(text: str, clause: Clause, read: ReadMany, weights: Weights) -> list[Clause] | None:
    """Return the two sides of the cut that speaks most for two wishes, if it says enough."""
    said = text[clause.start : clause.end]
    places = cuts(said)
    if not places:
        return None
    halves = [prepared(half) for cut in places for half in (said[: cut.end], said[cut.start :])]
    readings = read(halves)
    best, parts = weights.line, None
    for at, cut in enumerate(places):
        left, right = readings[2 * at : 2 * at + 2]
        if left.best == right.best:
            continue
        shapes = shape(halves[2 * at]), shape(halves[2 * at + 1])
        weight = float(weights.of_signs @ signs(cut, clause.reading, left, right, shapes))
        if weight > best:
            best, parts = weight, two_sides(clause, cut, left, right)
    return parts


def two_sides(clause: Clause, cut: Cut, left: Reading, right: Reading) -> list[Clause]:
    """Make the clauses on both sides of a cut."""
    return [
        Clause(clause.start, clause.start + cut.end, left),
        Clause(clause.start + cut.start, clause.end, right),
    ]
