"""The shape of the event log; the OpenAPI document is made from these."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, Field


class LoggedMessage(BaseModel):
    """What a customer wrote."""

    id: str
    content: str
    type: Literal["text", "button", "file"] = "text"


class LoggedEntity(BaseModel):
    """Something a message named."""

    type: str
    value: Any
    confidence: float | None = None


class LoggedSentiment(BaseModel):
    """How a message sounded, from -1 to 1."""

    label: Literal["negative", "neutral", "positive"]
    score: float


class LoggedUnderstanding(BaseModel):
    """What was understood."""

    intent: str | None
    confidence: float | None
    entities: Sequence[LoggedEntity] = ()
    sentiment: LoggedSentiment | None = None


class LoggedAction(BaseModel):
    """What was done, or not."""

    type: Literal["execute"] = "execute"
    name: str
    status: Literal["success", "failed", "rejected"]
    result: Mapping[str, Any] = Field(default_factory=dict)


class LoggedResponse(BaseModel):
    """What was answered in the same turn."""

    content: str
    confidence: float | None


class LoggedCosts(BaseModel):
    """What the turn took."""

    latency_ms: float | None = None
    model_used: str | None = None
    """The language model that helped, if one did."""
    cost_usd: float = 0.0


class LoggedEvent(BaseModel):
    """One thing that happened, with what belongs to it."""

    event_id: str
    event_type: str
    timestamp: datetime
    conversation_id: str | None
    session_id: str | None
    customer_id: str | None
    channel: str | None
    message: LoggedMessage | None = None
    nlu: LoggedUnderstanding | None = None
    action: LoggedAction | None = None
    response: LoggedResponse | None = None
    metadata: LoggedCosts = Field(default_factory=LoggedCosts)
    facts: Mapping[str, Any] = Field(default_factory=dict)
    """What else the event says, as webhooks tell it."""


class EventPage(BaseModel):
    """Events in the order in which they became visible."""

    items: Sequence[LoggedEvent]
    next_after: str
    """Where to go on; the same again when nothing more happened."""
