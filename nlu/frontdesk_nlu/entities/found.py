"""One entity, and how several make room for each other."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

Value = str | float


@dataclass(frozen=True, kw_only=True)
class Found:
    """One entity at `text[start:end]`."""

    entity: str
    value: Value
    start: int
    end: int
    confidence: float
    extractor: str = "rule"
    currency: str | None = None

    def told(self) -> dict[str, Value]:
        """Write it the way the contract has it."""
        told = {
            "entity": self.entity,
            "value": self.value,
            "start": self.start,
            "end": self.end,
            "confidence": self.confidence,
            "extractor": self.extractor,
        }
        return told if self.currency is None else told | {"currency": self.currency}


def at(
    hit: re.Match[str], entity: str, value: Value, confidence: float, currency: str | None = None
) -> Found:
    """Make the entity that a pattern found."""
    return Found(
        entity=entity,
        value=value,
        start=hit.start(),
        end=hit.end(),
        confidence=confidence,
        currency=currency,
    )


def without_overlaps(found: Iterable[Found]) -> Sequence[Found]:
    """Keep the first of entities that share characters, in reading order."""
    claims = list(found)
    if len(claims) < 2:
        return claims
    kept: list[Found] = []
    for one in claims:
        if all(one.end <= other.start or other.end <= one.start for other in kept):
            kept.append(one)
    return sorted(kept, key=lambda one: one.start)
