"""Who answers whom: pure, from those who wait and those who are there."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

from policies.desk import DeskRules, Gives, Group

URGENT = 9.0
"""What is called urgent stands at least here, on the scale from 1 to 10."""
PERFORMANCE_SHARE = 0.3
"""So much of a choice is how customers rated an agent; the rest is how much room the agent has."""
MISFIT_SHARE = 0.5
"""So much less is an agent chosen for what colleagues said, over and over, is not theirs."""
Because = Literal["knows_customer", "best_fit"]


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """A conversation in the queue."""

    conversation_id: str
    handoff_id: str = ""
    skills: frozenset[str] = frozenset()
    language: str = "en"
    intent: str | None = None
    """What it is about."""
    tier: str = "standard"
    urgency: float = 1.0
    priority: str = "normal"
    since: datetime
    due_at: datetime | None = None
    within: timedelta = timedelta(minutes=15)
    """How long the first reply may take."""
    group: str | None = None
    """Where it waits first; None: where the book says."""
    only_group: str | None = None
    """Somebody passed it to this group's members."""
    prefers: str | None = None
    """The agent who knows the customer."""
    offered_to: str | None = None
    offered_at: datetime | None = None
    passed: frozenset[str] = frozenset()
    """Agents who were asked and did not take it."""


@dataclass(frozen=True, kw_only=True)
class Agent:
    """Somebody who is there and takes conversations."""

    agent_id: str
    name: str = ""
    skills: frozenset[str] = frozenset()
    languages: frozenset[str] = frozenset({"en"})
    groups: frozenset[str] = frozenset()
    """Without any, an agent belongs where their skills are asked for."""
    load: int = 0
    max_load: int = 5
    performance: float = 0.5
    """How customers rated the agent, from 0 to 1."""
    misfits: Mapping[str, float] = field(default_factory=dict)
    """By intent, from 0 to 1: how plainly people said that it is not theirs."""

    @property
    def room(self) -> int:
        """How many more conversations fit on the desk."""
        return max(0, self.max_load - self.load)


