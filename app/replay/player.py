"""Plays a recorded conversation on one rule book, from an empty memory, turn by turn."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

import orjson

from app.replay.desk import RecordedDesk, WouldCall
from app.replay.outcome import Outcome, outcome_of
from app.replay.recorded import RecordedConversation, RecordedTurn
from app.turns.claim import Claim
from app.turns.run import Thinker
from app.turns.saver import Snapshot
from graphs.assess.standing import StandingModel
from graphs.draft import Draft
from graphs.events import ActionAsks, ActionStarts
from graphs.planner.llm_port import ModelHelp
from graphs.ports import Desk, Rulebook
from guardrails.verdict import Rails


@dataclass(frozen=True, kw_only=True)
class Stage:
    """What a play needs beside the recording; made once for a book."""

    rulebook: Rulebook
    rails: Rails
    standing: StandingModel


class OnlyBook:
    """A shelf of one book: everything is played on it."""

    def __init__(self, rulebook: Rulebook) -> None:
        self._rulebook = rulebook

    def current(self, tenant_id: str) -> Rulebook:
        """See `Rulebooks`."""
        return self._rulebook

    async def older(self, tenant_id: str, versions: Iterable[str]) -> Mapping[str, Rulebook]:
        """See `Rulebooks`."""
        return {}


@dataclass
class Player:
    """Holds the memory of one conversation's threads while it is played."""

    conversation: RecordedConversation
    stage: Stage
    snapshots: dict[str, Snapshot] = field(default_factory=dict)
    waiting: dict[str, bool] = field(default_factory=dict)
    started: set[str] = field(default_factory=set)
    """Actions that this play has set in motion."""
    trace: Mapping[str, Any] | None = None
    """How the last turn came to its outcome; None where the play stopped in it."""
    begins: tuple[ActionStarts, ...] = ()
    """What the last turn set in motion."""

    def __post_init__(self) -> None:
        floor = self.stage.rulebook.book.thresholds.knowledge_confidence
        self._answers = self._answers_from(floor)
        self._at = datetime.min
        self._thinker = Thinker(self._desk(), OnlyBook(self.stage.rulebook), lambda: self._at)

    def _answers_from(self, floor: float) -> RecordedDesk:
        """Return who answers while this conversation is played."""
        return RecordedDesk(self.conversation, floor)

    def _desk(self) -> Desk:
        answers = self._answers
        judged = any(turn.heard.judged is not None for turn in self.conversation.turns)
        return Desk(
            interpreter=answers,
            tools=answers,
            knowledge=answers,
            rails=self.stage.rails,
            standing=self.stage.standing,
            judge=answers if judged else None,
            models=ModelHelp(models=answers, writes=answers.wrote) if answers.sizes else None,
        )

    def follows(self, claim: Claim) -> bool:
        """Say whether the recorded event can happen in this play: an action must have been set in motion."""
        event = claim.event
        if isinstance(event, ActionStarts):
            return event.action_id in self.started
        if isinstance(event, ActionAsks):
            return event.action_id in self.snapshots
        return claim.thread_id == claim.conversation_id or claim.thread_id in self.snapshots

    async def play(self, number: int) -> Outcome:
        """Play one turn and keep its memory; what stops the play is part of the outcome."""
        recorded = self._answers.begin(number)
        if not recorded.kept:
            return Outcome()
        return await self.answer(self._claim(recorded), recorded.at)

    async def answer(self, claim: Claim, at: datetime) -> Outcome:
        """Play a claim whose answers have begun, and keep its memory."""
        self._at, self.trace, self.begins = at, None, ()
        try:
            thought = await self._thinker.think(claim)
        except WouldCall as stopped:
            return Outcome(call=str(stopped))
        except Exception as error:
            return Outcome(failure=f"{type(error).__name__}: {error}")
        if thought.snapshot is not None:
            self.snapshots[claim.thread_id] = thought.snapshot
            self.waiting[claim.thread_id] = thought.interrupt_id is not None
        self._note_starts(thought.draft)
        trace: Mapping[str, Any] = orjson.loads(thought.trace)
        self.trace = trace
        return outcome_of(thought.draft, trace)

    def _claim(self, recorded: RecordedTurn) -> Claim:
        """Return the claim of the recorded turn, with the memory of this play."""
        thread = recorded.claim.thread_id
        return replace(
            recorded.claim,
            snapshot=self.snapshots.get(thread),
            interrupted=self.waiting.get(thread, False),
        )

    def _note_starts(self, draft: Draft) -> None:
        begun = [proposal.start for proposal in draft.proposals if not proposal.confirm]
        self.begins = (*begun, *draft.starts)
        self.started |= {start.action_id for start in self.begins}
