"""What a vendor's request tells: messages, states of what we sent, our own words coming back, and the rest."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal, TypeAlias

State: TypeAlias = Literal["sent", "delivered", "read", "failed"]


@dataclass(frozen=True, kw_only=True)
class Attachment:
    """A file that came with a message; it is fetched later, by address or by the vendor's own id."""

    kind: Literal["image", "video", "audio", "file", "location", "contact", "sticker"]
    url: str = ""
    media_id: str = ""
    media_type: str = ""
    name: str = ""
    caption: str = ""


@dataclass(frozen=True, kw_only=True)
class Message:
    """What a customer said."""

    message_id: str
    """The channel's own id: the same again is the same message."""
    address: str
    """Where an answer goes: the sender, or the room in which they wrote."""
    channel: str = ""
    """Which of a vendor's channels, where it serves several."""
    text: str = ""
    payload: str = ""
    """What stands behind a pressed button."""
    attachments: Sequence[Attachment] = ()
    sent_at: datetime | None = None
    author: str = ""
    """Who wrote it, where the address is a room of several."""
    name: str = ""
    """What the sender calls themselves; proves nothing."""


@dataclass(frozen=True, kw_only=True)
class Status:
    """What became of a message that we sent."""

    message_id: str
    state: State
    at: datetime | None = None
    reason: str = ""
    """The vendor's code, when it failed."""


@dataclass(frozen=True, kw_only=True)
class Echo:
    """Our own message, or a colleague's from the vendor's inbox, shown to us: never a customer's."""

    message_id: str


@dataclass(frozen=True, kw_only=True)
class Unknown:
    """Something else: acknowledged, so that the vendor does not send it for ever, and left alone."""

    kind: str


Event: TypeAlias = Message | Status | Echo | Unknown


def moment(seconds: object) -> datetime | None:
    """Read a Unix time in seconds or milliseconds; None when it is neither."""
    try:
        number = float(str(seconds))
        return datetime.fromtimestamp(number / 1000 if number > 1e11 else number, UTC)
    except (ValueError, OverflowError, OSError):
        return None


def instant(text: str) -> datetime | None:
    """Read an ISO 8601 time; None when it is none, or names no zone."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo else None
