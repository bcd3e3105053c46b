"""Urgency of a conversation, 1 to 10, with its factors (seed 002, urgency predictor)."""

import re
from dataclasses import dataclass

BASE = 5.0
HASTE = re.compile(r"(?<!not )(?<!no )\b(urgent|urgently|asap|immediately|right now|right away|emergency)\b")
"""Words that press for time; what is said not to be urgent is not."""
HASTY = ("urgent", "asap", "immediately", "right now", "right away", "emergency")
"""A text that holds none of these presses for nothing."""
BY_CATEGORY = {"escalation": 3.0, "complaint": 2.0, "request": 1.0}
BY_TIER = {"vip": 2.0, "platinum": 2.0, "gold": 1.0, "high": 1.0}
VIP = 2.0
RECENT_DAYS, EARLIER_DAYS = 7.0, 30.0
"""A contact about the same issue counts for so long, the older one less."""


@dataclass(frozen=True, kw_only=True)
class Factor:
    """One reason for the score, in words that agents read."""

    name: str
    contribution: float
    description: str


@dataclass(frozen=True, kw_only=True)
class Urgency:
    """The score with everything that made it; `raw` is before the clamp to 1..10."""

    raw: float
    factors: tuple[Factor, ...]

    @property
    def score(self) -> float:
        """The score that people see, 1 to 10."""
        return min(10.0, max(1.0, self.raw))

    @property
    def reasoning(self) -> str:
        """The sum in words: where it begins, what each factor adds, and what comes of it."""
        added = "".join(f", {factor.contribution:+g} {factor.description}" for factor in self.factors)
        clamped = "" if self.raw == self.score else f", kept within 1 to 10: {self.score:g}"
        return f"{BASE:g} to begin with{added}: {self.raw:g}{clamped}"


def urgency(
    *,
    sentiment: float,
    category: str,
    tier: str,
    text: str,
    vip: bool,
    days_since_contact: float | None = None,
    after_hours: bool = False,
) -> Urgency:
    """Add up the seed's factors; each that contributes is named.

    `days_since_contact` is how long ago the customer last came with the same
    issue in another conversation; None when they never did.
    """
    hurry, repeat = _haste(text), _by_repeat(days_since_contact)
    factors: list[Factor] = []
    if mood := _by_sentiment(sentiment):
        factors.append(_factor("sentiment", mood, f"sentiment {sentiment:.2f}"))
    if kind := BY_CATEGORY.get(category, 0.0):
        factors.append(_factor("intent", kind, f"intent: {category}"))
    if value := VIP if vip else BY_TIER.get(tier, 0.0):
        factors.append(_factor("customer value", value, f"customer value: {tier}"))
    if repeat:
        factors.append(_factor("repeat contact", repeat, f"same issue {days_since_contact:.0f} days ago"))
    if hurry:
        factors.append(_factor("time sensitivity", 2.0, f'the word "{hurry}"'))
    if after_hours:
        factors.append(_factor("after hours", 1.0, "outside the hours when people work"))
    return Urgency(raw=BASE + sum([factor.contribution for factor in factors]), factors=tuple(factors))


def _factor(name: str, points: float, words: str) -> Factor:
    return Factor(name=name, contribution=points, description=words)


def _haste(text: str) -> str:
    """Return the word that presses for time, if there is one."""
    said = text.casefold()
    found = HASTE.search(said) if any(word in said for word in HASTY) else None
    return found[0] if found else ""


def _by_sentiment(score: float) -> float:
    if score < -0.5:
        return 2.0
    if score < -0.3:
        return 1.0
    return -1.0 if score > 0.5 else 0.0


def _by_repeat(days: float | None) -> float:
    if days is None or days > EARLIER_DAYS:
        return 0.0
    return 2.0 if days <= RECENT_DAYS else 1.0
