"""One thing that happened, and the place in the feed where it stands."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

EventType = Literal[
    "message.received",
    "reply.committed",
    "notice.sent",
    "approval.requested",
    "approval.decided",
    "approval.expired",
    "action.finished",
    "task.opened",
    "task.settled",
    "handoff.requested",
    "handoff.withdrawn",
    "conversation.offered",
    "conversation.assigned",
    "conversation.claimed",
    "conversation.released",
    "conversation.resolved",
    "conversation.transferred",
    "conversation.requeued",
    "conversation.waiting",
    "conversation.flagged",
    "transfer.offered",
    "transfer.settled",
    "agent.whispered",
    "conversation.tagged",
    "conversation.snoozed",
    "conversation.archived",
    "session.closed",
    "conversation.returned",
    "note.added",
    "agent.message",
    "agent.status",
    "customer.vip",
    "delivery.changed",
]


@dataclass(frozen=True, kw_only=True, order=True)
class Cursor:
    """A place in the feed, written `xact.event_id`; what happened later is greater."""

    xact: int
    event_id: int

    def __str__(self) -> str:
        return f"{self.xact}.{self.event_id}"


BEGINNING = Cursor(xact=0, event_id=0)


@dataclass(frozen=True, kw_only=True)
class Event:
    """One thing that happened."""

    cursor: Cursor
    type: str
    conversation_id: str | None
    at: datetime
    facts: Mapping[str, Any]


def read_cursor(text: str) -> Cursor | None:
    """Read a cursor as a client sent it; None when it is none."""
    xact, _, event_id = text.partition(".")
    if not (xact.isascii() and xact.isdigit() and event_id.isascii() and event_id.isdigit()):
        return None
    if len(xact) > 19 or len(event_id) > 18:
        return None
    return Cursor(xact=int(xact), event_id=int(event_id))


def event_place(event_type: str, conversation_id: str | None) -> str:
    """Name the place an event's facts are sealed for; its number is not known before it is written."""
    return f"events:data:{event_type}:{conversation_id or '-'}"
