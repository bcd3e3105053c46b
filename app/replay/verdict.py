"""Compares two books over recorded conversations: the first divergence of each counts."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from app.replay.outcome import NOTICE, Kind, Outcome, differing
from app.replay.player import Player, Stage
from app.replay.recorded import RecordedConversation, RecordedTurn
from graphs.events import CustomerSays

ELSEWHERE = "goes on otherwise than it was recorded"
SHOWN_BEFORE = 6
"""Lines of the conversation shown before the place where two books part."""


@dataclass(frozen=True, kw_only=True)
class Difference:
    """Where two books part in one conversation, and what each of them makes of it."""

    seq: int
    thread_id: str
    happened: str
    """What the customer wrote, or what else happened."""
    kinds: tuple[Kind, ...]
    old: Outcome
    new: Outcome
    before: tuple[tuple[str, str], ...]
    """Who said what before it."""


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What comparing one conversation came to."""

    conversation_id: str
    turns: int = 0
    """Turns that were played on both books."""
    difference: Difference | None = None
    ended: str | None = None
    """Why the comparison ended before the conversation did, alike on both books."""
    as_recorded: bool = True
    """Whether the old book said what was said when it was recorded."""


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """All verdicts, in the order of the conversations."""

    old: str
    new: str
    verdicts: tuple[Verdict, ...]
    unreadable: int = 0
    """Conversations without a whole recording."""

    @property
    def changed(self) -> tuple[Verdict, ...]:
        """Those conversations in which the books part."""
        return tuple(verdict for verdict in self.verdicts if verdict.difference is not None)

    @property
    def counts(self) -> Mapping[Kind, int]:
        """How many conversations part, by the weightiest respect."""
        return Counter(verdict.difference.kinds[0] for verdict in self.changed if verdict.difference)

    @property
    def ended(self) -> Mapping[str, int]:
        """How many comparisons ended early, by why."""
        return Counter(verdict.ended for verdict in self.verdicts if verdict.ended)


async def compare(conversation: RecordedConversation, old: Stage, new: Stage) -> Verdict:
    """Play a conversation on both books side by side until they part, or until nobody knows what follows."""
    one, other = Player(conversation, old), Player(conversation, new)
    before: list[tuple[str, str]] = []
    verdict = Verdict(conversation_id=conversation.conversation_id)
    for number, recorded in enumerate(conversation.turns):
        if not one.follows(recorded.claim):
            return replace(verdict, ended=ELSEWHERE)
        first, second = await one.play(number), await other.play(number)
        verdict = replace(verdict, turns=number + 1)
        if kinds := differing(first, second):
            return replace(verdict, difference=_difference(recorded, kinds, first, second, before))
        if stopped := first.call or first.failure:
            return replace(verdict, ended=stopped)
        if not _said_alike(first, recorded):
            verdict = replace(verdict, as_recorded=False)
        before += [(_who(recorded), happened_in(recorded)), *(("assistant", line) for line in first.reply)]
    return verdict


def _difference(
    recorded: RecordedTurn,
    kinds: tuple[Kind, ...],
    old: Outcome,
    new: Outcome,
    before: Sequence[tuple[str, str]],
) -> Difference:
    return Difference(
        seq=recorded.claim.seq,
        thread_id=recorded.claim.thread_id,
        happened=happened_in(recorded),
        kinds=kinds,
        old=old,
        new=new,
        before=tuple(before[-SHOWN_BEFORE:]),
    )


def _said_alike(outcome: Outcome, recorded: RecordedTurn) -> bool:
    """Say whether a play gave the replies of the recording."""
    if not recorded.kept:
        return True
    replies = [line for line in outcome.reply if not line.startswith(NOTICE)]
    pairs = zip(replies, recorded.replies, strict=False)
    return len(replies) == len(recorded.replies) and all(line.startswith(text) for line, text in pairs)


def _who(recorded: RecordedTurn) -> str:
    return "customer" if isinstance(recorded.claim.event, CustomerSays) else "event"


def happened_in(recorded: RecordedTurn) -> str:
    """Put a turn's event into words."""
    event = recorded.claim.event
    if isinstance(event, CustomerSays):
        return event.text
    return EVENTS.get(event.why, event.why)


EVENTS: Mapping[str, str] = {
    "release": "An agent gives the conversation back.",
    "start": "The action begins.",
    "confirmation": "The customer has answered the action's question.",
    "decision": "A person decides.",
    "expiry": "Nobody decided in time.",
    "ask": "The action asks its customer once more.",
    "look": "It is asked what became of the action.",
    "settle": "A person has found out what became of the action.",
}


def in_order(verdicts: Sequence[Verdict], wanted: Sequence[str]) -> tuple[Verdict, ...]:
    """Sort verdicts as their conversations came."""
    place = {name: number for number, name in enumerate(wanted)}
    return tuple(sorted(verdicts, key=lambda verdict: place[verdict.conversation_id]))
