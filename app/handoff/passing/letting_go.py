"""What an owner does with a conversation beside writing: wait, put it back, resolve it."""

from datetime import datetime

from psycopg import AsyncConnection

from app.conversations.highlights import RESOLUTION
from app.handoff import repository as owners
from app.handoff.deps import HandoffDeps
from app.handoff.external import repository as external
from app.handoff.outcomes import AgentName, ApprovalsOpen, Done, NotNow, Refusal, Undo
from app.handoff.passing import repository as sql
from app.handoff.passing import sentences
from app.handoff.passing.offers import back_to_queue, owner_of
from app.handoff.status import after, sources
from app.handoff.telling import act_as, record, refusal_of, tell


async def requeue(
    deps: HandoffDeps,
    tenant_id: str,
    conversation_id: str,
    by: AgentName,
    note: str = "",
    *,
    any_owner: bool = False,
) -> Done | Refusal:
    """Put an owned conversation back into the queue; with `any_owner` also a colleague's."""
    now = deps.clock()
    try:
        async with deps.tenants.tenant(tenant_id) as conn:
            await owners.lock_thread(conn, tenant_id, conversation_id)
            held = await owner_of(conn, tenant_id, conversation_id, by, any_owner=any_owner)
            await act_as(conn, actor_named(by), "requeue")
            await back_to_queue(conn, deps, held, None, now)
            await external.close(conn, tenant_id, conversation_id, now)
            await tell(conn, deps, tenant_id, conversation_id, sentences.put_back(by.name, note), now)
    except Undo as undone:
        return undone.refusal
    deps.hub.changed(tenant_id, conversation_id)
    return Done()


async def resolve(
    deps: HandoffDeps,
    tenant_id: str,
    conversation_id: str,
    by: AgentName,
    note: str = "",
    *,
    leave_approvals: bool = False,
) -> Done | Refusal:
    """End the conversation: what the customer writes next, the assistant answers."""
    now = deps.clock()
    try:
        async with deps.tenants.tenant(tenant_id) as conn:
            await owners.lock_thread(conn, tenant_id, conversation_id)
            held = await owner_of(conn, tenant_id, conversation_id, by)
            pending = await sql.pending_approvals(conn, tenant_id, conversation_id)
            if pending and not leave_approvals:
                raise Undo(ApprovalsOpen(approvals=pending))
            await _end(conn, deps, held, by, note, now)
    except Undo as undone:
        return undone.refusal
    deps.hub.changed(tenant_id, conversation_id)
    return Done()


async def _end(
    conn: AsyncConnection, deps: HandoffDeps, held: sql.Held, by: AgentName, note: str, now: datetime
) -> None:
    tenant_id, conversation_id = held.tenant_id, held.conversation_id
    await act_as(conn, actor_named(by), "resolve")
    if not await sql.resolve(conn, held, sources("resolve"), now):
        raise Undo(await refusal_of(conn, tenant_id, conversation_id))
    await owners.close_handoff(conn, tenant_id, conversation_id, now)
    await external.close(conn, tenant_id, conversation_id, now)
    told = sentences.resolved(by.name, note)
    await tell(conn, deps, tenant_id, conversation_id, told, now, RESOLUTION)


async def wait(deps: HandoffDeps, tenant_id: str, conversation_id: str, by: AgentName) -> Done | Refusal:
    """Say that the next word is the customer's."""
    now = deps.clock()
    try:
        async with deps.tenants.tenant(tenant_id) as conn:
            held = await owner_of(conn, tenant_id, conversation_id, by)
            status = after("human_handling", "wait") or "waiting"
            legal = sources("wait")
            if not await owners.move(conn, tenant_id, conversation_id, held.owner_id, status, legal, now):
                raise Undo(NotNow(status="assigned"))
            await tell(conn, deps, tenant_id, conversation_id, sentences.waits(by.name), now)
            facts = {"agent_id": by.agent_id, "agent_name": by.name}
            await record(conn, deps, tenant_id, "conversation.waiting", conversation_id, facts, now)
    except Undo as undone:
        return undone.refusal
    deps.hub.changed(tenant_id, conversation_id)
    return Done()


def actor_named(agent: AgentName) -> str:
    """Name an owner as the transitions do: a person, or another chat system."""
    return agent.agent_id if agent.agent_id.startswith("external:") else f"agent:{agent.agent_id}"
