"""A desk at which nobody is asked: every answer comes from the recording, or the play stops there."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import orjson

from app.replay.recorded import RecordedConversation, RecordedTurn
from app.turns.recording import Heard
from graphs.assess.standing import Standing
from graphs.planner.llm_port import Hear, ModelAnswer, ModelCall, Question, Size
from graphs.ports import Hints, InterpreterAway, Understood
from knowledge.answer_types import Answered, NoAnswer
from tools.spec import ActionKey, Caller, Succeeded, ToolOutcome


class WouldCall(Exception):
    """The recording has no answer to this call: what would follow cannot be known."""

    def __init__(self, name: str, args: Mapping[str, Any]) -> None:
        self.name = name
        self.args_given = dict(args)
        super().__init__(f"would call {name}({_shown(args)})")


def _shown(args: Mapping[str, Any]) -> str:
    """Write arguments as in a call."""
    return ", ".join(f"{name}={orjson.dumps(value, default=str).decode()}" for name, value in args.items())


class RecordedDesk:
    """Answers one turn after the other; `floor` is how sure the book wants an article's answer."""

    def __init__(self, conversation: RecordedConversation, floor: float) -> None:
        self._turns = conversation.turns
        self._floor = floor
        self._number = 0
        self._taken: set[tuple[str, int]] = set()

    def begin(self, number: int) -> RecordedTurn:
        """Answer the next turn; answers that one turn heard are given in their order."""
        self._number = number
        self._taken = set()
        return self._turns[number]

    @property
    def _here(self) -> Heard:
        return self._turns[self._number].heard

    def _anywhere(self) -> Iterator[Heard]:
        """This turn first, then those before it, the nearest first, then those behind."""
        yield self._here
        yield from (turn.heard for turn in reversed(self._turns[: self._number]))
        yield from (turn.heard for turn in self._turns[self._number + 1 :])

    async def parse(self, text: str, hints: Hints) -> Understood:
        """Give what understanding made of this text whenever it was read."""
        for heard in self._anywhere():
            for known, understood in heard.texts:
                if known == text:
                    if understood is None:
                        raise InterpreterAway("it was away when this was recorded")
                    return understood
        raise WouldCall("understand", {"text": text})

    async def present(self) -> bool:
        """Say whether understanding was there."""
        return self._here.present is not False

    async def read(self, tool: str, caller: Caller, args: Mapping[str, Any], **patience: Any) -> ToolOutcome:
        """Give what the tool answered in this turn, or before it where nothing was done since."""
        calls = [(outcome, (name, given)) for name, given, _, outcome in self._here.reads]
        if (found := self._next("reads", calls, (tool, args))) is not None:
            return found
        for heard in self._undisturbed():
            for earlier in reversed(heard.reads):
                if earlier[0] == tool and _plain(earlier[1]) == _plain(args):
                    outcome: ToolOutcome = earlier[3]
                    return outcome
        raise WouldCall(tool, args)

    def _undisturbed(self) -> Iterator[Heard]:
        """Go back as far as the world was as it is now."""
        if self._here.effects:
            return
        for turn in reversed(self._turns[: self._number]):
            if turn.heard.effects:
                return
            yield turn.heard

    def _next(
        self, kind: str, calls: Iterable[tuple[ToolOutcome, tuple[Any, ...]]], wanted: tuple[Any, ...]
    ) -> ToolOutcome | None:
        """Take the first answer to this call that was not given yet, or the last one again."""
        last: ToolOutcome | None = None
        for number, (answer, call) in enumerate(calls):
            if _plain(call) == _plain(wanted):
                last = answer
                if (kind, number) not in self._taken:
                    self._taken.add((kind, number))
                    return answer
        return last

    async def effect(self, tool: str, caller: Caller, args: Mapping[str, Any], key: ActionKey) -> ToolOutcome:
        """Give what came of the effect; one that was never caused stops the play."""
        return self._acted("effect", tool, args)

    async def look_up(
        self, tool: str, caller: Caller, args: Mapping[str, Any], key: ActionKey
    ) -> ToolOutcome:
        """Give what the backend knew of an effect in doubt."""
        return self._acted("look_up", tool, args)

    async def settle(
        self, tool: str, caller: Caller, args: Mapping[str, Any], key: ActionKey, *, happened: bool
    ) -> ToolOutcome:
        """Give what was written down about an effect in doubt."""
        return self._acted("settle", tool, args)

    async def undo(
        self, tool: str, caller: Caller, args: Mapping[str, Any], done: Succeeded, key: ActionKey
    ) -> ToolOutcome:
        """Give what came of taking an effect back."""
        return self._acted("undo", tool, args)

    def _acted(self, way: str, tool: str, args: Mapping[str, Any]) -> ToolOutcome:
        calls = [(outcome, (how, name, given)) for how, name, given, _, outcome in self._here.effects]
        found = self._next("effects", calls, (way, tool, args))
        if found is None:
            raise WouldCall(tool, args)
        return found

    async def begun(self, caller: Caller, key: ActionKey) -> bool:
        """Say whether the effect had begun when this was recorded."""
        return any(known == key and begun for known, begun in self._here.begun)

    def preconditions(self, tool: str) -> frozenset[str]:
        """Name what the tool named whenever it was asked."""
        return next(
            (frozenset(one.preconditions[tool]) for one in self._anywhere() if tool in one.preconditions),
            frozenset(),
        )

    async def answer(
        self, tenant_id: str, question: str, vector: Sequence[float] | None, *, language: str = "en"
    ) -> Answered | NoAnswer:
        """Give what the articles said; an answer that only this book is content with was never written."""
        for heard in self._anywhere():
            for known, spoken, found in heard.answers:
                if (known, spoken) == (question, language):
                    if isinstance(found, NoAnswer) and found.confidence >= self._floor:
                        raise WouldCall("knowledge", {"question": question})
                    return found
        raise WouldCall("knowledge", {"question": question})

    async def judge(self, tenant_id: str, conversation_id: str, says: str) -> Standing | None:
        """Give what a large model judged, if one was asked."""
        return self._here.judged

    @property
    def sizes(self) -> frozenset[Size]:
        """Name the models that were asked in this conversation."""
        return frozenset(question.size for turn in self._turns for question, _ in turn.heard.asked)

    @property
    def wrote(self) -> bool:
        """Whether models reworded replies in this conversation."""
        return any(one.purpose == "write" for turn in self._turns for one, _ in turn.heard.asked)

    async def ask(self, question: Question, *, within_s: float, hear: Hear | None = None) -> ModelAnswer:
        """Give what a model answered to this question; without a recording the rules go on alone."""
        for heard in self._anywhere():
            for known, answer in heard.asked:
                if (known.purpose, known.size, known.text) == (
                    question.purpose,
                    question.size,
                    question.text,
                ):
                    return answer
        call = ModelCall(purpose=question.purpose, model="", outcome="unreachable", ms=0.0)
        return ModelAnswer(text=None, call=call)


def _plain(value: Any) -> Any:
    """Write a value as JSON has it, so that what was recorded equals what is asked now."""
    if isinstance(value, Mapping):
        return {str(name): _plain(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(part) for part in value]
    return value
