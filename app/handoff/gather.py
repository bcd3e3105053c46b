"""Collect what is known of a conversation and put it into a context package."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal, cast

from psycopg import AsyncConnection

from app.conversations.entry import Entry
from app.conversations.reasons import Reason
from app.conversations.repository import entries_after, last_entries
from app.conversations.seal import Seal, open_json
from app.handoff.context_package import (
    ActionPart,
    ContextPackage,
    CustomerPart,
    MessagePart,
    Priority,
    RoutingPart,
    TriggerPart,
    conversation_part,
    sentiment_part,
    suggestions,
)
from app.handoff.repository import Facts, actions_of, count_handoffs, facts_of, traces_of

Scalar = str | int | float | bool
PAGE = 1000


@dataclass(frozen=True, kw_only=True)
class DoneAction:
    """An action of the conversation, opened."""

    action_id: str
    action: str
    label: str
    status: str
    args: Mapping[str, Any]
    updated_at: datetime


@dataclass(frozen=True, kw_only=True)
class Gathered:
    """Everything about one conversation, opened, as it is now."""

    facts: Facts
    profile: Mapping[str, Any]
    entries: Sequence[Entry]
    actions: Sequence[DoneAction]
    traces: Sequence[Mapping[str, Any]]
    """Of the last messages, newest first."""
    handoffs: int


async def gather(
    conn: AsyncConnection, vault: Seal, tenant_id: str, conversation_id: str, *, newest: int | None = None
) -> Gathered | None:
    """Read a conversation, however long it is, or with its `newest` lines; None when there is no such."""
    facts = await facts_of(conn, tenant_id, conversation_id)
    if facts is None:
        return None
    actions = [
        _action(open_json(vault, tenant_id, row.detail, f"actions:detail:{row.action_id}"), row)
        for row in await actions_of(conn, tenant_id, conversation_id)
    ]
    traces = [
        open_json(vault, tenant_id, row.trace, f"turns:trace:{row.thread_id}:{row.seq}")
        for row in await traces_of(conn, tenant_id, conversation_id)
    ]
    return Gathered(
        facts=facts,
        profile=open_json(vault, tenant_id, facts.profile, f"customers:profile:{facts.customer_id}"),
        entries=await _entries(conn, vault, tenant_id, conversation_id, newest),
        actions=actions,
        traces=traces,
        handoffs=await count_handoffs(conn, tenant_id, conversation_id),
    )


async def _entries(
    conn: AsyncConnection, vault: Seal, tenant_id: str, conversation_id: str, newest: int | None
) -> list[Entry]:
    if newest is not None:
        return await last_entries(conn, vault, tenant_id, conversation_id, newest)
    entries = page = await entries_after(conn, vault, tenant_id, conversation_id, limit=PAGE)
    while len(page) == PAGE:
        page = await entries_after(conn, vault, tenant_id, conversation_id, entries[-1].entry_no, PAGE)
        entries = [*entries, *page]
    return entries


def _action(detail: Mapping[str, Any], row: Any) -> DoneAction:
    return DoneAction(
        action_id=row.action_id,
        action=row.action,
        label=str(detail.get("label") or row.action),
        status=row.status,
        args=detail.get("args") or {},
        updated_at=row.updated_at,
    )


def entities_of(traces: Sequence[Mapping[str, Any]]) -> dict[str, Scalar]:
    """Return the last value of each entity that was understood."""
    found: dict[str, Scalar] = {}
    for trace in traces:
        for entity in (trace.get("understanding") or {}).get("entities") or ():
            name, value = entity.get("entity"), entity.get("value")
            if name and isinstance(value, Scalar):
                found.setdefault(str(name), value)
    return found


def emotions_of(traces: Sequence[Mapping[str, Any]]) -> dict[str, float]:
    """Return the emotions of the newest message in which any were read."""
    for trace in traces:
        found = (trace.get("understanding") or {}).get("emotions")
        if found:
            return {str(name): float(share) for name, share in found.items()}
    return {}


def intents_of(entries: Sequence[Entry]) -> list[str]:
    """Return the intents of the customer's messages, oldest first."""
    return [entry.intent for entry in entries if entry.sender == "customer" and entry.intent]


def messages_of(entries: Sequence[Entry]) -> list[MessagePart]:
    """Return what was said, without events and notices."""
    return [
        MessagePart(
            role=entry.sender, content=entry.text, timestamp=entry.timestamp, sentiment=entry.sentiment
        )
        for entry in entries
        if entry.kind == "message"
    ]


def customer_name(profile: Mapping[str, Any]) -> str:
    """Return the customer's name, or what they are called while it is unknown."""
    return str(profile.get("name") or "A customer")


def account_age(profile: Mapping[str, Any], now: datetime) -> int | None:
    """Return for how many days the company has the customer; None when its records did not say."""
    try:
        since = date.fromisoformat(str(profile.get("since")))
    except ValueError:
        return None
    return max(0, (now.date() - since).days)


def context_package(
    gathered: Gathered,
    *,
    handoff_id: str,
    reason: Reason,
    priority: Priority,
    skills: Sequence[str],
    vip: bool,
    now: datetime,
) -> ContextPackage:
    """Put together what a person needs to take over without asking anything again."""
    facts, messages = gathered.facts, messages_of(gathered.entries)
    actions = [_part(action) for action in gathered.actions]
    advice = suggestions(reason.kind, actions)
    return ContextPackage(
        handoff_id=handoff_id,
        conversation_id=facts.conversation_id,
        customer_id=facts.customer_id,
        channel=facts.channel,
        timestamp=now,
        trigger=_trigger(gathered, reason, advice[0]),
        customer=_customer(gathered, now),
        conversation=conversation_part(
            facts.started_at, now, messages, intents_of(gathered.entries), entities_of(gathered.traces)
        ),
        sentiment=sentiment_part(messages, emotions_of(gathered.traces)),
        actions_attempted=actions,
        ai_suggestions=advice,
        routing=RoutingPart(
            required_skills=skills,
            preferred_language=facts.language,
            priority=priority,
            customer_tier_boost=vip,
        ),
    )


def _trigger(gathered: Gathered, reason: Reason, advice: str) -> TriggerPart:
    said = (entry.confidence for entry in reversed(gathered.entries) if entry.sender == "customer")
    return TriggerPart(
        type=reason.kind,
        details=reason.text,
        confidence_at_trigger=next((sure for sure in said if sure is not None), None),
        ai_recommendation=advice,
    )


def _customer(gathered: Gathered, now: datetime) -> CustomerPart:
    facts = gathered.facts
    return CustomerPart(
        name=customer_name(gathered.profile),
        email=gathered.profile.get("email"),
        tier=facts.tier,
        account_age_days=account_age(gathered.profile, now),
        previous_escalations=gathered.handoffs,
        preferred_language=facts.language,
    )


def _part(action: DoneAction) -> ActionPart:
    failed = action.status in ("failed", "rejected", "expired")
    named = ", ".join(f"{name} {value}" for name, value in action.args.items() if isinstance(value, Scalar))
    return ActionPart(
        action=action.action,
        status=action.status,
        result=None if failed else named or None,
        error=action.status if failed else None,
    )


def priority_of(stored: str) -> Priority:
    """Read a stored priority; what nobody knows counts as normal."""
    known: tuple[Literal["urgent"], Literal["high"]] = ("urgent", "high")
    return cast("Priority", stored) if stored in known else "normal"