@dataclass(frozen=True, kw_only=True)
class Match:
    """An agent for a conversation."""

    waiting: Waiting
    agent: Agent
    gives: Gives
    because: Because
    asked_again: bool = False
    """Everybody who fits was asked before; the asking begins anew."""


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What an agent needs to have for a conversation now."""

    group: Group
    at_home: bool
    skills: frozenset[str]
    language: str
    only_group: str | None = None

    def fits(self, agent: Agent) -> bool:
        """Say whether an agent may take it, whatever is on the desk."""
        if self.only_group is not None:
            return self.only_group in agent.groups
        if self.at_home and self.language not in agent.languages:
            return False
        return self.skills <= agent.skills and _member(agent, self.group)


def _member(agent: Agent, group: Group) -> bool:
    if not group.takes or group.name in agent.groups:
        return True
    return not agent.groups and bool(agent.skills & group.takes)


def urgency_of(waiting: Waiting) -> float:
    """Return the urgency that counts: what is called urgent is, whatever the words were worth."""
    return max(waiting.urgency, URGENT) if waiting.priority == "urgent" else waiting.urgency


def overdue(waiting: Waiting, now: datetime) -> float:
    """Return how often the promised time has passed again since it was over: urgency grows by it."""
    if waiting.due_at is None or now <= waiting.due_at:
        return 0.0
    return (now - waiting.due_at) / waiting.within if waiting.within else 0.0


def in_order(waiting: Iterable[Waiting], rules: DeskRules, now: datetime) -> list[Waiting]:
    """Sort by urgency, then tier, then how long; who waits past the promised time moves up without end."""

    def place(one: Waiting) -> tuple[float, bool, datetime, str]:
        score = urgency_of(one) + overdue(one, now)
        return -score, one.tier not in rules.vip_tiers, one.since, one.conversation_id

    return sorted(waiting, key=place)


def wanted(waiting: Waiting, rules: DeskRules, now: datetime) -> Wanted:
    """Return what an agent needs: first all skills and the language, later what the group in turn takes."""
    group = rules.group(waiting.group) if waiting.group else rules.home(waiting.skills, waiting.language)
    until, at_home = waiting.since + group.fallback_after, True
    while now >= until:
        at_home = False
        if group.fallback is None:
            break
        group = rules.group(group.fallback)
        until += group.fallback_after
    return Wanted(
        group=group,
        at_home=at_home,
        skills=waiting.skills if at_home else waiting.skills & group.takes,
        language=waiting.language,
        only_group=waiting.only_group,
    )


@dataclass(kw_only=True)
class _Desks:
    """Who still has room, while conversations are given out."""

    agents: Sequence[Agent]
    given: dict[str, int] = field(default_factory=dict)
    fitting: dict[Wanted, list[Agent]] = field(default_factory=dict)

    def room(self, agent: Agent) -> int:
        return agent.room - self.given.get(agent.agent_id, 0)

    def for_(self, wish: Wanted) -> list[Agent]:
        if wish not in self.fitting:
            self.fitting[wish] = [agent for agent in self.agents if wish.fits(agent)]
        return [agent for agent in self.fitting[wish] if self.room(agent) > 0]

    @property
    def full(self) -> bool:
        return all(self.room(agent) <= 0 for agent in self.agents)


def match(
    waiting: Iterable[Waiting], agents: Sequence[Agent], rules: DeskRules, now: datetime
) -> list[Match]:
    """Give conversations to agents with room, the first in the queue first; nobody gets above the limit."""
    desks, found = _Desks(agents=agents), []
    for one in in_order(waiting, rules, now):
        if desks.full:
            break
        if one.offered_to is not None and not _lapsed(one, rules, now):
            continue
        chosen = _choose(one, desks, rules, now)
        if chosen is not None:
            desks.given[chosen.agent.agent_id] = desks.given.get(chosen.agent.agent_id, 0) + 1
            found.append(chosen)
    return found


def _lapsed(waiting: Waiting, rules: DeskRules, now: datetime) -> bool:
    return waiting.offered_at is None or now >= waiting.offered_at + rules.offer_for


def _choose(waiting: Waiting, desks: _Desks, rules: DeskRules, now: datetime) -> Match | None:
    wish = wanted(waiting, rules, now)
    able = desks.for_(wish)
    asked = waiting.passed | {waiting.offered_to or ""}
    fresh = [agent for agent in able if agent.agent_id not in asked]
    pool = fresh or able
    if not pool or (not fresh and not _may_ask_again(waiting, pool, rules, now)):
        return None
    best = min(pool, key=lambda agent: _preference(agent, waiting, desks))
    known = best.agent_id == waiting.prefers
    return Match(
        waiting=waiting,
        agent=best,
        gives=wish.group.gives,
        because="knows_customer" if known else "best_fit",
        asked_again=not fresh,
    )


def _may_ask_again(waiting: Waiting, pool: Sequence[Agent], rules: DeskRules, now: datetime) -> bool:
    """Leave an offer as it is with the only one who fits, and who declined in peace for a while."""
    if [agent.agent_id for agent in pool] == [waiting.offered_to]:
        return False
    return _lapsed(waiting, rules, now)


def _preference(agent: Agent, waiting: Waiting, desks: _Desks) -> tuple[bool, bool, float, str]:
    """Who knows the customer goes first, then who speaks the language, then room, ratings and corrections."""
    free = desks.room(agent) / agent.max_load if agent.max_load else 0.0
    score = (1 - PERFORMANCE_SHARE) * free + PERFORMANCE_SHARE * agent.performance
    score -= MISFIT_SHARE * agent.misfits.get(waiting.intent or "", 0.0)
    unknown = agent.agent_id != waiting.prefers
    return unknown, waiting.language not in agent.languages, -score, agent.agent_id
