"""Put a conversation into the queue, with everything the person who takes it needs to read."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from psycopg import AsyncConnection

from app.conversations.highlights import ESCALATION
from app.conversations.reasons import Reason, read_reason, write_reason
from app.conversations.seal import seal_json
from app.handoff import repository as sql
from app.handoff.context_package import ContextPackage, Priority
from app.handoff.deps import HandoffDeps
from app.handoff.external import repository as external
from app.handoff.flags import flag
from app.handoff.gather import context_package, gather, priority_of
from app.handoff.outcomes import NoConversation, Queued, Refusal, Undo
from app.handoff.packages.store import Why, keep
from app.handoff.sentences import asked_for_person
from app.handoff.status import sources
from app.handoff.telling import act_as, record, refusal_of, tell, tell_waiting
from app.ids import new_id
from app.turns.claim import Claim
from graphs.draft import SUPERVISOR, Draft

NOT_NEEDED = "The customer needs no person any more. The assistant goes on."


class QueueHandoff:
    """Opens the handoff that a turn of the assistant asked for, inside that turn's commit."""

    def __init__(self, deps: HandoffDeps) -> None:
        self._deps = deps

    async def __call__(self, conn: AsyncConnection, claim: Claim, draft: Draft, now: datetime) -> datetime:
        """Write the handoff and return when the first reply of a person is due; or take it back."""
        asked = draft.hand_off
        if SUPERVISOR in draft.flags:
            await flag(conn, self._deps.vault, claim.tenant_id, claim.conversation_id, SUPERVISOR, now)
        if draft.back_to_assistant:
            await sql.close_handoff(conn, claim.tenant_id, claim.conversation_id, now)
            await tell(conn, self._deps, claim.tenant_id, claim.conversation_id, NOT_NEEDED, now)
        if asked is None:
            return now
        reason = read_reason(f"{asked.kind}: {asked.text}")
        await open_handoff(
            conn, self._deps, claim.tenant_id, claim.conversation_id, reason, skills=asked.skills, now=now
        )
        return self._deps.desk().due(asked.priority, now)


async def open_handoff(
    conn: AsyncConnection,
    deps: HandoffDeps,
    tenant_id: str,
    conversation_id: str,
    reason: Reason,
    *,
    skills: tuple[str, ...],
    now: datetime,
    agent_id: str | None = None,
    key: str | None = None,
) -> str | None:
    """Write the handoff with its context package, in the caller's transaction; an open one is kept.

    The conversation's status and reasons are the caller's to change, before.
    """
    known = await sql.open_handoff(conn, tenant_id, conversation_id)
    if known is not None:
        return known.handoff_id
    handoff_id = new_id("hof")
    package = await package_now(conn, deps, tenant_id, conversation_id, handoff_id, reason, skills, now)
    if package is None:
        return None
    await keep(conn, deps.vault, tenant_id, package, "claimed" if agent_id else "queued", now)
    handoff = _new(deps, tenant_id, package, reason, now, agent_id=agent_id, key=key)
    await sql.insert_handoff(conn, tenant_id, conversation_id, handoff, now)
    if handoff.sla_due_at is not None:
        await sql.set_due(conn, tenant_id, conversation_id, handoff.sla_due_at)
    if deps.external is not None and agent_id is None:
        await external.expect(conn, tenant_id, conversation_id, handoff_id, deps.external, now)
    return handoff_id


def _new(
    deps: HandoffDeps,
    tenant_id: str,
    package: ContextPackage,
    reason: Reason,
    now: datetime,
    *,
    agent_id: str | None,
    key: str | None,
) -> sql.NewHandoff:
    """Put together the row of a handoff, with the copy of its package that stands beside it."""
    place, priority = f"handoffs:context:{package.handoff_id}", package.routing.priority
    return sql.NewHandoff(
        handoff_id=package.handoff_id,
        status="assigned" if agent_id else "queued",
        reason=write_reason(reason),
        priority=priority,
        skills=package.routing.required_skills,
        context=seal_json(deps.vault, tenant_id, package.model_dump(mode="json"), place),
        agent_id=agent_id,
        assigned_at=now if agent_id else None,
        sla_due_at=None if agent_id else deps.desk().due(priority, now),
        request_key=key,
    )


