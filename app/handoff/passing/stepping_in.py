"""What supervisors do in conversations that others have: step in, or whisper."""

from datetime import datetime

from psycopg import AsyncConnection

from app.conversations.entry import Entry
from app.conversations.repository import NewEntry, append_entry, entry_by_id, standing_of
from app.gateway.message import other_message
from app.handoff import repository as owners
from app.handoff.deps import HandoffDeps
from app.handoff.outcomes import AgentName, Done, NoConversation, NotNow, Refusal, Undo
from app.handoff.passing import repository as sql
from app.handoff.passing import sentences
from app.handoff.passing.offers import owner_of
from app.handoff.queueing import keep_anew
from app.handoff.service import claim, message_entry_id
from app.handoff.status import sources
from app.handoff.telling import act_as, channel_of, record, refusal_of, tell

WHISPER = "whisper"
"""The highlight of a line that only the owner and supervisors read."""


async def barge_in(
    deps: HandoffDeps, tenant_id: str, conversation_id: str, supervisor: AgentName
) -> Done | Refusal:
    """Make a supervisor the owner, whoever has the conversation."""
    now = deps.clock()
    try:
        async with deps.tenants.tenant(tenant_id) as conn:
            await owners.lock_thread(conn, tenant_id, conversation_id)
            standing = await standing_of(conn, tenant_id, conversation_id)
            if standing is None:
                raise Undo(NoConversation())
            if standing.owner_id == supervisor.agent_id:
                return Done()
            if standing.owner_id is not None:
                before = standing.owner_name or "another agent"
                await _take_from(
                    conn, deps, tenant_id, conversation_id, standing.owner_id, before, supervisor, now
                )
    except Undo as undone:
        return undone.refusal
    if standing.owner_id is None:
        return await claim(deps, tenant_id, conversation_id, supervisor)
    deps.hub.nudge(tenant_id, conversation_id)
    deps.hub.changed(tenant_id, conversation_id)
    return Done()


async def _take_from(
    conn: AsyncConnection,
    deps: HandoffDeps,
    tenant_id: str,
    conversation_id: str,
    owner_id: str,
    owner_name: str,
    supervisor: AgentName,
    now: datetime,
) -> None:
    held = sql.Held(tenant_id=tenant_id, conversation_id=conversation_id, owner_id=owner_id)
    await act_as(conn, f"agent:{supervisor.agent_id}", "barge_in")
    if not await sql.pass_on(conn, held, supervisor.agent_id, sources("barge_in"), now):
        raise Undo(await refusal_of(conn, tenant_id, conversation_id))
    await owners.assign_handoff(conn, tenant_id, conversation_id, supervisor.agent_id, now)
    await keep_anew(conn, deps, tenant_id, conversation_id, "transferred", now)
    told = sentences.stepped_in(supervisor.name, owner_name)
    await tell(conn, deps, tenant_id, conversation_id, told, now)
    facts = {"from_agent": owner_id, "agent_id": supervisor.agent_id, "agent_name": supervisor.name}
    await record(
        conn, deps, tenant_id, "conversation.transferred", conversation_id, {**facts, "why": "barge_in"}, now
    )


async def whisper(
    deps: HandoffDeps, tenant_id: str, conversation_id: str, author: AgentName, message_id: str, text: str
) -> Entry | Refusal:
    """Tell the owner something that the customer never reads, once per message id."""
    now = deps.clock()
    entry_id = message_entry_id(conversation_id, author.agent_id, f"whisper:{message_id}")
    try:
        async with deps.tenants.tenant(tenant_id) as conn:
            known = await entry_by_id(conn, deps.vault, tenant_id, entry_id)
            if known is not None and known.text != text:
                raise other_message()
            if known is not None:
                return known
            held = await owner_of(conn, tenant_id, conversation_id, author, any_owner=True)
            if held.owner_id == author.agent_id:
                raise Undo(NotNow(status="owned by you"))
            await _write(conn, deps, held, author, entry_id, text, now)
            written = await entry_by_id(conn, deps.vault, tenant_id, entry_id)
    except Undo as undone:
        return undone.refusal
    deps.hub.changed(tenant_id, conversation_id)
    return written or NoConversation()


async def _write(
    conn: AsyncConnection,
    deps: HandoffDeps,
    held: sql.Held,
    author: AgentName,
    entry_id: str,
    text: str,
    now: datetime,
) -> None:
    entry = NewEntry(
        kind="event",
        direction="internal",
        sender="agent",
        sender_id=author.agent_id,
        text=text,
        channel=await channel_of(conn, held.tenant_id, held.conversation_id),
        entry_id=entry_id,
        detail={"sender_name": author.name, "whisper_to": held.owner_id, "whisper_from": author.agent_id},
        highlight=WHISPER,
    )
    await append_entry(conn, deps.vault, held.tenant_id, held.conversation_id, entry, now)
    facts = {"agent_id": author.agent_id, "agent_name": author.name, "to_agent": held.owner_id}
    await record(conn, deps, held.tenant_id, "agent.whispered", held.conversation_id, facts, now)


def heard_by(entry: Entry, agent_id: str | None, *, supervises: bool) -> bool:
    """Say whether somebody may read a line: whispers are for their owner, author and supervisors."""
    return entry.highlight != WHISPER or supervises or agent_id in entry.whispered
