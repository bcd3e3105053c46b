"""Notes what a turn heard from outside, so that it can be played again without anybody being asked."""

import base64
import struct
from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from app.turns.claim import Claim
from graphs.assess.standing import Standing
from graphs.planner.llm_port import Hear, ModelAnswer, Models, Question, Size
from graphs.ports import Desk, Hints, Understood
from graphs.turn import Turn
from knowledge.answer_types import Answered, NoAnswer
from tools.spec import ActionKey, Caller, Succeeded, ToolOutcome


@dataclass(kw_only=True)
class Heard:
    """Everything that came from outside in one turn, in the order of the calls."""

    texts: list[tuple[str, Understood | None]] = field(default_factory=list)
    """What understanding made of a text; None when it was away."""
    present: bool | None = None
    reads: list[tuple[str, Mapping[str, Any], str, ToolOutcome]] = field(default_factory=list)
    """Tool, arguments, the outcome's kind, the outcome."""
    effects: list[tuple[str, str, Mapping[str, Any], str, ToolOutcome]] = field(default_factory=list)
    """What was done or looked up, tool, arguments, the outcome's kind, the outcome."""
    preconditions: dict[str, list[str]] = field(default_factory=dict)
    begun: list[tuple[str, bool]] = field(default_factory=list)
    """Keys of effects, and whether they may have happened before."""
    answers: list[tuple[str, str, Answered | NoAnswer]] = field(default_factory=list)
    """Question, language, and what the articles said."""
    judged: Standing | None = None
    asked: list[tuple[Question, ModelAnswer]] = field(default_factory=list)
    """What language models were asked, and answered."""


class Listening:
    """Stands between a turn and its desk: passes every call on and keeps what came back."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self.heard = Heard()

    @property
    def desk(self) -> Desk:
        """The desk that a turn works at, so that everything is heard."""
        judge, models = self if self._desk.judge else None, self._desk.models
        help_ = replace(models, models=ListeningModels(models.models, self.heard)) if models else None
        desk = replace(self._desk, interpreter=self, tools=self, knowledge=self)
        return replace(desk, judge=judge, models=help_) if judge or help_ else desk

    async def parse(self, text: str, hints: Hints) -> Understood:
        """See `Interpreter`."""
        self.heard.texts.append((text, None))
        understood = await self._desk.interpreter.parse(text, hints)
        self.heard.texts[-1] = (text, understood)
        return understood

    async def present(self) -> bool:
        """See `Interpreter`."""
        self.heard.present = await self._desk.interpreter.present()
        return self.heard.present

    async def read(self, tool: str, caller: Caller, args: Mapping[str, Any], **patience: Any) -> ToolOutcome:
        """See `ToolCalls`."""
        outcome = await self._desk.tools.read(tool, caller, args, **patience)
        self.heard.reads.append((tool, dict(args), type(outcome).__name__, outcome))
        return outcome

    async def effect(self, tool: str, caller: Caller, args: Mapping[str, Any], key: ActionKey) -> ToolOutcome:
        """See `ToolCalls`."""
        return self._acted("effect", tool, args, await self._desk.tools.effect(tool, caller, args, key))

    async def look_up(
        self, tool: str, caller: Caller, args: Mapping[str, Any], key: ActionKey
    ) -> ToolOutcome:
        """See `ToolCalls`."""
        return self._acted("look_up", tool, args, await self._desk.tools.look_up(tool, caller, args, key))

    async def settle(
        self, tool: str, caller: Caller, args: Mapping[str, Any], key: ActionKey, *, happened: bool
    ) -> ToolOutcome:
        """See `ToolCalls`."""
        outcome = await self._desk.tools.settle(tool, caller, args, key, happened=happened)
        return self._acted("settle", tool, args, outcome)

    async def undo(
        self, tool: str, caller: Caller, args: Mapping[str, Any], done: Succeeded, key: ActionKey
    ) -> ToolOutcome:
        """See `ToolCalls`."""
        return self._acted("undo", tool, args, await self._desk.tools.undo(tool, caller, args, done, key))

    def _acted(self, way: str, tool: str, args: Mapping[str, Any], outcome: ToolOutcome) -> ToolOutcome:
        self.heard.effects.append((way, tool, dict(args), type(outcome).__name__, outcome))
        return outcome

    def preconditions(self, tool: str) -> frozenset[str]:
        """See `ToolCalls`."""
        found = self._desk.tools.preconditions(tool)
        self.heard.preconditions[tool] = sorted(found)
        return found

    async def begun(self, caller: Caller, key: ActionKey) -> bool:
        """See `ToolCalls`."""
        found = await self._desk.tools.begun(caller, key)
        self.heard.begun.append((key, found))
        return found

    async def answer(
        self, tenant_id: str, question: str, vector: Sequence[float] | None, *, language: str = "en"
    ) -> Answered | NoAnswer:
        """See `KnowledgeBase`."""
        found = await self._desk.knowledge.answer(tenant_id, question, vector, language=language)
        self.heard.answers.append((question, language, found))
        return found

    async def judge(self, tenant_id: str, conversation_id: str, says: str) -> Standing | None:
        """See `StandingJudge`."""
        if self._desk.judge is not None:
            self.heard.judged = await self._desk.judge.judge(tenant_id, conversation_id, says)
        return self.heard.judged


class ListeningModels:
    """Passes questions to the models on and keeps the answers."""

    def __init__(self, models: Models, heard: Heard) -> None:
        self._models = models
        self._heard = heard

    @property
    def sizes(self) -> frozenset[Size]:
        """See `Models`."""
        return self._models.sizes

    async def ask(self, question: Question, *, within_s: float, hear: Hear | None = None) -> ModelAnswer:
        """See `Models`."""
        answer = await self._models.ask(question, within_s=within_s, hear=hear)
        self._heard.asked.append((replace(question, schema=None), answer))
        return answer


def recording_of(claim: Claim, turn: Turn, heard: Heard, *, kept: bool = True) -> dict[str, Any]:
    """Put down a turn's claim without its memory, and what it heard; `kept` is False for an unsent draft."""
    return {"claim": replace(claim, snapshot=None), "at": turn.now, "heard": heard, "kept": kept}


def as_json(value: object) -> object:
    """Write what JSON has no form for: vectors as half floats, which they were; all else as text."""
    if isinstance(value, array):
        return base64.b64encode(struct.pack(f"<{len(value)}e", *value)).decode()
    return sorted(map(str, value)) if isinstance(value, set | frozenset) else str(value)
