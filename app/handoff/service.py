"""Claim, write, release: each one transaction, in which all or nothing is true."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from psycopg import AsyncConnection

from app.conversations.entry import Entry, Source
from app.conversations.reasons import Reason, write_reason
from app.conversations.repository import NewEntry, append_entry, entry_by_id, set_preview
from app.gateway.message import other_message
from app.handoff import repository as sql
from app.handoff.deps import HandoffDeps
from app.handoff.outcomes import AgentName, Done, NoConversation, OwnedBy, Refusal, Undo
from app.handoff.queueing import keep_anew, open_handoff
from app.handoff.sentences import gave_back, took_over
from app.handoff.status import Trigger, after, sources
from app.handoff.telling import channel_of, record, refusal_of, tell
from app.turns.follow_ups import enqueue
from graphs.events import Released


async def claim(deps: HandoffDeps, tenant_id: str, conversation_id: str, agent: AgentName) -> Done | Refusal:
    """Make an agent the owner and the assistant silent: what it computes just now never commits."""
    now = deps.clock()
    async with deps.tenants.tenant(tenant_id) as conn:
        await sql.lock_thread(conn, tenant_id, conversation_id)
        status = after("active", "claim") or "assigned"
        taken = await sql.take(
            conn, tenant_id, conversation_id, agent.agent_id, status, sources("claim"), now
        )
        if not taken:
            refusal = await refusal_of(conn, tenant_id, conversation_id)
            own = isinstance(refusal, OwnedBy) and refusal.owner.agent_id == agent.agent_id
            return Done() if own else refusal
        await sql.raise_fence(conn, tenant_id, conversation_id)
        await _hold_handoff(conn, deps, tenant_id, conversation_id, agent, now)
        await tell(conn, deps, tenant_id, conversation_id, took_over(agent.name), now)
        facts = {"agent_id": agent.agent_id, "agent_name": agent.name}
        await record(conn, deps, tenant_id, "conversation.claimed", conversation_id, facts, now)
    deps.hub.nudge(tenant_id, conversation_id)
    deps.hub.changed(tenant_id, conversation_id)
    return Done()


async def _hold_handoff(
    conn: AsyncConnection,
    deps: HandoffDeps,
    tenant_id: str,
    conversation_id: str,
    agent: AgentName,
    now: datetime,
) -> None:
    """Assign the open handoff, or write one for a conversation that nobody had queued."""
    if await sql.open_handoff(conn, tenant_id, conversation_id) is not None:
        await sql.assign_handoff(conn, tenant_id, conversation_id, agent.agent_id, now)
        await keep_anew(conn, deps, tenant_id, conversation_id, "claimed", now)
        return
    reason = Reason(kind="taken_over", text=f"taken over by {agent.name}")
    await sql.add_reason(conn, tenant_id, conversation_id, write_reason(reason))
    await open_handoff(
        conn, deps, tenant_id, conversation_id, reason, skills=(), now=now, agent_id=agent.agent_id
    )


def message_entry_id(conversation_id: str, agent_id: str, message_id: str) -> str:
    """Name the entry of an agent's message: the same message sent twice is one entry."""
    told = f"{conversation_id}:{agent_id}:{message_id}".encode()
    return f"ent_{hashlib.sha256(told).hexdigest()[:26]}"


async def speak(
    deps: HandoffDeps,
    tenant_id: str,
    conversation_id: str,
    agent: AgentName,
    message_id: str,
    text: str,
    sources_cited: Sequence[Source] = (),
) -> Entry | Refusal:
    """Send an agent's message to the customer, with the sources it quotes, once per message id.

    The same id with another text raises a 409 problem, and nothing is sent.
    """
    now = deps.clock()
    entry_id = message_entry_id(conversation_id, agent.agent_id, message_id)
    try:
        async with deps.tenants.tenant(tenant_id) as conn:
            await _move(conn, tenant_id, conversation_id, agent, "speak", now)
            known = await entry_by_id(conn, deps.vault, tenant_id, entry_id)
            if known is not None and known.text != text:
                raise other_message()
            if known is not None:
                return known
            said = {"sender_name": agent.name, "citations": [asdict(one) for one in sources_cited]}
            await _write(conn, deps, tenant_id, conversation_id, agent, entry_id, text, said, now)
            written = await entry_by_id(conn, deps.vault, tenant_id, entry_id)
    except Undo as undone:
        return undone.refusal
    deps.hub.changed(tenant_id, conversation_id)
    return written or NoConversation()


async def _write(
    conn: AsyncConnection,
    deps: HandoffDeps,
    tenant_id: str,
    conversation_id: str,
    agent: AgentName,
    entry_id: str,
    text: str,
    detail: Mapping[str, Any],
    now: datetime,
) -> None:
    entry = NewEntry(
        kind="message",
        direction="outbound",
        sender="agent",
        sender_id=agent.agent_id,
        text=text,
        channel=await channel_of(conn, tenant_id, conversation_id),
        entry_id=entry_id,
        detail=detail,
    )
    await append_entry(conn, deps.vault, tenant_id, conversation_id, entry, now)
    await set_preview(conn, deps.vault, tenant_id, conversation_id, text, "agent", now)
    facts = {"agent_id": agent.agent_id, "agent_name": agent.name, "text": text[:140]}
    await record(conn, deps, tenant_id, "agent.message", conversation_id, facts, now)


async def _move(
    conn: AsyncConnection,
    tenant_id: str,
    conversation_id: str,
    agent: AgentName,
    trigger: Trigger,
    now: datetime,
) -> None:
    status = after("human_handling", trigger) or "human_handling"
    if not await sql.move(conn, tenant_id, conversation_id, agent.agent_id, status, sources(trigger), now):
        raise Undo(await refusal_of(conn, tenant_id, conversation_id))


async def release(
    deps: HandoffDeps, tenant_id: str, conversation_id: str, agent: AgentName, note: str = ""
) -> Done | Refusal:
    """Give the conversation back to the assistant, which is told what the agent left."""
    now = deps.clock()
    try:
        async with deps.tenants.tenant(tenant_id) as conn:
            await sql.lock_thread(conn, tenant_id, conversation_id)
            back = await sql.give_back(
                conn, tenant_id, conversation_id, agent.agent_id, "active", sources("release"), now
            )
            if not back:
                raise Undo(await refusal_of(conn, tenant_id, conversation_id))
            await sql.close_handoff(conn, tenant_id, conversation_id, now)
            event = Released(agent_name=agent.name, note=note)
            channel = await channel_of(conn, tenant_id, conversation_id)
            await enqueue(conn, deps.vault, tenant_id, conversation_id, conversation_id, event, now, channel)
            await tell(conn, deps, tenant_id, conversation_id, gave_back(agent.name, note), now)
            facts = {"agent_id": agent.agent_id, "agent_name": agent.name}
            await record(conn, deps, tenant_id, "conversation.released", conversation_id, facts, now)
    except Undo as undone:
        return undone.refusal
    deps.hub.nudge(tenant_id, conversation_id)
    deps.hub.changed(tenant_id, conversation_id)
    return Done()
