"""What the board's API answers; the OpenAPI document is made from these."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Literal

from pydantic import BaseModel


class Now(BaseModel):
    """How the desk stands this moment."""

    active: int
    with_assistant: int
    with_person: int
    agents_available: int
    """Agents who are online and have room."""
    places: int
    places_taken: int
    waiting: int
    waiting_due_at: datetime | None
    """When the first of those who wait must be answered."""
    late: int
    approvals: int
    approval_expires_at: datetime | None
    sentiment: float | None


class Whole(BaseModel):
    """What the whole time came to."""

    conversations: int
    contained: int
    sla_counted: int
    sla_met: int
    first_reply_p95_s: float | None


class OfUrgency(BaseModel):
    """Open conversations of one urgency, and how many of them wait for a person."""

    urgency: int
    active: int
    waiting: int


class Point(BaseModel):
    """One point of a line; null where nothing was counted."""

    at: datetime
    value: float | None
    number: int = 0


class Sla(BaseModel):
    """Which share a person took in time, and what is to be expected."""

    target: float
    past: Sequence[Point]
    as_staffed: Sequence[Point]
    with_one_more: Sequence[Point]


class AgentLine(BaseModel):
    """One agent."""

    agent_id: str
    name: str
    status: str
    load: int
    max_load: int
    skills: Sequence[str]
    languages: Sequence[str]
    waits_since: datetime | None
    """Since when a customer of theirs waits for an answer."""
    survey: float | None


class Share(BaseModel):
    """One day: conversations begun, and solved without a person."""

    day: date
    conversations: int
    contained: int


class ReasonCount(BaseModel):
    """Why a person was needed, and how often."""

    kind: str
    text: str
    number: int


class ChannelCount(BaseModel):
    """Conversations that began on one channel."""

    channel: str
    number: int


class Stuck(BaseModel):
    """What goes on only when a person does something."""

    kind: Literal["dead_letter", "task"]
    id: str
    conversation_id: str
    at: datetime
    title: str
    text: str


class Board(BaseModel):
    """The whole board, in one answer."""

    at: datetime
    period: str
    since: datetime
    now: Now
    whole: Whole
    urgency: Sequence[OfUrgency]
    sla: Sla
    moods: Sequence[Point]
    agents: Sequence[AgentLine]
    days: Sequence[Share]
    reasons: Sequence[ReasonCount]
    channels: Sequence[ChannelCount]
    stuck: Sequence[Stuck]
    stuck_in_all: int


class Vip(BaseModel):
    """Whether a customer is marked as important."""

    vip: bool
    tier: str
