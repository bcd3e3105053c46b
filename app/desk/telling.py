"""What waiting customers are told, and putting back what somebody left behind."""

from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from psycopg import AsyncConnection

from app.conversations.repository import NewEntry, append_entry
from app.desk import repository as sql
from app.desk.giving import DeskDeps
from app.desk.waits import Outlook, Told, hours_of, worth_telling
from app.handoff import repository as handoffs
from app.handoff.deps import HandoffDeps
from app.handoff.status import sources
from app.handoff.telling import record, tell
from policies.desk import DeskRules
from policies.hours import reached
from policies.values import Facts

TEMPLATES: Mapping[str, str] = {
    "soon": "queue_soon",
    "line": "queue_line",
    "nobody": "queue_nobody",
    "closed": "queue_closed",
}
"""What a customer reads by how it stands."""
LEFT = "queue_again"


def told_of(row: sql.WaitingRow) -> Told | None:
    """Read what a customer was told last."""
    if row.told_at is None or row.told_kind is None:
        return None
    return Told(kind=row.told_kind, position=row.told_position or 1, minutes=row.told_minutes, at=row.told_at)


def values_of(look: Outlook, timezone: str | None) -> Facts:
    """Return what a template may name; when people are back is told by their own clock."""
    opens = look.opens_at.astimezone(ZoneInfo(timezone or "UTC")) if look.opens_at else None
    return {
        "position": look.position,
        "minutes": look.minutes,
        "opens_on": opens.date().isoformat() if opens else None,
        "opens_at": opens.strftime("%H:%M") if opens else None,
    }


async def tell_outlook(
    deps: DeskDeps, tenant_id: str, row: sql.WaitingRow, look: Outlook, rules: DeskRules
) -> bool:
    """Tell a waiting customer how it stands, where that is news; of two engines one does."""
    now = deps.handoff.clock()
    if not worth_telling(told_of(row), look, now, rules.tell_every):
        return False
    text = deps.say(tenant_id, TEMPLATES[look.kind], told_values(row, look, rules), row.language)
    async with deps.handoff.tenants.tenant(tenant_id) as conn:
        await handoffs.lock_thread(conn, tenant_id, row.conversation_id)
        await sql.hold(conn, tenant_id, row.conversation_id)
        told = await note_told(conn, tenant_id, row, look, now)
        if told:
            await notice(conn, deps.handoff, tenant_id, row.conversation_id, row.channel, text, now)
    if told:
        deps.handoff.hub.changed(tenant_id, row.conversation_id)
    return told


def told_values(row: sql.WaitingRow, look: Outlook, rules: DeskRules) -> Facts:
    """Return what a waiting customer's notice may name, by the clock of the group they wait in."""
    hours = hours_of(rules.group(row.group_name), rules)
    return values_of(look, hours.timezone if hours else None)


async def note_told(
    conn: AsyncConnection, tenant_id: str, row: sql.WaitingRow, look: Outlook, now: datetime
) -> bool:
    """Note what a customer is told, unless another engine did just now."""
    values = {
        "tenant": tenant_id,
        "handoff": row.handoff_id,
        "kind": look.kind,
        "position": look.position,
        "minutes": look.minutes,
        "now": now,
        "before": row.told_at,
    }
    return await sql.told(conn, values)


async def put_back(deps: DeskDeps, tenant_id: str, row: sql.VanishedRow) -> bool:
    """Put the conversation of somebody who left into the queue again, and tell the customer."""
    rules, now = deps.rules(tenant_id), deps.handoff.clock()
    within = rules.targets.within("first_reply", row.priority, row.tier)
    values = {
        "tenant": tenant_id,
        "conversation": row.conversation_id,
        "agent": row.owner_id,
        "gone": now - rules.vanished_after,
        "due": reached(rules.hours, now, within) if within else None,
        "sources": list(sources("requeue")),
        "now": now,
    }
    text = deps.say(tenant_id, LEFT, {}, row.language)
    async with deps.handoff.tenants.tenant(tenant_id) as conn:
        await handoffs.lock_thread(conn, tenant_id, row.conversation_id)
        await sql.note_cause(conn, "requeue")
        if not await sql.requeue(conn, values):
            return False
        left = f"{row.name}'s console fell silent. The conversation waits for somebody else."
        await tell(conn, deps.handoff, tenant_id, row.conversation_id, left, now)
        await notice(conn, deps.handoff, tenant_id, row.conversation_id, row.channel, text, now)
        facts = {"agent_id": row.owner_id, "agent_name": row.name}
        await record(conn, deps.handoff, tenant_id, "conversation.requeued", row.conversation_id, facts, now)
    deps.handoff.hub.changed(tenant_id, row.conversation_id)
    return True


async def notice(
    conn: AsyncConnection,
    deps: HandoffDeps,
    tenant_id: str,
    conversation_id: str,
    channel: str,
    text: str,
    now: datetime,
) -> None:
    """Write a notice to the customer, in whatever status the conversation is."""
    entry = NewEntry(
        kind="notice",
        direction="outbound",
        sender="system",
        text=text,
        channel=channel,
        detail={"hold": True},
    )
    await append_entry(conn, deps.vault, tenant_id, conversation_id, entry, now)
    await record(conn, deps, tenant_id, "notice.sent", conversation_id, {"text": text[:140]}, now)
