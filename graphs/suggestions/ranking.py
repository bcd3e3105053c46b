"""Rank what an agent could do next. Pure.

How sure a recommendation is comes from how well it fits what the customer
wants, is pulled to how often it ended well before (first everywhere, then for
this intent, then for this intent in this mood), and is tilted by the mood.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import exp, log
from typing import Any, Literal

Kind = Literal[
    "send_response", "issue_refund", "escalate", "schedule_followup", "update_order", "send_documentation"
]
Mood = Literal["upset", "low", "calm"]

MOST = 3
PROACTIVE: frozenset[Kind] = frozenset({"issue_refund", "escalate", "schedule_followup"})
DESK: frozenset[Kind] = frozenset({"send_response", "escalate"})
"""What is possible in every conversation."""
TILT: Mapping[Kind, float] = {
    "send_response": -0.9,
    "send_documentation": -1.1,
    "update_order": 0.3,
    "issue_refund": 0.8,
    "schedule_followup": 0.6,
    "escalate": 1.2,
}
"""How much likelier (in log odds) a kind is to help the angriest customer than an even-tempered one."""
TRUST = 6.0
"""How many recorded outcomes weigh as much as what was thought without them."""
MISSING = 0.5
"""Lost log odds for each value that the agent has to ask for first."""
REPEATED = 0.8
"""Lost log odds when the same was tried in this conversation and came to nothing."""


@dataclass(frozen=True, kw_only=True)
class Situation:
    """A conversation as it stands, as far as a recommendation depends on it."""

    intent: str
    complaint: bool = False
    sentiment: float = 0.0
    """From -1 to 1."""
    trend: float = 0.0
    """The change of sentiment over the last messages; negative when it falls."""
    vip: bool = False
    failed: frozenset[str] = frozenset()
    """Actions that came to nothing in this conversation."""

    @property
    def mood(self) -> Mood:
        """The band in which outcomes are counted."""
        if self.sentiment < -0.3:
            return "upset"
        return "low" if self.sentiment < 0 else "calm"


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """Something that could be done now."""

    key: str
    """Names it in this conversation and in the records: `refund.refund_order`, `escalate`."""
    kind: Kind
    title: str
    expected: str
    fit: float
    """How likely it is what the customer wants, from 0 to 1."""
    parameters: Mapping[str, Any] = field(default_factory=dict)
    missing: tuple[str, ...] = ()
    """Values that the agent has to give first."""
    action: str | None = None


@dataclass(frozen=True, kw_only=True)
class Record:
    """How often something was done, and how often it ended well."""

    tries: int = 0
    wins: int = 0

    def __add__(self, other: "Record") -> "Record":
        return Record(tries=self.tries + other.tries, wins=self.wins + other.wins)


Experience = Mapping[tuple[str, str, str], Record]
"""By what was done, intent and mood; an empty mood stands for outcomes whose mood nobody noted."""


@dataclass(frozen=True, kw_only=True)
class Recommendation:
    """A candidate with how sure it is, and what that rests on."""

    candidate: Candidate
    confidence: float
    record: Record
    """Outcomes for the same intent."""


def recommend(
    situation: Situation, candidates: Sequence[Candidate], experience: Experience
) -> tuple[Recommendation, ...]:
    """Return at most three recommendations, surest first.

    One of them touches no system of the company, so that there is always something to say; an upset
    complaint always finds a refund, a follow-up or another person among them.
    """
    every = {one.key: one for one in (*at_the_desk(situation), *candidates)}
    ranked = sorted((rate(situation, one, experience) for one in every.values()), key=_place)
    needed = [next(one for one in ranked if one.candidate.kind in kinds) for kinds in _needed(situation)]
    others = [one for one in ranked if one not in needed]
    kept = list({one.candidate.key: one for one in needed}.values())
    return tuple(sorted([*kept, *others[: MOST - len(kept)]], key=_place))


def _place(one: Recommendation) -> tuple[float, str]:
    return -one.confidence, one.candidate.key


def at_the_desk(situation: Situation) -> tuple[Candidate, ...]:
    """Return what is possible in every conversation: to answer, and to fetch somebody else."""
    about = {"about": situation.intent}
    return (
        Candidate(
            key="reply",
            kind="send_response",
            title="Answer in your own words",
            expected="The customer gets an answer from you.",
            fit=0.3,
            parameters=about,
        ),
        Candidate(
            key="escalate",
            kind="escalate",
            title="Pass on to a colleague who knows this",
            expected="Somebody with the right skills goes on.",
            fit=0.25 if situation.complaint or situation.failed else 0.12,
            parameters=about,
        ),
    )


def _needed(situation: Situation) -> list[frozenset[Kind]]:
    """Say which kinds have to be among the recommendations."""
    upset = situation.complaint and situation.sentiment < 0
    return [DESK, *([PROACTIVE] if upset else [])]


def rate(situation: Situation, candidate: Candidate, experience: Experience) -> Recommendation:
    """Say how sure it is that a candidate helps."""
    everywhere, here, in_mood = records_for(situation, candidate.key, experience)
    chance = min(0.97, max(0.03, candidate.fit))
    for record in (everywhere, here, in_mood):
        chance = smoothed(chance, record)
    odds = log(chance / (1 - chance)) + TILT[candidate.kind] * _displeasure(situation)
    odds -= MISSING * min(3, len(candidate.missing))
    odds -= REPEATED * (candidate.action in situation.failed)
    return Recommendation(candidate=candidate, confidence=1 / (1 + exp(-odds)), record=here)


def _displeasure(situation: Situation) -> float:
    """Say how displeased the customer is; those who count on us more and moods that fall weigh more."""
    return -situation.sentiment - 0.5 * situation.trend + (0.2 if situation.vip else 0.0)


def records_for(situation: Situation, key: str, experience: Experience) -> tuple[Record, Record, Record]:
    """Return the outcomes of a candidate everywhere, for this intent, and for this intent in this mood."""
    everywhere = here = in_mood = Record()
    for (done, intent, mood), record in experience.items():
        if done != key:
            continue
        everywhere += record
        if intent == situation.intent:
            here += record
            if mood == situation.mood:
                in_mood += record
    return everywhere, here, in_mood


def smoothed(prior: float, record: Record) -> float:
    """Return a success rate that starts at the prior and follows the outcomes as they come in."""
    return (prior * TRUST + record.wins) / (TRUST + record.tries)
