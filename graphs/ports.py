"""What the graphs need from the outside, as narrow as they use it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

from graphs.assess.standing import Standing, StandingModel
from graphs.planner.llm_port import ModelHelp
from guardrails.verdict import Rails
from knowledge.answer_types import KnowledgeBase
from policies.fast_path import FastMatch
from policies.handoff_triggers import TriggerTable
from policies.model import Book
from tools.spec import ActionKey, Caller, Succeeded, ToolOutcome


@dataclass(frozen=True, kw_only=True)
class Entity:
    """A value found in the customer's text; the span refers to the original text."""

    name: str
    value: str
    start: int
    end: int
    confidence: float


@dataclass(frozen=True, kw_only=True)
class Clause:
    """One wish of a message that holds several; the span refers to the original text."""

    intent: str
    confidence: float
    start: int
    end: int
    entities: tuple[Entity, ...] = ()
    vector: Sequence[float] | None = None
    """That of the wish's own words, where NLU gave one."""


@dataclass(frozen=True, kw_only=True)
class Understood:
    """What a message means, and how sure that is."""

    intent: str | None
    confidence: float
    path: Literal["button", "fast", "cache", "nlu", "away"]
    """Which way it was found; `away` means NLU did not answer and only the fast path is left."""
    ranking: tuple[tuple[str, float], ...] = ()
    entities: tuple[Entity, ...] = ()
    clauses: tuple[Clause, ...] = ()
    """The wishes in the order of mention where there is more than one; `ranking` has them by relevance."""
    sentiment: float = 0.0
    sentiment_confidence: float = 1.0
    emotions: Mapping[str, float] | None = None
    language: str = "en"
    language_confidence: float = 0.0
    mixed_language: bool = False
    """The customer changes between two languages in this message."""
    out_of_scope: float = 0.0
    wants_person: float | None = None
    """How likely the message asks for a person, where understanding was taught it."""
    vector: Sequence[float] | None = None
    neighbours: bool = False
    """The intent was found by the nearest examples in the book: no model was taught it yet."""

    def felt(self, score: float) -> "Understood":
        """Return the same with another mood; made by itself because it is made with every message."""
        made = object.__new__(Understood)
        made.__dict__.update(self.__dict__, sentiment=score)
        return made

    @property
    def measured(self) -> bool:
        """Whether understanding read the message, mood and all, now or when it was written before."""
        return self.path in ("nlu", "cache")


@dataclass(frozen=True, kw_only=True)
class Hints:
    """What the conversation already knows, for the classifier (seed 000, context-aware classification)."""

    last_intents: tuple[str, ...]
    entities: Mapping[str, str]
    tier: str
    channel: str
    minutes: float
    language: str | None = None
    """What the conversation has spoken so far, once that is known."""


class InterpreterAway(Exception):
    """NLU is down, late or answers nonsense: go on with what needs no NLU."""


class Interpreter(Protocol):
    """Finds intent, entities and sentiment in a text."""

    async def parse(self, text: str, hints: Hints) -> Understood:
        """Understand one message or raise `InterpreterAway`."""

    async def present(self) -> bool:
        """Say whether messages are understood now: while they are not, no effect is begun."""


class ToolCalls(Protocol):
    """Calls to the company's systems."""

    async def read(
        self, tool: str, caller: Caller, args: Mapping[str, Any], *, budget_s: float | None = None
    ) -> ToolOutcome:
        """Call a tool without effect, within its own time or, with a longer budget, also late."""

    async def effect(self, tool: str, caller: Caller, args: Mapping[str, Any], key: ActionKey) -> ToolOutcome:
        """Cause an effect once per key; the same key again returns the recorded outcome."""

    async def begun(self, caller: Caller, key: ActionKey) -> bool:
        """Say whether the effect under a key may have happened already."""

    async def look_up(
        self, tool: str, caller: Caller, args: Mapping[str, Any], key: ActionKey
    ) -> ToolOutcome:
        """Ask what became of an effect in doubt, without causing it."""

    async def settle(
        self, tool: str, caller: Caller, args: Mapping[str, Any], key: ActionKey, *, happened: bool
    ) -> ToolOutcome:
        """Write down what a person found out about an effect in doubt."""

    async def undo(
        self, tool: str, caller: Caller, args: Mapping[str, Any], done: Succeeded, key: ActionKey
    ) -> ToolOutcome:
        """Take an effect back once per key; `Refused` when its tool names none that does."""

    def preconditions(self, tool: str) -> frozenset[str]:
        """Name the arguments that only say what has been read."""


class StandingJudge(Protocol):
    """A large model that reads the whole conversation, where one is set."""

    async def judge(self, tenant_id: str, conversation_id: str, says: str) -> Standing | None:
        """Say how the conversation stands with its newest message; None when no answer came in time."""


class FastPath(Protocol):
    """Words that need no NLU."""

    def match(self, text: str) -> FastMatch | None:
        """Return the intent that the words decide, or None."""

    def agrees(self, text: str) -> bool:
        """Say whether the text is a yes and nothing else."""

    def taken_back(self, text: str) -> frozenset[str]:
        """Return the intents that the text names only to say that they are not meant."""

    def meant(self, text: str) -> str:
        """Return the text with the clauses blanked that only deny something."""


class OwnTriggers(Protocol):
    """What a company added to its book's handoff triggers, or changed in them."""

    def table(self, tenant_id: str, rulebook: "Rulebook") -> TriggerTable:
        """Return the rows in force now."""


@dataclass(frozen=True, kw_only=True)
class Desk:
    """Everything a turn may use; built once, shared by all turns."""

    interpreter: Interpreter
    tools: ToolCalls
    knowledge: KnowledgeBase
    rails: Rails
    standing: StandingModel | None = None
    judge: StandingJudge | None = None
    models: ModelHelp | None = None
    triggers: OwnTriggers | None = None


@dataclass(frozen=True, kw_only=True)
class Rulebook:
    """A book with what is compiled from it."""

    book: Book
    fast_path: FastPath
    rails: Rails | None = None
    """The book's own rails; without them those of the desk hold."""
    triggers: TriggerTable = field(default_factory=TriggerTable)
    """What else brings a person, as the book has it."""
