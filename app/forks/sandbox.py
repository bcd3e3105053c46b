"""Plays a conversation again from one turn on, changed, beside what it was."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from app.replay.desk import RecordedDesk, WouldCall
from app.replay.outcome import Kind, Outcome, differing
from app.replay.player import Player, Stage
from app.replay.recorded import RecordedConversation, RecordedTurn
from app.replay.verdict import ELSEWHERE, happened_in
from app.turns.claim import Claim
from app.turns.saver import Snapshot, TurnSaver, remembering
from graphs.events import ActionStarts, CustomerSays
from graphs.ports import Hints, Interpreter, Understood
from knowledge.answer_types import Answered, KnowledgeBase, NoAnswer

MOST_TURNS = 12
"""So many turns are played from the fork on."""


@dataclass(frozen=True, kw_only=True)
class Live:
    """What may be asked in a sandbox: it reads, it belongs to us, and nobody notices."""

    interpreter: Interpreter
    knowledge: KnowledgeBase


@dataclass(frozen=True, kw_only=True)
class Change:
    """What is to be otherwise at the fork; the book is the stage's matter."""

    message: str | None = None
    slots: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Memory:
    """What every thread of the conversation remembered before the fork."""

    snapshots: Mapping[str, Snapshot]

    def slots_of(self, thread_id: str) -> dict[str, Any]:
        """Return what a thread's slots hold; nothing for a thread that remembers nothing."""
        stored = self.snapshots.get(thread_id)
        return dict(_slots(TurnSaver(thread_id, stored).remembered())) if stored else {}

    def with_slots(self, thread_id: str, slots: Mapping[str, Any]) -> "Memory":
        """Return a memory in which a thread's slots hold other values."""
        if not slots:
            return self
        stored = self.snapshots[thread_id]
        changed = remembering(stored, lambda memory: {**memory, "slots": {**_slots(memory), **slots}})
        return Memory(snapshots={**self.snapshots, thread_id: changed})


@dataclass(frozen=True, kw_only=True)
class Step:
    """One turn, as it was and as it would have been; None where a side did not come so far."""

    seq: int
    thread_id: str
    happened: str
    instead: str | None
    """What happened in the sandbox, where that is something else."""
    was: Outcome | None
    would: Outcome | None
    differs: tuple[Kind, ...]
    trace: Mapping[str, Any] | None
    """How the sandbox came to its outcome."""


@dataclass(frozen=True, kw_only=True)
class Forked:
    """Everything that the fork came to."""

    steps: tuple[Step, ...]
    ended: str | None
    """Why the sandbox ended before the recording did."""


class SandboxDesk(RecordedDesk):
    """Answers from the recording; what only reads and is ours is asked where the recording is silent."""

    def __init__(self, conversation: RecordedConversation, floor: float, live: Live) -> None:
        super().__init__(conversation, floor)
        self._live = live

    async def parse(self, text: str, hints: Hints) -> Understood:
        """Understand a text, also one that was never said."""
        try:
            return await super().parse(text, hints)
        except WouldCall:
            return await self._live.interpreter.parse(text, hints)

    async def answer(
        self, tenant_id: str, question: str, vector: Sequence[float] | None, *, language: str = "en"
    ) -> Answered | NoAnswer:
        """Answer a question from the articles, as they are now where it was never asked."""
        try:
            return await super().answer(tenant_id, question, vector, language=language)
        except WouldCall:
            return await self._live.knowledge.answer(tenant_id, question, vector, language=language)


@dataclass
class Sandbox(Player):
    """A play that begins in the middle, and follows what it sets in motion itself."""

    live: Live | None = None

    def _answers_from(self, floor: float) -> RecordedDesk:
        if self.live is None:
            return super()._answers_from(floor)
        return SandboxDesk(self.conversation, floor, self.live)

    def stand(self, memory: Memory, number: int) -> None:
        """Stand where the conversation stood before a turn."""
        turns = self.conversation.turns
        self.snapshots = dict(memory.snapshots)
        for turn in reversed(turns[number:]):
            self.waiting[turn.claim.thread_id] = turn.claim.interrupted
        self.started = {
            turn.claim.event.action_id
            for turn in turns[:number]
            if isinstance(turn.claim.event, ActionStarts)
        } | set(self.snapshots)

    async def begin_new(self, number: int) -> Outcome | None:
        """Begin what the last turn set in motion and the recording did not: it ends at the first call."""
        known = {
            (turn.claim.event.action, _plain(turn.claim.event.args))
            for turn in self.conversation.turns[number:]
            if isinstance(turn.claim.event, ActionStarts)
        }
        for start in self.begins:
            if (start.action, _plain(start.args)) not in known:
                recorded = self.conversation.turns[number]
                return await self.answer(_beginning(recorded.claim, start), recorded.at)
        return None


