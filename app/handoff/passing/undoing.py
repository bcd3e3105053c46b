"""Takes a resolution back, for whoever resolved a moment ago: the conversation is theirs again."""

from datetime import datetime, timedelta

from psycopg import AsyncConnection

from app.handoff import repository as owners
from app.handoff.deps import HandoffDeps
from app.handoff.outcomes import AgentName, Done, NotNow, Refusal, TooLate, Undo
from app.handoff.passing import repository as sql
from app.handoff.passing import sentences
from app.handoff.passing.letting_go import actor_named
from app.handoff.status import after, sources
from app.handoff.telling import act_as, record, refusal_of, tell

WITHIN = timedelta(minutes=2)
"""Later the customer is asked how it was."""


async def undo_resolve(
    deps: HandoffDeps, tenant_id: str, conversation_id: str, by: AgentName
) -> Done | Refusal:
    """Make the one who resolved it the owner again, as long as nothing has happened since."""
    now = deps.clock()
    try:
        async with deps.tenants.tenant(tenant_id) as conn:
            await owners.lock_thread(conn, tenant_id, conversation_id)
            await _take_back(conn, deps, tenant_id, conversation_id, by, now)
    except Undo as undone:
        return undone.refusal
    deps.hub.changed(tenant_id, conversation_id)
    return Done()


async def _take_back(
    conn: AsyncConnection,
    deps: HandoffDeps,
    tenant_id: str,
    conversation_id: str,
    by: AgentName,
    now: datetime,
) -> None:
    last = await sql.last_transition(conn, tenant_id, conversation_id)
    own = last is not None and last.actor == actor_named(by)
    if last is not None and own and last.cause == "undo":
        return
    if last is None or not own or last.cause != "resolve" or now - last.at > WITHIN:
        refusal = await refusal_of(conn, tenant_id, conversation_id)
        raise Undo(TooLate() if isinstance(refusal, NotNow) else refusal)
    await act_as(conn, actor_named(by), "undo")
    status = after("resolved", "undo") or "human_handling"
    held = sql.Held(tenant_id=tenant_id, conversation_id=conversation_id, owner_id=by.agent_id)
    if not await sql.reopen(conn, held, status, sources("undo"), now):
        raise Undo(TooLate())
    await owners.raise_fence(conn, tenant_id, conversation_id)
    await tell(conn, deps, tenant_id, conversation_id, sentences.reopened(by.name), now)
    facts = {"agent_id": by.agent_id, "agent_name": by.name}
    await record(conn, deps, tenant_id, "conversation.claimed", conversation_id, facts, now)
