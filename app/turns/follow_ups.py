"""What a committed turn sets in motion: actions on their threads, confirmations, approvals."""

from datetime import datetime, timedelta
from typing import Any

import orjson
from psycopg import AsyncConnection

from app.ids import new_id
from app.privacy.vault import Vault
from app.turns import repository as sql
from app.turns.claim import Claim, action_place
from app.turns.codec import encode_event, event_place
from graphs.draft import ActionChange, ApprovalRequest, Draft, Proposal
from graphs.events import ActionStarts, CustomerDecides, Event


async def enqueue(
    conn: AsyncConnection,
    vault: Vault,
    tenant_id: str,
    conversation_id: str,
    thread_id: str,
    event: Event,
    now: datetime,
    channel: str | None = None,
) -> int:
    """Add an event to a thread of the conversation, in the caller's transaction; returns its seq."""
    event_id = new_id("evt")
    return await sql.enqueue(
        conn,
        tenant=tenant_id,
        thread=thread_id,
        conversation=conversation_id,
        kind="conversation" if thread_id == conversation_id else "action",
        why=event.why,
        event=event_id,
        channel=channel,
        payload=vault.seal(tenant_id, encode_event(event), event_place(event_id)),
        now=now,
    )


async def write_follow_ups(
    conn: AsyncConnection, vault: Vault, claim: Claim, draft: Draft, interrupt_id: str | None, now: datetime
) -> str | None:
    """Write everything beside the reply; returns the id of a new approval."""
    for proposal in draft.proposals:
        await _begin_action(conn, vault, claim, proposal, now)
    for start in draft.starts:
        await _enqueue_start(conn, vault, claim, start, now)
    for confirmation in draft.confirmations:
        decided = CustomerDecides(yes=confirmation.yes)
        await enqueue(
            conn,
            vault,
            claim.tenant_id,
            claim.conversation_id,
            confirmation.action_id,
            decided,
            now,
            claim.channel,
        )
    for change in draft.changes:
        await _change_action(conn, vault, claim, change, now)
    if draft.approval is not None and interrupt_id is not None:
        return await _ask_for_approval(conn, vault, claim, draft.approval, interrupt_id, now)
    return None


async def _begin_action(
    conn: AsyncConnection, vault: Vault, claim: Claim, proposal: Proposal, now: datetime
) -> None:
    start = proposal.start
    state = "confirming" if proposal.confirm else "proposed"
    detail = {"subject": proposal.subject, "label": proposal.label, "args": dict(start.args)}
    sealed = vault.seal(claim.tenant_id, orjson.dumps(detail), action_place(start.action_id))
    await conn.execute(
        sql.NEW_ACTION,
        [
            claim.tenant_id,
            start.action_id,
            claim.conversation_id,
            start.action_id,
            start.action,
            state,
            sealed,
            now,
            now,
        ],
    )
    if not proposal.confirm:
        await _enqueue_start(conn, vault, claim, start, now)


async def _enqueue_start(
    conn: AsyncConnection, vault: Vault, claim: Claim, start: ActionStarts, now: datetime
) -> None:
    await enqueue(
        conn, vault, claim.tenant_id, claim.conversation_id, start.action_id, start, now, claim.channel
    )


async def _change_action(
    conn: AsyncConnection, vault: Vault, claim: Claim, change: ActionChange, now: datetime
) -> None:
    detail: bytes | None = None
    if change.args is not None:
        known = next((a for a in claim.open_actions if a.action_id == change.action_id), None)
        kept: dict[str, Any] = {
            "subject": known.subject if known else "",
            "label": known.label if known else "",
            "args": dict(change.args),
        }
        detail = vault.seal(claim.tenant_id, orjson.dumps(kept), action_place(change.action_id))
    await conn.execute(sql.CHANGE_ACTION, [change.state, detail, now, claim.tenant_id, change.action_id])


async def _ask_for_approval(
    conn: AsyncConnection,
    vault: Vault,
    claim: Claim,
    request: ApprovalRequest,
    interrupt_id: str,
    now: datetime,
) -> str:
    approval_id = new_id("apr")
    stored = {**orjson.loads(orjson.dumps(request)), "seq": claim.seq}
    sealed = vault.seal(claim.tenant_id, orjson.dumps(stored), f"approvals:request:{approval_id}")
    await conn.execute(
        sql.NEW_APPROVAL,
        [
            claim.tenant_id,
            approval_id,
            claim.conversation_id,
            request.action_id,
            claim.thread_id,
            interrupt_id,
            request.role,
            sealed,
            now,
            now + timedelta(minutes=request.expires_minutes),
        ],
    )
    return approval_id
