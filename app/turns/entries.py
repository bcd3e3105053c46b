"""A draft as lines of the timeline, and as what the live feed tells."""

from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from app.conversations.entry import (
    SENDER_NAMES,
    Direction,
    Entry,
    Kind,
    Sender,
    buttons_in,
    sources_in,
)
from app.conversations.highlights import ESCALATION
from app.ids import new_id
from app.turns.claim import Claim
from graphs.draft import Draft, Notice, Reply
from graphs.events import CustomerSays

SCORE_DIGITS = 6
"""What is nearer to nothing than this does not fit a `real` and would fail its turn."""


@dataclass(frozen=True, kw_only=True)
class Line:
    """One new entry, not yet sealed."""

    entry_id: str
    kind: Kind
    direction: Direction
    sender: Sender
    text: str
    channel: str
    detail: dict[str, Any] = field(default_factory=dict)
    sentiment: float | None = None
    intent: str | None = None
    highlight: str | None = None


def lines_of(claim: Claim, draft: Draft) -> list[Line]:
    """Return the turn's lines in the order they are read: question, answers, notices, what happened."""
    says = claim.event if isinstance(claim.event, CustomerSays) else None
    lines = [_inbound(claim, says, draft)] if says is not None else []
    lines += [_reply(claim, reply, draft) for reply in draft.replies]
    lines += [_notice(claim, notice) for notice in draft.notices]
    if draft.hand_off is not None:
        told = f"Handed to a person: {draft.hand_off.text}, rule {draft.hand_off.rule}."
        lines.append(_event(claim, told, highlight=None if says is not None else ESCALATION))
    if draft.approval is not None:
        lines.append(_event(claim, f"{draft.approval.label} waits for a decision."))
    lines += [_event(claim, f"A person is needed: {task.label}. {task.reason}") for task in draft.tasks]
    return lines


def _inbound(claim: Claim, says: CustomerSays, draft: Draft) -> Line:
    return Line(
        entry_id=claim.event_id,
        kind="message",
        direction="inbound",
        sender="customer",
        text=says.text,
        channel=claim.channel,
        detail=_heard(says, draft),
        sentiment=None if draft.sentiment is None else round(draft.sentiment, SCORE_DIGITS),
        intent=draft.intent,
        highlight=draft.highlight if draft.hand_off is None else ESCALATION,
    )


def _heard(says: CustomerSays, draft: Draft) -> dict[str, Any]:
    detail: dict[str, Any] = {}
    if draft.confidence is not None:
        detail["confidence"] = draft.confidence
    if says.attachments:
        detail["attachments"] = [asdict(one) for one in says.attachments]
    return detail


def _reply(claim: Claim, reply: Reply, draft: Draft) -> Line:
    detail: dict[str, Any] = {}
    if reply.buttons:
        detail["buttons"] = [{"title": title, "payload": payload} for title, payload in reply.buttons]
    if reply.citations:
        detail["citations"] = [
            {"number": c.number, "title": c.title, "heading": c.heading, "url": c.url}
            for c in reply.citations
        ]
    if draft.confidence is not None:
        detail["confidence"] = round(draft.confidence, 4)
    return _outbound(claim, "message", "assistant", reply.text, detail)


def _notice(claim: Claim, notice: Notice) -> Line:
    detail: dict[str, Any] = {"hold": True} if notice.hold else {}
    if notice.buttons:
        detail["buttons"] = [{"title": title, "payload": payload} for title, payload in notice.buttons]
    return _outbound(claim, "notice", "system", notice.text, detail)


def _outbound(claim: Claim, kind: Kind, sender: Sender, text: str, detail: dict[str, Any]) -> Line:
    return Line(
        entry_id=new_id("ent"),
        kind=kind,
        direction="outbound",
        sender=sender,
        text=text,
        channel=claim.channel,
        detail=detail,
    )


def _event(claim: Claim, text: str, highlight: str | None = None) -> Line:
    return Line(
        entry_id=new_id("ent"),
        kind="event",
        direction="internal",
        sender="system",
        text=text,
        channel=claim.channel,
        highlight=highlight,
    )


def entries_said(claim: Claim, lines: list[Line], after: int, now: datetime) -> tuple[Entry, ...]:
    """Return the lines that the customer reads as they now stand in the timeline."""
    return tuple(
        Entry(
            entry_no=after + number,
            message_id=line.entry_id,
            kind=line.kind,
            seq=claim.seq,
            thread_id=claim.thread_id,
            direction=line.direction,
            sender=line.sender,
            sender_name=SENDER_NAMES[line.sender],
            channel=line.channel,
            timestamp=now,
            text=line.text,
            buttons=buttons_in(line.detail),
            citations=sources_in(line.detail),
            hold=bool(line.detail.get("hold")),
        )
        for number, line in enumerate(lines, start=1)
        if line.direction == "outbound"
    )


def feed_of(claim: Claim, draft: Draft, lines: list[Line]) -> list[tuple[str, dict[str, Any]]]:
    """Return the live events of a turn, each with the few facts a reader needs before it loads more."""
    shown = {"seq": claim.seq, "thread_id": claim.thread_id}
    feed: list[tuple[str, dict[str, Any]]] = []
    if isinstance(claim.event, CustomerSays):
        feed.append(("message.received", {**shown, "text": claim.event.text[:140]}))
    if draft.replies:
        feed.append(("reply.committed", {**shown, "text": draft.replies[0].text[:140]}))
    elif any(line.kind == "notice" for line in lines):
        feed.append(("notice.sent", shown))
    if draft.approval is not None:
        feed.append(("approval.requested", {**shown, "label": draft.approval.label}))
    feed += [
        ("task.opened", {**shown, "action_id": task.action_id, "kind": task.kind}) for task in draft.tasks
    ]
    if draft.hand_off is not None:
        feed.append(("handoff.requested", {**shown, "reason": draft.hand_off.kind}))
    if draft.back_to_assistant:
        feed.append(("handoff.withdrawn", shown))
    feed += [
        ("action.finished", {**shown, "action_id": change.action_id, "status": change.state})
        for change in draft.changes
        if change.state in ("done", "failed", "rejected", "expired")
    ]
    return feed
