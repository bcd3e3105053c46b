"""What corrections teach matching: where conversations belong, and who got what was not theirs. Pure."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from policies.desk import DeskRules

AT_LEAST = 3
"""Fewer corrections than this are an accident."""
SHARE = 1 / 3
"""So much of what waited in a group must have been called wrong before the next goes elsewhere."""
PLAIN = 5
"""So many conversations that were not theirs say all there is to say about an agent and an intent."""


@dataclass(frozen=True, kw_only=True)
class Corrected:
    """How often people said that conversations about something waited in the wrong group."""

    intent: str | None
    was: str | None
    should_be: str | None
    agent_id: str | None
    times: int


@dataclass(frozen=True, kw_only=True)
class Learnt:
    """What matching does otherwise from now on."""

    homes: Mapping[tuple[str, str], str] = field(default_factory=dict)
    """By intent and the group that the book names: the group where it waits instead."""
    misfits: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    """By agent and intent, from 0 to 1: how plainly such conversations are not theirs."""

    def home(self, intent: str | None, skills: frozenset[str], language: str, rules: DeskRules) -> str:
        """Return where a conversation waits: where the book says, or where people said it belongs."""
        named = rules.home(skills, language).name
        better = self.homes.get((intent or "", named), named)
        return better if any(group.name == better for group in rules.groups) else named


NOTHING = Learnt()


def learn(corrected: Sequence[Corrected], arrived: Mapping[tuple[str, str], int]) -> Learnt:
    """Learn from corrections, measured against how many conversations came to each group at all."""
    told: dict[tuple[str, str], dict[str, int]] = defaultdict(lambda: defaultdict(int))
    wrong: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for one in corrected:
        if one.intent is None:
            continue
        if one.was is not None and one.should_be is not None and one.should_be != one.was:
            told[one.intent, one.was][one.should_be] += one.times
        if one.agent_id is not None:
            wrong[one.agent_id][one.intent] += one.times
    homes = {
        place: better for place, counts in told.items() if (better := _better(counts, arrived.get(place, 0)))
    }
    misfits = {
        agent: {intent: min(1.0, times / PLAIN) for intent, times in intents.items()}
        for agent, intents in wrong.items()
    }
    return Learnt(homes=homes, misfits=misfits)


def _better(counts: Mapping[str, int], arrived: int) -> str | None:
    """Return the group that most corrections name, when they are many and agree."""
    best, times = max(counts.items(), key=lambda one: (one[1], one[0]))
    in_all = sum(counts.values())
    enough = times >= AT_LEAST and times >= SHARE * max(arrived, in_all)
    return best if enough and times > in_all / 2 else None


def skills_needed(
    skills: frozenset[str], language: str, group_name: str | None, rules: DeskRules
) -> frozenset[str]:
    """Return the skills that count where a conversation waits.

    Where people sent it against its skills, those count that the group has.
    """
    group = rules.group(group_name)
    if group_name is None or group == rules.home(skills, language) or group.covers(skills, language):
        return skills
    return skills & group.takes
