"""What is told: events of the feed in the words of the public contract. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal, get_args

import orjson

from app.conversations.feed.event import Event

MessageType = Literal[
    "conversation.started",
    "conversation.escalated",
    "conversation.claimed",
    "conversation.released",
    "conversation.resolved",
    "message.received",
    "message.sent",
    "approval.requested",
    "approval.decided",
    "action.done",
    "action.failed",
    "action.rejected",
    "webhook.test",
]
TYPES: frozenset[str] = frozenset(get_args(MessageType))
SENT: Mapping[str, str] = {
    "reply.committed": "assistant",
    "notice.sent": "system",
    "agent.message": "agent",
}
"""Events that mean that the customer was written to, and by whom."""
RENAMED: Mapping[str, tuple[MessageType, Sequence[str]]] = {
    "handoff.requested": ("conversation.escalated", ("reason",)),
    "conversation.claimed": ("conversation.claimed", ("agent_id",)),
    "conversation.released": ("conversation.released", ("agent_id",)),
    "conversation.resolved": ("conversation.resolved", ()),
    "approval.requested": ("approval.requested", ("label",)),
    "approval.decided": ("approval.decided", ("approval_id", "status")),
}
"""Events that are told as they are, with these of their facts."""
ENDED: Mapping[str, MessageType] = {
    "done": "action.done",
    "failed": "action.failed",
    "rejected": "action.rejected",
    "expired": "action.rejected",
}


@dataclass(frozen=True, kw_only=True)
class Message:
    """One thing to tell."""

    message_id: str
    type: MessageType
    at: datetime
    facts: Mapping[str, Any]
    text: str | None = None
    """What was written, for receivers that want it."""

    def body(self, *, include_text: bool) -> bytes:
        """Write it as it is sent; the customer's words only where they are wanted."""
        told = {**self.facts, "text": self.text} if include_text and self.text is not None else self.facts
        return orjson.dumps(
            {"type": self.type, "timestamp": self.at.astimezone(UTC).isoformat(), "data": told}
        )


def messages_of(event: Event) -> Iterator[Message]:
    """Tell an event in public words; one that is only of use inside tells nothing."""
    message_id = f"msg_{event.cursor.event_id}"
    if (kind := kind_of(event)) is None:
        return
    if kind == "message.received" and begins(event):
        started = {"conversation_id": event.conversation_id}
        yield Message(
            message_id=f"{message_id}_started", type="conversation.started", at=event.at, facts=started
        )
    yield Message(
        message_id=message_id,
        type=kind,
        at=event.at,
        facts={"conversation_id": event.conversation_id, **facts_of(event)},
        text=event.facts.get("text") if kind.startswith("message.") else None,
    )


def kind_of(event: Event) -> MessageType | None:
    """The public name of an event."""
    if event.type == "message.received":
        return "message.received"
    if event.type in SENT:
        return "message.sent"
    if event.type == "action.finished":
        return ENDED.get(str(event.facts.get("status")))
    return RENAMED[event.type][0] if event.type in RENAMED else None


def facts_of(event: Event) -> dict[str, Any]:
    """What goes with it, beside the conversation."""
    facts = event.facts
    if event.type in SENT:
        return {"sender": SENT[event.type], **{name: facts[name] for name in ("seq",) if name in facts}}
    if event.type == "message.received":
        return {"seq": facts.get("seq")}
    if event.type == "action.finished":
        return {"action_id": facts.get("action_id"), "status": facts.get("status")}
    return {name: facts[name] for name in RENAMED[event.type][1] if name in facts}


def begins(event: Event) -> bool:
    """Whether a message is the first of its conversation."""
    return event.facts.get("seq") == 1 and event.facts.get("thread_id") == event.conversation_id
