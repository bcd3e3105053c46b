"""What every change of a conversation's owner leaves behind: a sentence, an event, or why it could not be."""

from datetime import datetime

from psycopg import AsyncConnection

from app.conversations.feed.event import EventType
from app.conversations.feed.repository import record_event
from app.conversations.repository import NewEntry, Standing, append_entry, standing_of
from app.handoff import repository as sql
from app.handoff.deps import HandoffDeps
from app.handoff.outcomes import AgentName, NoConversation, NotNow, OwnedBy, Refusal, Undo


async def refusal_of(conn: AsyncConnection, tenant_id: str, conversation_id: str) -> Refusal:
    """Say why a conversation could not be moved."""
    standing: Standing | None = await standing_of(conn, tenant_id, conversation_id)
    if standing is None:
        return NoConversation()
    if standing.owner_id is not None:
        return OwnedBy(
            owner=AgentName(agent_id=standing.owner_id, name=standing.owner_name or "Another agent")
        )
    return NotNow(status=standing.status)


async def channel_of(conn: AsyncConnection, tenant_id: str, conversation_id: str) -> str:
    """Return the channel on which the customer is reached."""
    standing = await standing_of(conn, tenant_id, conversation_id)
    if standing is None:
        raise Undo(NoConversation())
    return standing.channel


async def act_as(conn: AsyncConnection, actor: str, cause: str) -> None:
    """Name who passes a conversation on from here, and why: `agent:<id>`, `assistant`, `system`."""
    await sql.act_as(conn, actor, cause)


async def tell(
    conn: AsyncConnection,
    deps: HandoffDeps,
    tenant_id: str,
    conversation_id: str,
    text: str,
    now: datetime,
    highlight: str | None = None,
) -> None:
    """Write what happened as a sentence for colleagues, who find it again by its highlight."""
    channel = await channel_of(conn, tenant_id, conversation_id)
    entry = NewEntry(
        kind="event", direction="internal", sender="system", text=text, channel=channel, highlight=highlight
    )
    await append_entry(conn, deps.vault, tenant_id, conversation_id, entry, now)


async def tell_waiting(
    conn: AsyncConnection, deps: HandoffDeps, tenant_id: str, conversation_id: str, now: datetime
) -> None:
    """Tell the customer that a person is looked for."""
    notice = NewEntry(
        kind="notice",
        direction="outbound",
        sender="system",
        text=deps.desk().waiting_notice,
        channel=await channel_of(conn, tenant_id, conversation_id),
        detail={"hold": True},
    )
    await append_entry(conn, deps.vault, tenant_id, conversation_id, notice, now)


async def record(
    conn: AsyncConnection,
    deps: HandoffDeps,
    tenant_id: str,
    event_type: EventType,
    conversation_id: str,
    facts: dict[str, str],
    now: datetime,
) -> None:
    await record_event(conn, deps.vault, tenant_id, event_type, conversation_id, facts, now)
