"""What a planner may ask for. A command is a proposal, nothing more."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, kw_only=True)
class StartFlow:
    """Begin a flow with the values the customer already gave."""

    flow: str
    slots: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class FillSlot:
    """Go on in the running flow with an answer to its question."""

    slots: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Correct:
    """Values of the running flow were wrong: begin it again with these."""

    slots: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class AskAgain:
    """The answer to the flow's question was not usable, or something else was said in between."""

    counted: bool = True
    """False for small talk: it is no failed attempt."""
    invalid: bool = False
    """True when a value was given that does not do."""


@dataclass(frozen=True, kw_only=True)
class SkipSlot:
    """The customer leaves an optional slot empty."""

    slot: str


@dataclass(frozen=True, kw_only=True)
class AskAnew:
    """A value was wrong, and the customer has not said the right one: forget it and ask for it."""

    flow: str
    slot: str


@dataclass(frozen=True, kw_only=True)
class Repeat:
    """Say the last replies again."""


@dataclass(frozen=True, kw_only=True)
class Choose:
    """Two wishes exclude one another: ask which one is meant."""


@dataclass(frozen=True, kw_only=True)
class TakeUp:
    """Go on with the wish that was offered."""


@dataclass(frozen=True, kw_only=True)
class Decline:
    """Leave the wish that was offered."""


@dataclass(frozen=True, kw_only=True)
class Decide:
    """Yes or no to the pending action."""

    yes: bool


@dataclass(frozen=True, kw_only=True)
class ConfirmAgain:
    """The pending action still waits for a plain yes or no."""


@dataclass(frozen=True, kw_only=True)
class Answer:
    """Look the question up in the company's articles."""


@dataclass(frozen=True, kw_only=True)
class Speak:
    """Say a template."""

    template: str


@dataclass(frozen=True, kw_only=True)
class CancelFlow:
    """Leave the running flow."""


@dataclass(frozen=True, kw_only=True)
class HandOver:
    """Give the conversation to a person."""

    kind: str
    text: str


PlanCommand = (
    StartFlow
    | FillSlot
    | Correct
    | AskAgain
    | AskAnew
    | SkipSlot
    | ConfirmAgain
    | Decide
    | Repeat
    | Choose
    | TakeUp
    | Decline
    | Answer
    | Speak
    | CancelFlow
    | HandOver
)
