"""One line of a conversation's timeline, the same in REST, widget and console."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Literal

from graphs.events import Attached

Kind = Literal["message", "notice", "event", "note"]
Direction = Literal["inbound", "outbound", "internal"]
Sender = Literal["customer", "assistant", "agent", "system"]

SENDER_NAMES = {"assistant": "the assistant", "system": "the system", "customer": "the customer"}


@dataclass(frozen=True, kw_only=True)
class Button:
    """A reply the customer can choose instead of typing."""

    title: str
    payload: str


@dataclass(frozen=True, kw_only=True)
class Source:
    """Where a claim in the text comes from, by the number that stands in it."""

    number: int
    title: str
    heading: str
    url: str


@dataclass(frozen=True, kw_only=True)
class Delivery:
    """How far a line came on the channel that it was sent on."""

    channel: str
    """Another than the line's own where one had to stand in."""
    state: Literal["queued", "sent", "delivered", "read", "failed"]
    error: str | None = None
    """Why it failed, or failed last."""


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A message, a notice of the system, an event told as a plain sentence, or a note for colleagues."""

    entry_no: int
    message_id: str
    kind: Kind
    seq: int | None
    thread_id: str | None
    """Where `seq` counts: the conversation itself, or one of its actions."""
    direction: Direction
    sender: Sender
    sender_name: str
    channel: str
    timestamp: datetime
    text: str
    buttons: Sequence[Button] = ()
    citations: Sequence[Source] = ()
    sentiment: float | None = None
    intent: str | None = None
    confidence: float | None = None
    highlight: str | None = None
    hold: bool = False
    """True on a notice that something waits for a person."""
    mentions: Mapping[str, str] = field(default_factory=dict)
    """Whom a note names: agent ids with their names."""
    attachments: Sequence[Attached] = ()
    """Files that came with it."""
    delivery: Delivery | None = None
    """Set on a line that was carried to a channel outside."""
    whispered: Sequence[str] = ()
    """Between whom a whisper passes, by their ids; empty for every other line."""


def for_customer(entry: Entry) -> Entry:
    """Leave out what only the company reads: scores, intents, highlights."""
    return replace(entry, sentiment=None, intent=None, confidence=None, highlight=None, delivery=None)


STATES: Mapping[str, Any] = {"waiting": "queued", "dead": "failed"}


def delivery_in(channel: str | None, state: str | None, error: str | None) -> Delivery | None:
    """Say in the public words how far a line of the outbox came; None when there is none."""
    if channel is None or state is None:
        return None
    return Delivery(channel=channel, state=STATES.get(state, state), error=error)


def buttons_in(detail: dict[str, Any]) -> tuple[Button, ...]:
    """Read the buttons of a sealed detail."""
    return tuple(
        Button(title=str(b["title"]), payload=str(b["payload"])) for b in detail.get("buttons") or ()
    )


def attachments_in(detail: dict[str, Any]) -> tuple[Attached, ...]:
    """Read the files of a sealed detail."""
    return tuple(Attached(**one) for one in detail.get("attachments") or ())


def sources_in(detail: dict[str, Any]) -> tuple[Source, ...]:
    """Read the citations of a sealed detail."""
    return tuple(
        Source(
            number=int(c["number"]),
            title=str(c["title"]),
            heading=str(c.get("heading", "")),
            url=str(c["url"]),
        )
        for c in detail.get("citations") or ()
    )
