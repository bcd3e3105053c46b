"""What the planner and the writer ask of a language model, as narrow as they use it."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, Protocol

Size = Literal["small", "large"]
Purpose = Literal["plan", "write", "judge", "check"]
Outcome = Literal[
    "answered",
    "late",
    "cut",
    "filtered",
    "refused",
    "empty",
    "wrong_model",
    "rate_limited",
    "paused",
    "over_budget",
    "wrong_tool",
    "uncounted",
    "no_key",
    "no_such_model",
    "failed",
    "unreachable",
    "stopped",
]
"""How a call ended; everything but `answered` means that the rules go on alone."""

Hear = Callable[[str], Awaitable[bool]]
"""Takes a piece of a streamed answer; False stops the stream."""


@dataclass(frozen=True, kw_only=True)
class Question:
    """One question to a model. `schema` demands an answer of that JSON shape, none lets it write freely."""

    purpose: Purpose
    size: Size
    task: str
    text: str
    most_tokens: int
    tenant_id: str
    conversation_id: str
    seq: int
    schema: Mapping[str, Any] | None = None


@dataclass(frozen=True, kw_only=True)
class ModelCall:
    """What one call was, what it used, and how it ended."""

    purpose: Purpose
    model: str
    outcome: Outcome
    ms: float
    prompt_tokens: int = 0
    completion_tokens: int = 0
    estimated: bool = False
    """True: the server did not count, so the tokens are reckoned from the length of the texts."""
    cost_usd: float | None = None
    """None where no price is set for the model."""


@dataclass(frozen=True, kw_only=True)
class ModelAnswer:
    """A model's whole text, or None with the reason in `call`."""

    text: str | None
    call: ModelCall


class Models(Protocol):
    """One or two language models, each call counted and paid within the tenant's budget."""

    @property
    def sizes(self) -> frozenset[Size]:
        """Which of the two are set."""

    async def ask(self, question: Question, *, within_s: float, hear: Hear | None = None) -> ModelAnswer:
        """Answer in time or say why not; never raises for what a model or its server does."""


@dataclass(frozen=True, kw_only=True)
class ModelHelp:
    """The models of an installation, and what they may help with."""

    models: Models
    asks: Literal["off", "unsure", "complex"] = "unsure"
    """When the planner asks: never, where it would ask the customer back, or also for long messages."""
    writes: bool = False
    """Whether replies are reworded."""
    within_s: float = 1.2
    sure_at: int = 70
    """Percent from which on a small model's own certainty is enough; below, the large one is asked."""


class Aloud(Protocol):
    """Shows sentences of a reply before it is committed; the committed message replaces them."""

    async def say(self, text: str) -> bool:
        """Show one sentence; False when the turn is no longer this worker's: say no more."""

    async def retract(self) -> None:
        """Take back everything that was shown of this turn."""
