"""What the metrics are called, and what one of them found in one conversation."""

from collections.abc import Mapping
from dataclasses import dataclass

from evals.metrics.check import Check

ASPECTS: Mapping[str, str] = {
    "intent": "understood as meant",
    "tools": "the right tools, rightly called",
    "outcome": "the right words, status and effects",
    "cited": "every source named and right",
    "forbidden": "nothing forbidden said",
    "voice": "one answer by one voice",
}
"""Names of the metrics, each with what it promises."""


@dataclass(frozen=True, kw_only=True)
class Score:
    """What one metric found in one conversation."""

    metric: str
    value: float
    passed: bool
    reason: str
    checks: tuple[Check, ...]
