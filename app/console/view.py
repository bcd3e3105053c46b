"""One conversation as the console shows it: what was said, what was understood, what waits."""

from collections.abc import Mapping, Sequence
from typing import Any

from psycopg import AsyncConnection

from app.console import repository as sql
from app.console.lists import owner_shape
from app.console.profile import profile_of
from app.console.shapes import (
    ActionRequest,
    ActionShape,
    ApprovalCustomer,
    ApprovalShape,
    ConversationShape,
    DialogueShape,
    Entity,
    HandoffShape,
    HumanRequest,
    Ranked,
    RequestConfig,
    RulePlace,
    Score,
    Sentiment,
)
from app.conversations.entry import Entry
from app.conversations.highlights import with_drops
from app.conversations.reasons import read_reason
from app.conversations.repository import entries_after, felt_before
from app.conversations.seal import Seal, open_json
from app.handoff.approval_request import amount_max
from app.handoff.approvals import Approval, find
from app.handoff.gather import Gathered, entities_of, gather, intents_of
from app.handoff.repository import StoredHandoff, latest_handoff
from app.handoff.sentences import summary
from graphs.dialogue import shown

WITH_CONTEXT = 1000
"""Who asks for fewer lines than this gets a handoff without its package, which holds all of them."""
OPENING = 5
"""So many lines from a conversation's beginning tell with what it began."""


async def conversation_view(
    conn: AsyncConnection, vault: Seal, tenant_id: str, conversation_id: str, currency: str, lines: int
) -> ConversationShape | None:
    """Read a conversation with its newest lines, in as many statements as it has kinds of parts."""
    gathered = await gather(conn, vault, tenant_id, conversation_id, newest=lines)
    state = await sql.state_of(conn, tenant_id, conversation_id)
    if gathered is None or state is None:
        return None
    newest = gathered.entries
    earlier = bool(newest) and newest[0].entry_no > 1
    opening = await entries_after(conn, vault, tenant_id, conversation_id, limit=OPENING) if earlier else []
    approvals = await find(conn, vault, tenant_id, conversation_id=conversation_id)
    handoff = await latest_handoff(conn, tenant_id, conversation_id)
    facts = gathered.facts
    return ConversationShape(
        conversation_id=conversation_id,
        status=facts.status,
        channel=facts.channel,
        started_at=facts.started_at,
        updated_at=state.updated_at,
        owner=owner_shape(state.owner_id, state.owner_name),
        verified=facts.verified,
        priority=facts.priority,
        urgency=round(state.urgency, 2),
        profile=await profile_of(conn, vault, tenant_id, gathered),
        summary=_summary(gathered, opening),
        dialogue=_dialogue(gathered),
        sentiment=_sentiment(gathered.entries, state.sentiment),
        intents=_intents(gathered.traces),
        entities=[Entity(entity=name, value=value) for name, value in entities_of(gathered.traces).items()],
        timeline=with_drops(gathered.entries, await felt_before(conn, tenant_id, conversation_id, newest)),
        earlier=earlier,
        tags=state.tags,
        snoozed_until=state.snoozed_until,
        approvals=[show_approval(approval, currency) for approval in approvals],
        actions=_actions(gathered),
        handoff=_handoff(vault, tenant_id, handoff, with_context=lines >= WITH_CONTEXT),
    )


def _dialogue(gathered: Gathered) -> DialogueShape:
    """Show the dialogue as the newest turn left it; while a person talks it is escalated."""
    none: Mapping[str, Any] = {}
    kept = next((trace["dialogue"] for trace in gathered.traces if trace.get("dialogue")), none)
    state = shown(kept.get("state", "greeting"), gathered.facts.status)
    return DialogueShape.model_validate({**kept, "state": state})


def _summary(gathered: Gathered, opening: Sequence[Entry]) -> str:
    """Sum up from the first words on, also where only the newest lines were read."""
    lines = [*opening, *gathered.entries]
    said = [entry.text for entry in lines if entry.sender == "customer"]
    actions = [(action.label, action.status) for action in gathered.actions]
    return summary(said, intents_of(gathered.entries), actions)


def _sentiment(entries: Sequence[Entry], current: float) -> Sentiment:
    scores = [
        Score(timestamp=entry.timestamp, score=round(entry.sentiment, 3))
        for entry in entries
        if entry.sentiment is not None
    ]
    return Sentiment(current=round(current, 3), timeline=scores)


def _intents(traces: Sequence[Mapping[str, Any]]) -> list[Ranked]:
    """Return the intents of the last understood message, likeliest first."""
    for trace in traces:
        understanding = trace.get("understanding") or {}
        ranking = understanding.get("ranking")
        if ranking:
            return [Ranked(name=str(r["name"]), confidence=float(r["confidence"])) for r in ranking]
        if understanding.get("intent"):
            return [
                Ranked(name=understanding["intent"], confidence=float(understanding.get("confidence") or 0))
            ]
    return []


def _actions(gathered: Gathered) -> list[ActionShape]:
    return [
        ActionShape(
            action_id=action.action_id,
            action=action.action,
            label=action.label,
            status=action.status,
            args=action.args,
            updated_at=action.updated_at,
        )
        for action in gathered.actions
    ]


def _handoff(
    vault: Seal, tenant_id: str, stored: StoredHandoff | None, *, with_context: bool
) -> HandoffShape | None:
    if stored is None or stored.status not in ("queued", "assigned"):
        return None
    reason = read_reason(stored.reason)
    place = f"handoffs:context:{stored.handoff_id}"
    return HandoffShape(
        handoff_id=stored.handoff_id,
        reason=reason.kind,
        reason_text=reason.text,
        requested_at=stored.requested_at,
        context=open_json(vault, tenant_id, stored.context, place) if with_context else None,
    )


def show_approval(approval: Approval, currency: str) -> ApprovalShape:
    """Show an approval with all that a decision needs."""
    request = approval.request
    return ApprovalShape(
        approval_id=approval.approval_id,
        conversation_id=approval.conversation_id,
        action_id=approval.action_id,
        action=request.action,
        label=request.label,
        status=approval.status,
        created_at=approval.created_at,
        expires_at=approval.expires_at,
        decided_by=approval.decided_by,
        decided_at=approval.decided_at,
        decision=approval.decision or None,
        request=HumanRequest(
            action_request=ActionRequest(action=request.action, args=request.args),
            config=RequestConfig(allow_edit=bool(request.editable)),
            description=request.effect,
        ),
        editable=request.editable,
        amount_max=amount_max(request),
        currency=currency,
        customer=ApprovalCustomer(name=approval.customer, verified=approval.verified),
        role=approval.role,
        rule=RulePlace(id=request.rule_id, text=request.rule_text, file=request.file, line=request.line),
        effect=request.effect,
        seq=request.seq,
    )