async def fork(
    conversation: RecordedConversation,
    number: int,
    memory: Memory,
    stages: tuple[Stage, Stage],
    change: Change,
    live: Live,
) -> Forked:
    """Play on from a turn twice: as it was on the first stage, changed on the second."""
    thread = conversation.turns[number].claim.thread_id
    was = Sandbox(conversation, stages[0])
    would = Sandbox(changed(conversation, number, change), stages[1], live=live)
    was.stand(memory, number)
    would.stand(memory.with_slots(thread, change.slots), number)
    steps: list[Step] = []
    ended: str | None = None
    for at in range(number, min(len(conversation.turns), number + MOST_TURNS)):
        step, ended = await _step(was, would, at)
        steps.append(step)
        if ended is not None:
            break
    return Forked(steps=tuple(steps), ended=ended)


async def _step(was: Sandbox, would: Sandbox, at: int) -> tuple[Step, str | None]:
    recorded, instead = was.conversation.turns[at], would.conversation.turns[at]
    first = await was.play(at) if was.follows(recorded.claim) else None
    if not would.follows(instead.claim):
        return _told(recorded, instead, first, None, None), ELSEWHERE
    second = await would.play(at)
    trace = would.trace
    stopped = second.call or second.failure
    if stopped is None and (begun := await would.begin_new(at)) is not None:
        stopped = begun.call or begun.failure
        second = _together(second, begun)
    return _told(recorded, instead, first, second, trace), stopped


def _told(
    recorded: RecordedTurn,
    instead: RecordedTurn,
    was: Outcome | None,
    would: Outcome | None,
    trace: Mapping[str, Any] | None,
) -> Step:
    happened, otherwise = happened_in(recorded), happened_in(instead)
    return Step(
        seq=recorded.claim.seq,
        thread_id=recorded.claim.thread_id,
        happened=happened,
        instead=otherwise if otherwise != happened else None,
        was=was,
        would=would,
        differs=differing(was or Outcome(), would or Outcome()),
        trace=trace,
    )


def changed(conversation: RecordedConversation, number: int, change: Change) -> RecordedConversation:
    """Let the customer say something else in one turn."""
    turn = conversation.turns[number]
    event = turn.claim.event
    if change.message is None or not isinstance(event, CustomerSays):
        return conversation
    says = CustomerSays(text=change.message, channel=event.channel)
    other = replace(turn, claim=replace(turn.claim, event=says))
    turns = (*conversation.turns[:number], other, *conversation.turns[number + 1 :])
    return replace(conversation, turns=turns)


def _together(turn: Outcome, action: Outcome) -> Outcome:
    """Tell of a turn and of the action that began in it."""
    return replace(
        turn,
        reply=turn.reply + action.reply,
        action=turn.action + action.action,
        approval=turn.approval + action.approval,
        escalation=turn.escalation + action.escalation,
        call=action.call,
        failure=action.failure,
    )


def _beginning(claim: Claim, start: ActionStarts) -> Claim:
    """Return the claim with which an action of the sandbox begins."""
    return replace(
        claim,
        thread_id=start.action_id,
        kind="action",
        seq=1,
        event=start,
        event_id=f"sandbox:{start.action_id}",
        snapshot=None,
        interrupted=False,
    )


def _slots(memory: Mapping[str, Any]) -> Mapping[str, Any]:
    found = memory.get("slots")
    return found if isinstance(found, Mapping) else {}


def _plain(args: Mapping[str, Any]) -> str:
    return repr(sorted((name, str(value)) for name, value in args.items()))
