"""What the console's API answers; the OpenAPI document is made from these."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from pydantic import BaseModel

from app.conversations.entry import Entry
from app.conversations.reasons import Reason


class Owner(BaseModel):
    """The agent who owns a conversation."""

    agent_id: str
    name: str


class RowCustomer(BaseModel):
    """Who writes, in a list."""

    name: str
    tier: str
    language: str


class Row(BaseModel):
    """A conversation in a list."""

    conversation_id: str
    status: str
    customer: RowCustomer
    channel: str
    preview: str
    preview_at: datetime | None
    preview_sender: str | None
    reasons: Sequence[Reason]
    flags: Sequence[str] = ()
    """`supervisor`: a VIP is treated badly."""
    urgency: float
    sentiment: float
    priority: str
    owner: Owner | None
    waiting_since: datetime | None
    sla_due_at: datetime | None
    approvals_pending: int
    verified: bool
    updated_at: datetime
    tags: Sequence[str]
    snoozed_until: datetime | None
    unread: int
    """Messages of the customer that the caller has not seen, at most 99."""


class Rows(BaseModel):
    """A page of a list."""

    items: Sequence[Row]
    next_cursor: str | None
    total: int | None
    """How many there are on all pages; told on the first."""


class Issue(BaseModel):
    """Another conversation of the same customer."""

    conversation_id: str
    about: str | None
    """The last intent."""
    channel: str
    status: str
    started_at: datetime
    updated_at: datetime


class Order(BaseModel):
    """One order of a customer."""

    order_id: str
    product: str
    total: float
    currency: str
    status: str


class Profile(BaseModel):
    """Who writes, in full."""

    customer_id: str
    external_id: str | None
    name: str
    email: str | None
    phone: str | None = None
    tier: str
    language: str
    previous_issues: Sequence[Issue] = ()
    """The customer's other conversations, newest first."""
    purchase_history: Sequence[Order] | None = None
    """Orders, newest first; null where the reader may not see them or the order system did not answer."""


class Score(BaseModel):
    """The sentiment of one message."""

    timestamp: datetime
    score: float


class Sentiment(BaseModel):
    """How the customer feels, over the conversation."""

    current: float
    timeline: Sequence[Score]


class Ranked(BaseModel):
    """An intent with its confidence."""

    name: str
    confidence: float


class Entity(BaseModel):
    """A value that was understood."""

    entity: str
    value: str | int | float | bool


class ActionShape(BaseModel):
    """An action of the conversation."""

    action_id: str
    action: str
    label: str
    status: str
    args: Mapping[str, Any]
    updated_at: datetime


class RulePlace(BaseModel):
    """The rule that decided, and where it stands in the book."""

    id: str
    text: str
    file: str
    line: int


class ApprovalCustomer(BaseModel):
    """For whom the action is."""

    name: str
    verified: bool


class ActionRequest(BaseModel):
    """The action with its arguments, as proposed."""

    action: str
    args: Mapping[str, Any]


class RequestConfig(BaseModel):
    """Which decisions are possible."""

    allow_accept: bool = True
    allow_edit: bool
    allow_respond: bool = True
    allow_ignore: bool = True


class HumanRequest(BaseModel):
    """What is asked of a person, in the shape agent inboxes read."""

    action_request: ActionRequest
    config: RequestConfig
    description: str


class ApprovalShape(BaseModel):
    """An action that waits, or waited, for a person."""

    approval_id: str
    conversation_id: str
    action_id: str
    action: str
    label: str
    status: str
    created_at: datetime
    expires_at: datetime
    decided_by: str | None
    decided_at: datetime | None
    decision: Mapping[str, Any] | None
    request: HumanRequest
    editable: Sequence[str]
    amount_max: float | None
    currency: str
    customer: ApprovalCustomer
    role: str
    rule: RulePlace
    effect: str
    seq: int | None


class Approvals(BaseModel):
    """A list of approvals."""

    items: Sequence[ApprovalShape]


class HandoffShape(BaseModel):
    """Why and with what a conversation was handed to a person."""

    handoff_id: str
    reason: str
    reason_text: str
    requested_at: datetime
    context: Mapping[str, Any] | None
    """The package; left out where few lines of the conversation are asked for."""


class TransitionShape(BaseModel):
    """One step of the dialogue from state to state."""

    seq: int
    before: str
    trigger: str
    after: str


class DialogueShape(BaseModel):
    """How far the matter is: the dialogue's state beside the conversation's status."""

    state: str
    message_count: int = 0
    troubleshooting_attempts: int = 0
    escalation_attempts: int = 0
    history: Sequence[TransitionShape] = ()


class ConversationShape(BaseModel):
    """A conversation with everything an agent needs beside it."""

    conversation_id: str
    status: str
    channel: str
    started_at: datetime
    updated_at: datetime
    owner: Owner | None
    verified: bool
    priority: str
    urgency: float
    profile: Profile
    summary: str
    dialogue: DialogueShape
    sentiment: Sentiment
    intents: Sequence[Ranked]
    entities: Sequence[Entity]
    timeline: Sequence[Entry]
    """The newest lines; `/entries?before=` has those before them."""
    earlier: bool
    """True: there are lines before these."""
    tags: Sequence[str]
    snoozed_until: datetime | None
    approvals: Sequence[ApprovalShape]
    actions: Sequence[ActionShape]
    handoff: HandoffShape | None


class Entries(BaseModel):
    """A page of a conversation's timeline, oldest first."""

    items: Sequence[Entry]
    earlier: bool
    """True: there are lines before these."""


class Stage(BaseModel):
    """One measured part of a turn; the budget is null where nobody set one."""

    name: str
    start_ms: float
    ms: float
    budget_ms: float | None


class Why(BaseModel):
    """Everything that led to a reply."""

    seq: int
    thread_id: str
    why: str
    at: datetime
    ms: float | None
    cpu_ms: float | None
    """Null in a sandbox, where nothing is measured."""
    book_version: str
    stages: Sequence[Stage]
    understanding: Mapping[str, Any]
    rails: Mapping[str, Any]
    route: Mapping[str, Any]
    flow: Mapping[str, Any] | None
    tools: Sequence[Mapping[str, Any]]
    """Each call with its kind, its arguments and, where it was recorded, what came back."""
    sources: Sequence[Mapping[str, Any]]
    decision: Mapping[str, Any] | None
    dialogue: Mapping[str, Any]
    """The dialogue's state, the transitions of this turn, attempts and history."""
    replies: Sequence[str]
    withheld: Sequence[str]
    """Drafts that a person's taking over kept from being sent."""
    planner: Mapping[str, Any]
    """Who proposed what to do, where a model was considered."""
    models: Sequence[Mapping[str, Any]]
    """Calls to language models, with tokens, dollars and how they ended."""


class Orders(BaseModel):
    """A customer's orders, newest first."""

    items: Sequence[Order]
