"""What the API of webhooks takes and answers; the OpenAPI document is made from these."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from app.webhooks.messages import MessageType

State = Literal["waiting", "delivered", "given_up"]
Url = Annotated[str, Field(min_length=1, max_length=2000, description="Where messages are posted to")]
Types = Annotated[
    list[MessageType], Field(max_length=50, description="What is told; an empty list stands for everything")
]
Description = Annotated[str, Field(max_length=200, description="For people")]
IncludeText = Annotated[
    bool, Field(description="Whether messages carry the beginning of what was written; off unless asked for")
]


class Body(BaseModel):
    """A body that knows its own fields only."""

    model_config = ConfigDict(extra="forbid")


class NewWebhook(Body):
    """A webhook to be made."""

    url: Url
    events: Types = []
    description: Description = ""
    include_text: IncludeText = False
    secret: Annotated[
        str | None, Field(max_length=120, description="A secret of your own, `whsec_…`; unset: a new one")
    ] = None


class ChangedWebhook(Body):
    """What of a webhook is to change; what is left out stays."""

    url: Url | None = None
    events: Types | None = None
    description: Description | None = None
    include_text: IncludeText | None = None
    enabled: Annotated[bool | None, Field(description="Switch it off, or on again from now")] = None


class NewSecret(Body):
    """A secret to take the place of the one there is."""

    keep_old_hours: Annotated[
        float, Field(ge=0, le=168, description="How long the old one signs beside the new one")
    ] = 24.0


class Replay(Body):
    """What is to be told again: one message, or everything that happened in a time."""

    message_id: Annotated[str | None, Field(max_length=80)] = None
    since: datetime | None = None
    until: datetime | None = None

    @model_validator(mode="after")
    def _says_what(self) -> Self:
        if (self.message_id is None) == (self.since is None):
            raise ValueError("say either message_id, or since and until")
        if any(one is not None and one.tzinfo is None for one in (self.since, self.until)):
            raise ValueError("write times with their offset, such as 2026-01-15T10:30:00Z")
        return self


class WebhookShape(BaseModel):
    """A webhook; its secret is shown once, when it is made."""

    webhook_id: str
    url: str
    events: Sequence[str]
    description: str
    include_text: bool
    enabled: bool
    off_reason: str | None
    """Why it was switched off."""
    last_delivered_at: datetime | None
    created_at: datetime


class MadeWebhook(WebhookShape):
    """A webhook that was just made."""

    secret: str


class Webhooks(BaseModel):
    """All webhooks."""

    items: Sequence[WebhookShape]


class SecretShape(BaseModel):
    """A new secret, shown once."""

    secret: str
    old_until: datetime


class Tried(BaseModel):
    """What came of a test."""

    message_id: str
    delivered: bool
    status: int | None
    error: str | None
    ms: float


class MessageShape(BaseModel):
    """A message on its way, or where that ended."""

    message_id: str
    type: str
    state: State
    attempts: int
    next_attempt_at: datetime | None
    last_tried_at: datetime | None
    delivered_at: datetime | None
    status: int | None
    error: str | None
    happened_at: datetime


class Messages(BaseModel):
    """A webhook's messages, newest first."""

    items: Sequence[MessageShape]


class Replayed(BaseModel):
    """How many messages are told again."""

    messages: int
    more: bool
    """True: the time held more than one call replays; go on from `next_since`."""
    next_since: datetime | None
