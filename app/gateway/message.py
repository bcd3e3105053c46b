"""What comes through the front door: the wire models of each edge, and the one shape behind them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from app.problems import Problem
from graphs.events import Attached

LONGEST_TEXT = 64 * 1024
"""Bytes of UTF-8 that one message may have."""

Id = Annotated[str, StringConstraints(min_length=1, max_length=200)]
ShortText = Annotated[str, StringConstraints(max_length=200)]
Address = Annotated[str, StringConstraints(min_length=1, max_length=320)]
Channel = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,31}$")]


@dataclass(frozen=True, kw_only=True)
class Inbound:
    """One message of a customer, the same whichever channel it came by."""

    tenant_id: str
    channel: str
    message_id: str
    """The channel's own id: the same id again is the same message."""
    address: str
    """The sender's address on the channel: a phone number, an email, a widget visitor."""
    text: str
    payload: str | None = None
    """Set when a button was pressed, as `/affirm`."""
    conversation_id: str | None = None
    """The conversation it belongs to, when the sender knows it; it must exist unless `begins`."""
    customer_id: str | None = None
    """The company's own id of the customer, believed: whoever gave it had the right to."""
    verified: bool = False
    begins: bool = False
    """True: the front door chose `conversation_id` for this visitor, and it begins if there is none yet."""
    key_id: str | None = None
    """The key or client by which a program brought it, if one did."""
    bulk: bool = False
    """True: whoever brings it is not held to the company's limit, only to the sender's."""
    attachments: tuple[Attached, ...] = ()
    metadata: Mapping[str, Any] = field(default_factory=dict)
    received_at: datetime


def other_message() -> Problem:
    """Say that a message id came before with another text: nothing of the second message is stored."""
    return Problem(
        409,
        "other-message",
        "This message id belongs to another message.",
        "It came before with another text. Send the new text under an id of its own.",
    )


class RestMetadata(BaseModel):
    """What may stand beside a message; anything else is kept as it is."""

    model_config = ConfigDict(extra="allow")

    customer_id: ShortText | None = None
    """Who writes."""
    message_id: ShortText | None = None
    """The sender's own id of the message, which deduplicates."""
    token: Any = None
    """A customer's token, in place of a key."""


class RestMessage(BaseModel):
    """A message in the shape of Rasa's REST channel."""

    model_config = ConfigDict(extra="ignore")

    sender: Address
    message: str
    metadata: RestMetadata = Field(default_factory=RestMetadata)


class SentFile(BaseModel):
    """A file of a message: one that was uploaded before, or one that its channel keeps."""

    model_config = ConfigDict(extra="ignore")

    attachment_id: Id | None = None
    """As the upload gave it; the other fields are not needed then."""
    url: Annotated[str, StringConstraints(max_length=2000, pattern=r"^https?://")] | None = None
    """Where the channel keeps it."""
    name: ShortText = ""
    content_type: ShortText = "application/octet-stream"

    @model_validator(mode="after")
    def _is_somewhere(self) -> Self:
        if (self.attachment_id is None) == (self.url is None):
            raise ValueError("give either attachment_id or url")
        return self


class UnifiedMessage(BaseModel):
    """A message for `POST /api/v1/messages`."""

    model_config = ConfigDict(extra="forbid")

    channel: Channel
    message_id: Id
    conversation_id: Id | None = None
    customer_id: Id | None = None
    address: Address | None = None
    """The sender's address on the channel; without it the customer's or conversation's id stands for it."""
    text: str = ""
    """May be empty when files come."""
    payload: Annotated[str, StringConstraints(max_length=500, pattern=r"^/")] | None = None
    attachments: Annotated[list[SentFile], Field(max_length=10)] = Field(default_factory=list)
    metadata: dict[str, Any] = Field(default_factory=dict)


def kept_elsewhere(files: Iterable[Mapping[str, Any]]) -> tuple[Attached, ...]:
    """Return the files of a message that its channel keeps; one without an address is known by its name."""
    return tuple(_elsewhere(one) for one in files)


def _elsewhere(file: Mapping[str, Any]) -> Attached:
    url = str(file.get("url") or "")
    name = str(file.get("name") or file.get("kind") or url.rpartition("/")[2] or "file")
    return Attached(
        name=name[:120],
        media_type=str(file.get("content_type") or "application/octet-stream")[:200],
        url=url if url.startswith(("https://", "http://")) else None,
    )
