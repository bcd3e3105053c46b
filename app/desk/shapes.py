"""What the API tells of the queue and of promised times."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from pydantic import BaseModel, Field

from app.console.shapes import RowCustomer
from app.conversations.reasons import Reason
from app.desk.sla import Forecast, Outcome
from policies.desk import PromiseKind


class PromiseShape(BaseModel):
    """Something that is to happen in time; seconds are working time."""

    kind: PromiseKind
    state: Outcome
    due_at: datetime | None = Field(description="Null while the customer has to act")
    left_s: int
    late_by_s: int
    forecast: Forecast | None = Field(default=None, description="Whether it will be in time, as things are")
    expected_at: datetime | None = None


class Offered(BaseModel):
    """The agent who is asked to take it, until then."""

    agent_id: str
    name: str
    until: datetime


class QueueRow(BaseModel):
    """A conversation that waits for a person."""

    position: int
    conversation_id: str
    customer: RowCustomer
    channel: str
    preview: str
    reasons: Sequence[Reason]
    priority: str
    urgency: float
    sentiment: float
    group: str | None
    skills: Sequence[str]
    waiting_since: datetime
    waited_s: int
    expected_wait_s: int | None = Field(description="Null when nobody who fits is there")
    offered: Offered | None
    knows_customer: str | None = Field(description="The agent who had this customer before")
    sla: PromiseShape | None


class Queue(BaseModel):
    """Who waits for a person, in the order in which they are given out."""

    total_queued: int
    average_wait_s: float
    queued_by_urgency: Mapping[str, int]
    late: int = Field(description="How many wait longer than was promised")
    agents_available: int
    free_places: int
    items: Sequence[QueueRow]
    next_cursor: str | None


class Promises(BaseModel):
    """What a conversation's customer was promised when a person was called."""

    items: Sequence[PromiseShape]
