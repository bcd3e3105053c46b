"""What a turn wants to happen. Nothing of it is true before the commit."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from graphs.assess.contacts import Contacts
from graphs.assess.mood import Baseline
from graphs.events import ActionAsks, ActionStarts
from knowledge.answer_types import Citation

ActionState = Literal[
    "proposed",
    "confirming",
    "queued",
    "approving",
    "running",
    "unknown",
    "done",
    "failed",
    "rejected",
    "cancelled",
    "expired",
]
"""`queued`: waits for another action on the same thing. `unknown`: nobody knows yet whether it happened."""


@dataclass(frozen=True, kw_only=True)
class Reply:
    """What the assistant says."""

    text: str
    template: str | None = None
    buttons: tuple[tuple[str, str], ...] = ()
    citations: tuple[Citation, ...] = ()
    supported: tuple[str, ...] = ()
    """Texts the reply draws on, for the output rails."""


@dataclass(frozen=True, kw_only=True)
class Notice:
    """A fixed template of the system; may be sent in any status."""

    text: str
    template: str
    buttons: tuple[tuple[str, str], ...] = ()
    hold: bool = False
    """True when it says that something waits for a person."""
    supported: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class HandOff:
    """The conversation should go to a person, and why."""

    kind: str
    text: str
    rule: int
    priority: Literal["urgent", "high", "normal"]
    skills: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Confirmation:
    """The customer's yes or no, on its way to an action that waits for it on its thread."""

    action_id: str
    yes: bool


@dataclass(frozen=True, kw_only=True)
class ActionChange:
    """An action's new state."""

    action_id: str
    state: ActionState
    args: Mapping[str, Any] | None = None


@dataclass(frozen=True, kw_only=True)
class Proposal:
    """A new action with what it was proposed on; one to be confirmed begins with the customer's yes."""

    start: ActionStarts
    subject: str
    label: str
    confirm: bool
    approval: bool
    waits_for: tuple[str, ...] = ()
    """Actions that it may not run beside, when they act on the same thing."""


@dataclass(frozen=True, kw_only=True)
class Task:
    """Something about an action that only a person can settle."""

    action_id: str
    kind: Literal["unknown_outcome", "failed_action", "half_done"]
    label: str
    subject: str
    args: Mapping[str, Any]
    reason: str
    """What is known, in one plain sentence."""


@dataclass(frozen=True, kw_only=True)
class TaskSettled:
    """What became of an action's open task without a person: the backend was asked once more."""

    action_id: str
    outcome: Literal["happened", "did_not_happen", "done"]


@dataclass(frozen=True, kw_only=True)
class ApprovalRequest:
    """A person must decide: everything the console shows at the place of the decision."""

    action_id: str
    action: str
    label: str
    args: Mapping[str, Any]
    editable: tuple[str, ...]
    amount: float | None
    up_to: float | None
    role: str
    expires_minutes: int
    effect: str
    rule_id: str
    rule_text: str
    file: str
    line: int


SUPERVISOR = "supervisor"
"""The ladder's flag for a VIP with whom something goes wrong."""


@dataclass(kw_only=True)
class Draft:
    """Collects a turn's wishes while the graph runs; belongs to one turn and is dropped with it."""

    replies: list[Reply] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)
    hand_off: HandOff | None = None
    proposals: list[Proposal] = field(default_factory=list)
    starts: list[ActionStarts] = field(default_factory=list)
    """Proposed actions that got their yes."""
    confirmations: list[Confirmation] = field(default_factory=list)
    changes: list[ActionChange] = field(default_factory=list)
    if_queued: dict[str, Notice] = field(default_factory=dict)
    """What the customer reads if an action that begins has to wait for one that nobody here knew of."""
    asks: list[ActionAsks] = field(default_factory=list)
    """Questions of an action to its customer, on their way to the conversation."""
    tasks: list[Task] = field(default_factory=list)
    settled: list[TaskSettled] = field(default_factory=list)
    approval: ApprovalRequest | None = None
    back_to_assistant: bool = False
    """The customer needs no person any more: the conversation leaves the queue."""
    in_queue: bool = False
    """Said to a customer who waits for a person: only notices, and they may be sent."""
    sentiment: float | None = None
    urgency: float | None = None
    intent: str | None = None
    confidence: float | None = None
    highlight: str | None = None
    flags: tuple[str, ...] = ()
    baseline: Baseline | None = None
    """Set when the customer's usual mood moved enough to be kept."""
    contacts: Contacts | None = None
    """Set when the customer came with an issue that the profile does not know of yet."""

    @property
    def concerns_people(self) -> bool:
        """Whether a person is called, needed no more, or should look at this."""
        return self.hand_off is not None or self.back_to_assistant or SUPERVISOR in self.flags
