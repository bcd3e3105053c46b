"""What a channel's request says, beside what Rasa's connector reads out of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

State = Literal["sent", "delivered", "read", "failed"]
Kind = Literal["image", "audio", "video", "file", "location", "contact"]


@dataclass(frozen=True, kw_only=True)
class Attachment:
    """Something that came with a message; the channel keeps it until it is fetched."""

    kind: Kind
    url: str = ""
    """Where it lies, when the channel says so."""
    id: str = ""
    """The channel's own id of it, when its API must be asked where it lies."""
    name: str = ""
    content_type: str = ""
    size: int | None = None
    more: Mapping[str, Any] = field(default_factory=dict)
    """What has no field: coordinates of a place, a contact's card."""


@dataclass(frozen=True, kw_only=True)
class Said:
    """One message of a customer, under the id that the channel itself gave it."""

    message_id: str
    sender: str
    """The sender's address on the channel; the identity that conversations are kept under."""
    text: str = ""
    pressed: bool = False
    """True: the text is what a pressed button stands for."""
    attachments: tuple[Attachment, ...] = ()
    reply_to: Mapping[str, Any] = field(default_factory=dict)
    """What the connector needs to answer where the message came from; kept with the address."""
    sent_at: float | None = None
    """Seconds since 1970, by the channel's clock."""
    metadata: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Status:
    """What became of a reply, as the channel tells it."""

    provider_id: str
    state: State
    at: float | None = None
    error: str = ""


Event = Said | Status