async def package_now(
    conn: AsyncConnection,
    deps: HandoffDeps,
    tenant_id: str,
    conversation_id: str,
    handoff_id: str,
    reason: Reason,
    skills: Sequence[str],
    now: datetime,
) -> ContextPackage | None:
    """Put together the context package as the conversation is now; None when there is no such."""
    gathered, desk = await gather(conn, deps.vault, tenant_id, conversation_id), deps.desk()
    if gathered is None:
        return None
    return context_package(
        gathered,
        handoff_id=handoff_id,
        reason=reason,
        priority=priority_of(gathered.facts.priority),
        skills=skills or tuple(desk.default_skills),
        vip=gathered.facts.tier in desk.vip_tiers,
        now=now,
    )


async def keep_anew(
    conn: AsyncConnection, deps: HandoffDeps, tenant_id: str, conversation_id: str, why: Why, now: datetime
) -> None:
    """Add a version to the open handoff's package, so that the next person reads how things are now."""
    known = await sql.open_handoff(conn, tenant_id, conversation_id)
    if known is None:
        return
    reason = read_reason(known.reason)
    package = await package_now(
        conn, deps, tenant_id, conversation_id, known.handoff_id, reason, known.skills, now
    )
    if package is not None:
        await keep(conn, deps.vault, tenant_id, package, why, now)


@dataclass(frozen=True, kw_only=True)
class Wish:
    """How a handoff is asked for over the API."""

    priority: Priority = "normal"
    skills: tuple[str, ...] = ()
    key: str | None = None
    """The same key again means the same handoff, even when it is over."""


NO_WISH = Wish()


async def _known(conn: AsyncConnection, tenant_id: str, conversation_id: str, key: str | None) -> str | None:
    """Return the handoff that is open, or that this key made before."""
    open_one = await sql.open_handoff(conn, tenant_id, conversation_id)
    if open_one is not None:
        return open_one.handoff_id
    return await sql.handoff_by_key(conn, tenant_id, conversation_id, key) if key else None


async def request(
    deps: HandoffDeps,
    tenant_id: str,
    conversation_id: str,
    reason: Reason,
    *,
    wish: Wish = NO_WISH,
    actor: str = "",
) -> Queued | Refusal:
    """Put a conversation into the queue; asking again answers with the same handoff."""
    now = deps.clock()
    try:
        async with deps.tenants.tenant(tenant_id) as conn:
            handoff_id = await _queue(conn, deps, tenant_id, conversation_id, reason, wish, actor, now)
    except Undo as undone:
        return undone.refusal
    deps.hub.nudge(tenant_id, conversation_id)
    deps.hub.changed(tenant_id, conversation_id)
    return Queued(handoff_id=handoff_id)


async def _queue(
    conn: AsyncConnection,
    deps: HandoffDeps,
    tenant_id: str,
    conversation_id: str,
    reason: Reason,
    wish: Wish,
    actor: str,
    now: datetime,
) -> str:
    await sql.lock_thread(conn, tenant_id, conversation_id)
    if known := await _known(conn, tenant_id, conversation_id, wish.key):
        return known
    await act_as(conn, actor, "escalate")
    desk, priority = deps.desk(), wish.priority
    moved = await sql.wait_for_person(
        conn,
        tenant_id,
        conversation_id,
        "escalating",
        sources("escalate"),
        priority=priority,
        reason=write_reason(reason),
        due=desk.due(priority, now),
        now=now,
    )
    if not moved:
        raise Undo(await refusal_of(conn, tenant_id, conversation_id))
    handoff_id = await open_handoff(
        conn, deps, tenant_id, conversation_id, reason, skills=wish.skills, now=now, key=wish.key
    )
    await tell(conn, deps, tenant_id, conversation_id, asked_for_person(reason.text), now, ESCALATION)
    await tell_waiting(conn, deps, tenant_id, conversation_id, now)
    await record(conn, deps, tenant_id, "handoff.requested", conversation_id, {"reason": reason.kind}, now)
    if handoff_id is None:
        raise Undo(NoConversation())
    return handoff_id
