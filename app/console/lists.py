"""Lists of conversations: what `status=` means, where a page begins, what a row shows."""

import base64
import binascii
from collections.abc import Sequence
from datetime import datetime

import orjson

from app.console.repository import Filter, Place, StoredRow
from app.console.shapes import Owner, Row, RowCustomer
from app.conversations.reasons import SENTENCES, Reason, read_reason
from app.conversations.seal import Seal
from app.desk.card import read_card
from app.handoff.status import OWNED, TRANSITIONS
from app.problems import Problem

OPEN = [status for status in TRANSITIONS if status not in ("resolved", "archived")]
SPECIAL = ("waiting", "mine", "approvals", "snoozed", "mentions")
MOST_ROWS = 200


def read_filter(status: str | None, agent_id: str | None) -> Filter:
    """Say which conversations `status=` asks for; nothing means all that are not archived."""
    if not status:
        return Filter(statuses=[s for s in TRANSITIONS if s != "archived"], viewer=agent_id)
    match status:
        case "waiting":
            return Filter(statuses=["escalating"], by_urgency=True, viewer=agent_id)
        case "mine":
            return Filter(statuses=sorted(OWNED), owner_id=agent_id or "", viewer=agent_id, snoozed=False)
        case "snoozed":
            return Filter(statuses=sorted(OWNED), owner_id=agent_id, viewer=agent_id, snoozed=True)
        case "approvals":
            return Filter(statuses=list(TRANSITIONS), with_approvals=True, viewer=agent_id)
        case "mentions":
            return Filter(statuses=list(TRANSITIONS), naming_viewer=True, viewer=agent_id or "")
    wanted = [part.strip() for part in status.split(",")]
    unknown = [part for part in wanted if part not in TRANSITIONS]
    if unknown:
        known = ", ".join([*SPECIAL, *TRANSITIONS])
        raise Problem(422, "wrong-fields", "Some fields do not fit.", f"status is one of {known}.")
    return Filter(statuses=wanted, viewer=agent_id)


def write_place(row: StoredRow, by_urgency: bool) -> str:
    """Write where a page ends, as an opaque cursor."""
    at = (row.waiting_since or row.updated_at) if by_urgency else row.updated_at
    return write_cursor(at, row.conversation_id, -row.urgency)


def write_cursor(at: datetime, conversation_id: str, urgency: float = 0.0) -> str:
    """Write a place in a list as an opaque cursor."""
    told = orjson.dumps([at.isoformat(), conversation_id, urgency])
    return base64.urlsafe_b64encode(told).decode("ascii").rstrip("=")


def read_place(cursor: str | None) -> Place | None:
    """Read a cursor, or refuse one that we never wrote."""
    if not cursor:
        return None
    try:
        told = base64.urlsafe_b64decode(cursor.encode("ascii") + b"=" * (-len(cursor) % 4))
        at, conversation_id, urgency = orjson.loads(told)
        place = Place(
            at=datetime.fromisoformat(at), conversation_id=str(conversation_id), urgency=float(urgency)
        )
    except (ValueError, TypeError, binascii.Error):
        raise Problem(
            422,
            "wrong-fields",
            "Some fields do not fit.",
            "cursor is the next_cursor of the page before; leave it out to begin anew.",
        ) from None
    return place


def show_row(vault: Seal, tenant_id: str, row: StoredRow) -> Row:
    """Open a row for the list."""
    seen = read_card(vault, tenant_id, row.conversation_id, row.customer_id, row.profile, row.preview)
    return Row(
        conversation_id=row.conversation_id,
        status=row.status,
        customer=RowCustomer(name=seen.name, tier=row.tier, language=row.language),
        channel=row.channel,
        preview=seen.preview,
        preview_at=row.preview_at,
        preview_sender=row.preview_sender,
        reasons=reasons_of(row.reasons, row.approvals_pending),
        flags=row.flags,
        urgency=round(row.urgency, 2),
        sentiment=round(row.sentiment, 3),
        priority=row.priority,
        owner=owner_shape(row.owner_id, row.owner_name),
        waiting_since=row.waiting_since,
        sla_due_at=row.sla_due_at,
        approvals_pending=row.approvals_pending,
        verified=row.verified,
        updated_at=row.updated_at,
        tags=row.tags,
        snoozed_until=row.snoozed_until,
        unread=row.unread,
    )


def reasons_of(stored: Sequence[str], approvals_pending: int) -> list[Reason]:
    """Say why a conversation needs a person; an open decision comes first."""
    reasons = [read_reason(reason) for reason in stored]
    if approvals_pending and not any(reason.kind == "approval" for reason in reasons):
        reasons.insert(0, Reason(kind="approval", text=SENTENCES["approval"]))
    return reasons


def owner_shape(agent_id: str | None, name: str | None) -> Owner | None:
    """Show who owns a conversation."""
    return Owner(agent_id=agent_id, name=name or agent_id) if agent_id else None


def limit_of(limit: int) -> int:
    """Keep a page within bounds."""
    return max(1, min(limit, MOST_ROWS))
