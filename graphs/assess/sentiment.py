"""Sentiment over a conversation (seed 000, component 3: trend, risk, tone)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

LAST = 5
STEADY = 0.1
"""A slope nearer to zero is no trend."""


def trend(scores: Sequence[float]) -> float:
    """Return the least-squares slope of the last five scores; positive means improving."""
    recent = scores[-LAST:]
    count = len(recent)
    if count < 2:
        return 0.0
    middle = (count - 1) / 2
    mean = sum(recent) / count
    rise = spread = 0.0
    for place, score in enumerate(recent):
        apart = place - middle
        rise += apart * (score - mean)
        spread += apart * apart
    return rise / spread


def deteriorated(scores: Sequence[float], drop: float) -> bool:
    """Say whether any message was worse than the one directly before it by more than `drop`."""
    return any(before - after > drop for before, after in pairwise(scores))


def direction(slope: float) -> str:
    """Name a trend: improving, stable or declining."""
    if slope > STEADY:
        return "improving"
    return "declining" if slope < -STEADY else "stable"


@dataclass(frozen=True, kw_only=True)
class RiskSigns:
    """What escalation risk is computed from."""

    sentiment: float
    frustration: float
    trend: float
    turns: int
    same_intent: int
    action_failures: int


def escalation_risk(signs: RiskSigns) -> float:
    """Return 0..1, the weighted sum of the seed's six risk factors."""
    total = 0.0
    if signs.sentiment < -0.4:
        total += 0.25
    if signs.frustration > 0.6:
        total += 0.20
    if signs.trend < -0.1:
        total += 0.20
    if signs.turns > 8:
        total += 0.10
    if signs.same_intent > 2:
        total += 0.15
    if signs.action_failures > 0:
        total += 0.10
    return round(total, 4)


def tone(score: float) -> str:
    """Return the tone of the reply: friendly, neutral, empathetic or apologetic."""
    if score > 0.3:
        return "friendly"
    if score > -0.3:
        return "neutral"
    return "empathetic" if score > -0.6 else "apologetic"


def frustration(emotions: Mapping[str, float] | None) -> float:
    """Return the frustration among the emotions, 0 when none were measured."""
    return float((emotions or {}).get("frustration", 0.0))
