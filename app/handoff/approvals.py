"""A person's decisions on actions: recorded once, told to the action's thread, which alone acts.

Recording and acting are apart on purpose: two people who decide at once can
both be right about what they saw, but only the first decision is stored, and
only the stored decision reaches the action.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from psycopg import AsyncConnection

from app.conversations.repository import NewEntry, append_entry
from app.conversations.seal import Seal, open_json, seal_json
from app.handoff import repository as sql
from app.handoff.approval_request import (
    STATUS_OF,
    DecisionBody,
    StoredRequest,
    check_decision,
    edits_of,
)
from app.handoff.deps import HandoffDeps
from app.handoff.gather import customer_name
from app.handoff.sentences import decided
from app.handoff.telling import channel_of, record
from app.turns.follow_ups import enqueue
from graphs.events import PersonDecides


@dataclass(frozen=True, kw_only=True)
class Decider:
    """Who decides, and whether they may decide what is reserved for a supervisor."""

    decider_id: str
    name: str
    above_limit: bool


@dataclass(frozen=True, kw_only=True)
class Approval:
    """An approval, opened."""

    approval_id: str
    conversation_id: str
    action_id: str
    thread_id: str
    status: str
    role: str
    request: StoredRequest
    decision: Mapping[str, Any]
    decided_by: str | None
    decided_at: datetime | None
    created_at: datetime
    expires_at: datetime
    customer: str
    verified: bool


@dataclass(frozen=True, kw_only=True)
class DecidedAlready:
    """Somebody was faster."""

    approval: Approval


@dataclass(frozen=True, kw_only=True)
class Expired:
    """Nobody decided in time; the action asks again or ends."""

    approval: Approval


@dataclass(frozen=True)
class SupervisorNeeded:
    """The book reserves this decision for a supervisor."""


@dataclass(frozen=True)
class NoApproval:
    """There is no such approval."""


Refused = DecidedAlready | Expired | SupervisorNeeded | NoApproval


async def find(
    conn: AsyncConnection,
    vault: Seal,
    tenant_id: str,
    *,
    approval_id: str | None = None,
    conversation_id: str | None = None,
    status: str | None = None,
) -> Sequence[Approval]:
    """Return approvals, newest first, by whichever of the three is given."""
    rows = await sql.approvals(
        conn, tenant_id, approval_id=approval_id, conversation_id=conversation_id, status=status
    )
    return [_opened(vault, tenant_id, row) for row in rows]


async def decide(
    deps: HandoffDeps, tenant_id: str, approval_id: str, decision: DecisionBody, by: Decider
) -> Approval | Refused:
    """Record the first decision and owe it to the action; a later one is told who was first.

    A decision that the action does not allow raises a 422 problem naming the field.
    """
    now = deps.clock()
    async with deps.tenants.tenant(tenant_id) as conn:
        found = await find(conn, deps.vault, tenant_id, approval_id=approval_id)
        if not found:
            return NoApproval()
        approval = found[0]
        refused = _refused(approval, by, now)
        if refused is not None:
            return refused
        check_decision(approval.request, decision)
        edits = edits_of(approval.request, decision)
        await sql.lock_thread(conn, tenant_id, approval.thread_id)
        first = await _record_decision(conn, deps, tenant_id, approval, decision, edits, by, now)
        approval = (await find(conn, deps.vault, tenant_id, approval_id=approval_id))[0]
    # Who was second held the thread for a moment too, and a worker that looked then has passed it by.
    deps.hub.nudge(tenant_id, approval.conversation_id)
    if not first:
        return _refused(approval, by, now) or DecidedAlready(approval=approval)
    deps.hub.changed(tenant_id, approval.conversation_id)
    return approval


def _refused(approval: Approval, by: Decider, now: datetime) -> Refused | None:
    if approval.status == "expired" or (approval.status == "pending" and approval.expires_at <= now):
        return Expired(approval=approval)
    if approval.status != "pending":
        return DecidedAlready(approval=approval)
    if approval.role == "supervisor" and not by.above_limit:
        return SupervisorNeeded()
    return None


async def _record_decision(
    conn: AsyncConnection,
    deps: HandoffDeps,
    tenant_id: str,
    approval: Approval,
    decision: DecisionBody,
    edits: Mapping[str, Any],
    by: Decider,
    now: datetime,
) -> bool:
    status = STATUS_OF[decision.type]
    message = decision.args if isinstance(decision.args, str) else ""
    stored = {"type": decision.type, "args": dict(edits), "message": message, "by_name": by.name}
    sealed = seal_json(deps.vault, tenant_id, stored, f"approvals:decision:{approval.approval_id}")
    first = await sql.decide(
        conn,
        tenant_id,
        approval.approval_id,
        status=status,
        decision=sealed,
        decided_by=by.decider_id,
        now=now,
    )
    if not first:
        return False
    event = PersonDecides(type=decision.type, by=by.name, args=edits, message=message)
    channel = await channel_of(conn, tenant_id, approval.conversation_id)
    await enqueue(
        conn, deps.vault, tenant_id, approval.conversation_id, approval.thread_id, event, now, channel
    )
    request = approval.request
    text = decided(by.name, status, request.label, request.args, edits, deps.desk().currency)
    entry = NewEntry(kind="event", direction="internal", sender="system", text=text, channel=channel)
    await append_entry(conn, deps.vault, tenant_id, approval.conversation_id, entry, now)
    facts = {"approval_id": approval.approval_id, "status": status, "decided_by": by.name}
    await record(conn, deps, tenant_id, "approval.decided", approval.conversation_id, facts, now)
    return True


def _opened(vault: Seal, tenant_id: str, row: sql.StoredApproval) -> Approval:
    place = f"approvals:request:{row.approval_id}"
    decision = open_json(vault, tenant_id, row.decision, f"approvals:decision:{row.approval_id}")
    profile = open_json(vault, tenant_id, row.profile, f"customers:profile:{row.customer_id}")
    return Approval(
        approval_id=row.approval_id,
        conversation_id=row.conversation_id,
        action_id=row.action_id,
        thread_id=row.thread_id,
        status=row.status,
        role=row.role,
        request=StoredRequest.model_validate(open_json(vault, tenant_id, row.request, place)),
        decision=decision,
        decided_by=row.decider or decision.get("by_name") or row.decided_by,
        decided_at=row.decided_at,
        created_at=row.created_at,
        expires_at=row.expires_at,
        customer=customer_name(profile),
        verified=row.verified,
    )
