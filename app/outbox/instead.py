"""A line that does not arrive: told to the feed, and put on another channel where the book names one."""

from datetime import datetime

from psycopg import AsyncConnection

from app.conversations.feed.repository import record_event
from app.outbox import repository as sql
from app.outbox.deps import OutboxDeps


async def given_up(
    deps: OutboxDeps,
    conn: AsyncConnection,
    tenant_id: str,
    conversation_id: str,
    entry_no: int,
    channel: str,
    now: datetime,
) -> None:
    """Tell the feed of a line that does not arrive, and put another in its place where the book knows one."""
    instead = await stand_in(deps, conn, tenant_id, conversation_id, entry_no, channel, now)
    facts = {"entry_no": entry_no, "channel": channel, "state": "failed", "instead": instead}
    await record_event(conn, deps.vault, tenant_id, "delivery.changed", conversation_id, facts, now)


async def stand_in(
    deps: OutboxDeps,
    conn: AsyncConnection,
    tenant_id: str,
    conversation_id: str,
    entry_no: int,
    channel: str,
    now: datetime,
) -> str | None:
    """Put a line on the first channel that may stand in, has an address of theirs, and was not tried."""
    stood_for = await sql.stands_for(conn, tenant_id, conversation_id, entry_no, channel)
    for other in deps.rules(tenant_id).stand_ins(channel, stood_for):
        if other not in deps.senders:
            continue
        found = await sql.address(conn, tenant_id, conversation_id, other, verified=True)
        values = {
            "tenant": tenant_id,
            "conversation": conversation_id,
            "entry_no": entry_no,
            "channel": other,
            "now": now,
            "stands_for": stood_for or channel,
        }
        if found and found.address is not None and await sql.changed(conn, sql.STAND_IN, values):
            return other
    return None
