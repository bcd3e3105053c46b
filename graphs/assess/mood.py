"""How the customer feels: the measured words, the voice, the moment in the conversation, the habit."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from policies.model import Thresholds

Phase = Literal["opening", "middle", "closing"]
OPENING_MESSAGES = 2
"""So many messages a customer needs to say what it is about."""
GLAD = 0.3
"""From here on a mood is good: excitement in the voice then speaks for it."""
REMEMBERED = 50
"""A habit is the mean of about this many messages, so that it can change."""
FEW, MANY, CHANGED = 3, 10, 0.1


@dataclass(frozen=True, kw_only=True)
class Voice:
    """What a voice shows, each from 0 (calm) to 1 (the utmost)."""

    pitch_variance: float = 0.0
    """Stress."""
    speaking_rate: float = 0.0
    """Urgency."""
    pauses: float = 0.0
    """Frustration."""
    volume: float = 0.0
    """Intensity of whatever is felt."""


def voice_modifier(voice: Voice | None, share: float) -> float:
    """Return 0 to `share`, the weighted average of the voice's four signs times `share`."""
    if voice is None:
        return 0.0
    weighted = (
        (0.30, voice.pitch_variance),
        (0.20, voice.speaking_rate),
        (0.25, voice.pauses),
        (0.25, voice.volume),
    )
    return sum(weight * min(1.0, max(0.0, sign)) for weight, sign in weighted) * share


def phase_of(*, messages: int, closes: bool) -> Phase:
    """Name the part of the conversation that a message belongs to; `messages` counts it too."""
    if closes:
        return "closing"
    return "opening" if messages <= OPENING_MESSAGES else "middle"


@dataclass(frozen=True, kw_only=True)
class Baseline:
    """How a customer usually feels in writing: a running mean, and of how many messages."""

    mean: float = 0.0
    count: int = 0

    def with_scores(self, scores: Iterable[float]) -> "Baseline":
        """Take more scores into the mean; old ones fade once there are many."""
        mean, count = self.mean, self.count
        for score in scores:
            count += 1
            mean += (score - mean) / min(count, REMEMBERED)
        return Baseline(mean=round(mean, 4), count=count)


UNKNOWN = Baseline()
"""Nothing was read of this customer yet."""


def worth_keeping(kept: Baseline, now: Baseline) -> bool:
    """Say whether a customer's baseline moved enough to be written again.

    A write costs a transaction of its own, so it is made where the mean moved,
    and otherwise only once in a while.
    """
    more = now.count - kept.count
    return more >= MANY or (more >= FEW and abs(now.mean - kept.mean) >= CHANGED)


@dataclass(frozen=True, kw_only=True)
class Mood:
    """A message's score, -1 to 1, with everything that went into it."""

    score: float
    text: float
    voice: float
    """What the voice added or took."""
    phase: Phase
    baseline: float
    """What the customer's habit added or took."""


def mood_of(
    text: float, *, voice: Voice | None, phase: Phase, baseline: Baseline, thresholds: Thresholds
) -> Mood:
    """Weigh a text's score by voice, phase and the customer's habit.

    Phase and habit explain mild moods only: one that is bad enough for a person
    as it was heard is never made better by them.
    """
    modifier = voice_modifier(voice, thresholds.voice_share)
    heard = _within(text + modifier if text > GLAD else text - modifier)
    weighed = heard * phase_weight(phase, thresholds) if heard < 0 else heard
    known = min(1.0, baseline.count / thresholds.baseline_messages)
    habit = -thresholds.baseline_share * baseline.mean * known
    score = _within(weighed + habit)
    if heard < thresholds.sentiment_person:
        score = min(heard, score)
    return Mood(
        score=round(score, 4),
        text=round(text, 4),
        voice=round(heard - text, 4),
        phase=phase,
        baseline=round(habit, 4),
    )


def phase_weight(phase: Phase, thresholds: Thresholds) -> float:
    """Return what a bad mood counts: at first it is about the matter, at last about how it was dealt with."""
    if phase == "middle":
        return 1.0
    return thresholds.phase_opening if phase == "opening" else thresholds.phase_closing


def _within(score: float) -> float:
    return min(1.0, max(-1.0, score))
