"""An event with what belongs to it, as a record of the log. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from app.conversations.feed.event import Event
from app.eventlog.shapes import (
    LoggedAction,
    LoggedCosts,
    LoggedEntity,
    LoggedEvent,
    LoggedMessage,
    LoggedResponse,
    LoggedSentiment,
    LoggedUnderstanding,
)
from app.webhooks.messages import facts_of, kind_of

NEUTRAL = 0.2
"""Nearer to zero than this a message counts as neither friendly nor angry."""
STATUS: Mapping[str, Literal["success", "failed", "rejected"]] = {
    "done": "success",
    "failed": "failed",
    "rejected": "rejected",
    "expired": "rejected",
}


@dataclass(frozen=True, kw_only=True)
class Spoken:
    """A line of the event's turn."""

    entry_id: str
    text: str
    inbound: bool
    sender: str
    detail: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Around:
    """What belongs to an event, read and opened."""

    customer_id: str | None = None
    channel: str | None = None
    session_no: int | None = None
    trace: Mapping[str, Any] = field(default_factory=dict)
    ms: float | None = None
    spoken: Sequence[Spoken] = ()
    action: str | None = None
    action_detail: Mapping[str, Any] = field(default_factory=dict)


def told(event: Event, around: Around) -> LoggedEvent:
    """Tell an event in full; parts that it does not have are empty."""
    session = f"{event.conversation_id}:{around.session_no}" if around.session_no is not None else None
    received = event.type == "message.received"
    return LoggedEvent(
        event_id=str(event.cursor),
        event_type=kind_of(event) or event.type,
        timestamp=event.at,
        conversation_id=event.conversation_id,
        session_id=session,
        customer_id=around.customer_id,
        channel=around.channel,
        message=_message(around) if received else None,
        nlu=_understood(around.trace) if received else None,
        action=_action(event, around),
        response=_response(around),
        metadata=_costs(around),
        facts=facts_of(event) if kind_of(event) else {},
    )


def _message(around: Around) -> LoggedMessage | None:
    asked = next((one for one in around.spoken if one.inbound), None)
    if asked is None:
        return None
    kind: Literal["text", "button", "file"] = "text"
    if asked.detail.get("attachments"):
        kind = "file"
    elif asked.text.startswith("/"):
        kind = "button"
    return LoggedMessage(id=asked.entry_id, content=asked.text, type=kind)


def _understood(trace: Mapping[str, Any]) -> LoggedUnderstanding | None:
    found = trace.get("understanding") or {}
    if not found:
        return None
    score = found.get("sentiment")
    return LoggedUnderstanding(
        intent=found.get("intent"),
        confidence=found.get("confidence"),
        entities=[
            LoggedEntity(
                type=str(one.get("entity")), value=one.get("value"), confidence=one.get("confidence")
            )
            for one in found.get("entities") or ()
        ],
        sentiment=None if score is None else _sentiment(float(score)),
    )


def _sentiment(score: float) -> LoggedSentiment:
    if abs(score) < NEUTRAL:
        return LoggedSentiment(label="neutral", score=score)
    return LoggedSentiment(label="positive" if score > 0 else "negative", score=score)


def _action(event: Event, around: Around) -> LoggedAction | None:
    status = STATUS.get(str(event.facts.get("status")))
    if event.type != "action.finished" or status is None or around.action is None:
        return None
    result = around.action_detail.get("result") or around.action_detail.get("args") or {}
    return LoggedAction(name=around.action, status=status, result=result if isinstance(result, dict) else {})


def _response(around: Around) -> LoggedResponse | None:
    """Join what the customer read in this turn."""
    said = [one.text for one in around.spoken if not one.inbound]
    if not said:
        return None
    understood = around.trace.get("understanding") or {}
    return LoggedResponse(content="\n".join(said), confidence=understood.get("confidence"))


def _costs(around: Around) -> LoggedCosts:
    calls = around.trace.get("models") or ()
    used = [str(call.get("model")) for call in calls if call.get("model")]
    return LoggedCosts(
        latency_ms=None if around.ms is None else round(around.ms, 2),
        model_used=used[-1] if used else None,
        cost_usd=round(sum(float(call.get("cost_usd") or 0.0) for call in calls), 8),
    )
