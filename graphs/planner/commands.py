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
    """The answer to the flow's question was not usable."""


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
    StartFlow | FillSlot | Correct | AskAgain | ConfirmAgain | Decide | Answer | Speak | CancelFlow | HandOver
)
