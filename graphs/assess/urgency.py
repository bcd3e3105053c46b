"""Urgency of a conversation, 1 to 10, with its factors (seed 002, urgency predictor)."""

from dataclasses import dataclass

BASE = 5.0
HASTE = ("urgent", "asap", "immediately", "right now", "emergency")
BY_CATEGORY = {"escalation": 3.0, "complaint": 2.0, "request": 1.0}
BY_TIER = {"vip": 2.0, "platinum": 2.0, "gold": 1.0, "high": 1.0}


@dataclass(frozen=True, kw_only=True)
class Factor:
    """One reason for the score."""

    name: str
    contribution: float


@dataclass(frozen=True, kw_only=True)
class Urgency:
    """The score with everything that made it; `raw` is before the clamp to 1..10."""

    raw: float
    factors: tuple[Factor, ...]

    @property
    def score(self) -> float:
        """The score that people see, 1 to 10."""
        return min(10.0, max(1.0, self.raw))


def urgency(*, sentiment: float, category: str, tier: str, text: str, vip: bool) -> Urgency:
    """Add up the seed's factors; each that contributes is named."""
    lowered = text.casefold()
    found = (
        Factor(name="sentiment", contribution=_by_sentiment(sentiment)),
        Factor(name=f"intent: {category}", contribution=BY_CATEGORY.get(category, 0.0)),
        Factor(name=f"tier: {tier}", contribution=2.0 if vip else BY_TIER.get(tier, 0.0)),
        Factor(name="haste", contribution=2.0 if any(word in lowered for word in HASTE) else 0.0),
    )
    factors = tuple(factor for factor in found if factor.contribution)
    return Urgency(raw=BASE + sum(factor.contribution for factor in factors), factors=factors)


def _by_sentiment(score: float) -> float:
    if score < -0.5:
        return 2.0
    if score < -0.3:
        return 1.0
    return -1.0 if score > 0.5 else 0.0
