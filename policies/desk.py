"""What the book says about the people who answer: groups, promised times, presence."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Literal

from policies.hours import Hours
from policies.sessions import SessionTimes

Gives = Literal["offer", "assign"]
"""`offer`: an agent is asked to take a conversation. `assign`: it is theirs at once."""
PromiseKind = Literal["first_reply", "next_reply", "resolution"]


@dataclass(frozen=True, kw_only=True)
class Group:
    """People who answer the same things, and who answers when none of them can."""

    name: str
    takes: frozenset[str] = frozenset()
    """Conversations that need only these skills wait here; without any, every conversation may."""
    languages: frozenset[str] = frozenset()
    """Languages answered here; without any, every language."""
    gives: Gives = "offer"
    fallback: str | None = None
    """Who answers when nobody here did in time."""
    fallback_after: timedelta = timedelta(minutes=3)
    hours: Hours | None = None
    """When this group works; None: as the company does."""

    def covers(self, skills: frozenset[str], language: str) -> bool:
        """Say whether a conversation of these skills and this language may wait here."""
        speaks = not self.languages or language in self.languages
        return speaks and (not self.takes or skills <= self.takes)


ANYONE = Group(name="anyone")
EVERYONE = Group(name="everyone", fallback=ANYONE.name, fallback_after=timedelta(minutes=5))


@dataclass(frozen=True, kw_only=True)
class Targets:
    """Working minutes by promise and priority, and the share of them that a tier waits at most."""

    minutes: Mapping[PromiseKind, Mapping[str, int]] = field(default_factory=dict)
    tier_share: Mapping[str, float] = field(default_factory=dict)

    def within(self, kind: PromiseKind, priority: str, tier: str) -> timedelta | None:
        """Return how long something may take; None where nothing is promised."""
        minutes = self.minutes.get(kind, {}).get(priority)
        if minutes is None:
            return None
        return timedelta(minutes=minutes) * self.tier_share.get(tier, 1.0)


@dataclass(frozen=True, kw_only=True)
class DeskRules:
    """How conversations find people, and what customers are promised meanwhile."""

    groups: tuple[Group, ...] = (EVERYONE, ANYONE)
    """In the book's order: a conversation waits in the first that covers it."""
    targets: Targets = Targets()
    hours: Hours | None = None
    vip_tiers: frozenset[str] = frozenset()
    offer_for: timedelta = timedelta(seconds=30)
    """So long an offer is one agent's; then the next is asked."""
    away_after: timedelta = timedelta(seconds=45)
    """An agent's console that was silent so long is given nothing new."""
    vanished_after: timedelta = timedelta(minutes=3)
    """Whose console was silent so long has left; their conversations wait for somebody else."""
    handling: timedelta = timedelta(minutes=6)
    """How long a conversation takes a person, until there are figures."""
    tell_every: timedelta = timedelta(minutes=1)
    """A waiting customer is told no more often how it stands."""
    sessions: SessionTimes = field(default_factory=SessionTimes)
    canned_replies: Mapping[str, str] = field(default_factory=dict)
    """Texts that agents call up by name; a company changes them in its console."""

    def group(self, name: str | None) -> Group:
        """Return a group by its name; one the book no longer has is the last group."""
        return next((group for group in self.groups if group.name == name), self.groups[-1])

    def home(self, skills: frozenset[str], language: str) -> Group:
        """Return where a conversation waits first; one that no group covers waits in the last."""
        found = (group for group in self.groups if group.covers(skills, language))
        return next(found, self.groups[-1])
