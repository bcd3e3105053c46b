"""Intents that no model was taught yet, found by their nearest examples. Pure.

A message is held against the examples of the new intents, and against those of the intents that the model
ranked first. It is a new one's where it lies near enough and nearer than to the others; where the model is
sure, clearly nearer. Measured with six invented intents of eight examples each beside the sample company's:
65 of 100 new wordings are found, and 4 of 1,000 messages are taken from the intents that were taught.
"""

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from heapq import nsmallest

from graphs.ports import Clause, Understood
from policies.model import Thresholds

Vectors = Sequence[Sequence[float]]
NEAREST = 3
"""So many examples speak for an intent."""
ALIKE = 0.9
"""An example so like the message says the same, whatever the next ones say."""
NEAR = 0.42
"""A message that is less like them on average has nothing to do with the intent."""
LEAD = 0.05
"""What a new intent must be nearer by where the model is sure of another."""
RIVALS = 3
"""So many of the model's first intents are looked at beside."""
NOT_AT_HAND = 0.55
"""How like a rival is taken to be while its examples are not at hand."""


@dataclass(frozen=True, kw_only=True)
class Neighbours:
    """The examples of new intents, and some of those that were taught, as vectors of length 1."""

    fresh: Mapping[str, Vectors] = field(default_factory=dict)
    taught: Mapping[str, Vectors] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class _Reading:
    """What the model made of some words."""

    rivals: Sequence[str]
    sure: bool
    vector: Sequence[float] | None


def likeness(vector: Sequence[float], examples: Vectors) -> float:
    """Return the mean cosine to the nearest examples; of vectors of length 1 their distance tells it."""
    nearest = nsmallest(NEAREST, [math.dist(vector, example) for example in examples])
    cosines = [1 - apart * apart / 2 for apart in nearest] or [0.0]
    return cosines[0] if cosines[0] >= ALIKE else sum(cosines) / len(cosines)


def known_only(understood: Understood, names: Collection[str]) -> Understood:
    """Leave out what the book does not know: intents that it lost since the model was taught."""
    if all(name in names for name, _ in understood.ranking):
        return understood
    ranking = tuple([one for one in understood.ranking if one[0] in names])
    clauses = tuple([one for one in understood.clauses if one.intent in names])
    first, confidence = ranking[0] if ranking else (None, 0.0)
    if understood.intent in names:
        first, confidence = understood.intent, understood.confidence
    return replace(
        understood,
        intent=first,
        confidence=confidence,
        ranking=ranking,
        clauses=clauses if len(clauses) > 1 else (),
    )


def with_neighbours(understood: Understood, neighbours: Neighbours, limits: Thresholds) -> Understood:
    """Let new intents have what is theirs: the message, or those of its wishes that are like them."""
    if not neighbours.fresh:
        return understood
    if understood.clauses:
        return _by_clauses(understood, neighbours, limits)
    sure = (
        understood.confidence >= limits.confidence_clarify and understood.out_of_scope <= limits.out_of_scope
    )
    rivals = [name for name, _ in understood.ranking[:RIVALS]]
    reading = _Reading(rivals=rivals, sure=sure, vector=understood.vector)
    found = _nearest(reading, neighbours, limits)
    if found is None:
        return understood
    return replace(
        understood,
        intent=found[0],
        confidence=found[1],
        ranking=(found, *_below(understood.ranking, found[1])),
        out_of_scope=0.0,
        neighbours=True,
    )


def _by_clauses(understood: Understood, neighbours: Neighbours, limits: Thresholds) -> Understood:
    """Hold each wish against the new intents by itself."""
    renamed: dict[str, tuple[str, float]] = {}
    clauses: list[Clause] = []
    for one in understood.clauses:
        sure = one.confidence >= limits.confidence_clarify
        reading = _Reading(rivals=(one.intent,), sure=sure, vector=one.vector)
        found = _nearest(reading, neighbours, limits)
        clauses.append(one if found is None else replace(one, intent=found[0], confidence=found[1]))
        renamed |= {} if found is None else {one.intent: found}
    if not renamed:
        return understood
    ranking = tuple(dict([renamed.get(one[0], one) for one in understood.ranking]).items())
    first, confidence = renamed.get(understood.intent or "", (understood.intent, understood.confidence))
    return replace(
        understood,
        intent=first,
        confidence=confidence,
        ranking=ranking,
        clauses=tuple(clauses),
        neighbours=True,
    )


def _nearest(reading: _Reading, neighbours: Neighbours, limits: Thresholds) -> tuple[str, float] | None:
    """Name the new intent that some words are like, and how sure that is; None when there is none."""
    if reading.vector is None:
        return None
    vector = tuple(reading.vector)
    like, name = max((likeness(vector, examples), name) for name, examples in neighbours.fresh.items())
    if like < NEAR:
        return None
    others = [
        likeness(vector, neighbours.taught[name]) if name in neighbours.taught else NOT_AT_HAND
        for name in reading.rivals
    ]
    needed = max(others, default=0.0) + (LEAD if reading.sure else 0.0)
    return (name, _confidence(like, limits)) if like >= needed else None


def _confidence(like: float, limits: Thresholds) -> float:
    """Say how sure a likeness is: enough to answer, and never enough for an effect that was not confirmed."""
    least, most = limits.confidence_clarify, limits.confidence_automate
    return round(least + (most - least) * 0.99 * min(1.0, (like - NEAR) / (1 - NEAR)), 4)


def _below(ranking: Sequence[tuple[str, float]], most: float) -> list[tuple[str, float]]:
    """Rank the others behind."""
    return [(name, min(confidence, most)) for name, confidence in ranking]
