"""Transfers: at once and with the context alone, or offered with a briefing until somebody takes them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from psycopg import AsyncConnection

from app.conversations.repository import standing_of
from app.conversations.seal import open_text, seal_text
from app.handoff import repository as owners
from app.handoff.deps import HandoffDeps
from app.handoff.outcomes import (
    AgentName,
    Done,
    NoConversation,
    NoOffer,
    NoTaker,
    NotNow,
    OwnedBy,
    Refusal,
    Undo,
)
from app.handoff.passing import repository as sql
from app.handoff.passing import sentences
from app.handoff.queueing import keep_anew
from app.handoff.status import OWNED, sources
from app.handoff.telling import act_as, record, refusal_of, tell, tell_waiting
from app.ids import new_id

Kind = Literal["warm", "cold"]


@dataclass(frozen=True, kw_only=True)
class Order:
    """Where a conversation should go, and how."""

    kind: Kind
    to_agent: str | None = None
    to_group: str | None = None
    """The group's id or name."""
    briefing: str = ""


@dataclass(frozen=True, kw_only=True)
class Target:
    """The person or the group that was found for an order."""

    agent: AgentName | None
    group: str | None
    name: str


@dataclass(frozen=True, kw_only=True)
class Moved:
    """The conversation is somebody else's now, waits for a group, or is offered."""

    transfer_id: str
    state: Literal["offered", "taken", "queued"]


async def transfer(
    deps: HandoffDeps, tenant_id: str, conversation_id: str, by: AgentName, order: Order, *, any_owner: bool
) -> Moved | Refusal:
    """Pass an owned conversation on; with `any_owner` also one that is a colleague's."""
    now = deps.clock()
    try:
        async with deps.tenants.tenant(tenant_id) as conn:
            await owners.lock_thread(conn, tenant_id, conversation_id)
            held = await owner_of(conn, tenant_id, conversation_id, by, any_owner=any_owner)
            target = await _target(conn, deps, tenant_id, order, held)
            moved = await _carry_out(conn, deps, held, by, order, target, now)
    except Undo as undone:
        return undone.refusal
    deps.hub.nudge(tenant_id, conversation_id)
    deps.hub.changed(tenant_id, conversation_id)
    return moved


async def owner_of(
    conn: AsyncConnection, tenant_id: str, conversation_id: str, by: AgentName, *, any_owner: bool = False
) -> sql.Held:
    """Return whose conversation it is; raises `Undo` unless it is the agent's own, or any will do."""
    standing = await standing_of(conn, tenant_id, conversation_id)
    if standing is None:
        raise Undo(NoConversation())
    if standing.owner_id is None or standing.status not in OWNED:
        raise Undo(NotNow(status=standing.status))
    if standing.owner_id != by.agent_id and not any_owner:
        owner = AgentName(agent_id=standing.owner_id, name=standing.owner_name or "Another agent")
        raise Undo(OwnedBy(owner=owner))
    return sql.Held(tenant_id=tenant_id, conversation_id=conversation_id, owner_id=standing.owner_id)


async def _target(
    conn: AsyncConnection, deps: HandoffDeps, tenant_id: str, order: Order, held: sql.Held
) -> Target:
    if order.to_agent is not None:
        found = await sql.taker(conn, tenant_id, order.to_agent)
        if found is None:
            raise Undo(NoTaker(why="there is no such agent"))
        if found.user_id == held.owner_id:
            raise Undo(NoTaker(why=f"{found.name} has this conversation already"))
        agent = AgentName(agent_id=found.user_id, name=found.name)
        return Target(agent=agent, group=None, name=found.name)
    named = order.to_group or ""
    group = named if named in deps.desk().groups else await sql.group(conn, tenant_id, named)
    if group is None:
        raise Undo(NoTaker(why="there is no such group"))
    return Target(agent=None, group=group, name=group)


async def _carry_out(
    conn: AsyncConnection,
    deps: HandoffDeps,
    held: sql.Held,
    by: AgentName,
    order: Order,
    target: Target,
    now: datetime,
) -> Moved:
    at_once = order.kind == "cold" and target.agent is None
    await act_as(conn, f"agent:{by.agent_id}", "requeue" if at_once else "transfer")
    tenant_id, conversation_id = held.tenant_id, held.conversation_id
    if await sql.settle(conn, tenant_id, conversation_id, "withdrawn", by.agent_id, now):
        await tell(conn, deps, tenant_id, conversation_id, sentences.withdrew(by.name), now)
    if order.kind == "warm":
        return await _offer(conn, deps, held, by, order, target, now)
    transfer_id = await _write(conn, deps, held, order, target, now, state="taken")
    await tell(
        conn, deps, tenant_id, conversation_id, sentences.passed_on(by.name, target.name, order.briefing), now
    )
    if target.agent is None:
        await back_to_queue(conn, deps, held, target.group, now)
        return Moved(transfer_id=transfer_id, state="queued")
    await _hand_to(conn, deps, held, target.agent, now)
    return Moved(transfer_id=transfer_id, state="taken")


async def _offer(
    conn: AsyncConnection,
    deps: HandoffDeps,
    held: sql.Held,
    by: AgentName,
    order: Order,
    target: Target,
    now: datetime,
) -> Moved:
    """Brief the next one while the owner stays: three are there until the conversation is taken."""
    transfer_id = await _write(conn, deps, held, order, target, now, state="offered")
    told = sentences.offered(by.name, target.name, order.briefing)
    await tell(conn, deps, held.tenant_id, held.conversation_id, told, now)
    facts = {"transfer_id": transfer_id, "from_agent": held.owner_id, "to": target.name}
    facts |= {"to_agent": target.agent.agent_id} if target.agent else {"to_group": target.group or ""}
    await record(conn, deps, held.tenant_id, "transfer.offered", held.conversation_id, facts, now)
    return Moved(transfer_id=transfer_id, state="offered")


async def _write(
    conn: AsyncConnection,
    deps: HandoffDeps,
    held: sql.Held,
    order: Order,
    target: Target,
    now: datetime,
    *,
    state: Literal["offered", "taken"],
) -> str:
    transfer_id, taken = new_id("trf"), state == "taken"
    place = f"transfers:briefing:{transfer_id}"
    new = sql.NewTransfer(
        transfer_id=transfer_id,
        conversation_id=held.conversation_id,
        from_agent=held.owner_id,
        to_agent=target.agent.agent_id if target.agent else None,
        to_group=target.group,
        kind=order.kind,
        state=state,
        briefing=seal_text(deps.vault, held.tenant_id, order.briefing, place),
        taken_by=target.agent.agent_id if taken and target.agent else None,
        settled_at=now if taken else None,
    )
    await sql.insert(conn, held.tenant_id, new, now)
    return transfer_id


async def _hand_to(
    conn: AsyncConnection, deps: HandoffDeps, held: sql.Held, taker: AgentName, now: datetime
) -> None:
    """Make somebody the owner, with the context as it is now."""
    tenant_id, conversation_id = held.tenant_id, held.conversation_id
    if not await sql.pass_on(conn, held, taker.agent_id, sources("transfer"), now):
        raise Undo(await refusal_of(conn, tenant_id, conversation_id))
    await owners.assign_handoff(conn, tenant_id, conversation_id, taker.agent_id, now)
    await keep_anew(conn, deps, tenant_id, conversation_id, "transferred", now)
    facts = {"from_agent": held.owner_id, "agent_id": taker.agent_id, "agent_name": taker.name}
    await record(conn, deps, tenant_id, "conversation.transferred", conversation_id, facts, now)


async def back_to_queue(
    conn: AsyncConnection, deps: HandoffDeps, held: sql.Held, group: str | None, now: datetime
) -> None:
    """Let the conversation wait for the next free person, or for one of a group."""
    tenant_id, conversation_id = held.tenant_id, held.conversation_id
    due = deps.desk().due("high", now)
    if not await sql.put_back(conn, held, sources("requeue"), due, now):
        raise Undo(await refusal_of(conn, tenant_id, conversation_id))
    await sql.requeue_handoff(conn, tenant_id, conversation_id, group, due)
    await tell_waiting(conn, deps, tenant_id, conversation_id, now)
    await keep_anew(conn, deps, tenant_id, conversation_id, "transferred", now)
    facts = {"from_agent": held.owner_id, "to_group": group or ""}
    await record(conn, deps, tenant_id, "conversation.requeued", conversation_id, facts, now)


async def take(deps: HandoffDeps, tenant_id: str, conversation_id: str, agent: AgentName) -> Done | Refusal:
    """Take what is offered to the agent or one of the agent's groups; taking again changes nothing."""
    now = deps.clock()
    try:
        async with deps.tenants.tenant(tenant_id) as conn:
            await owners.lock_thread(conn, tenant_id, conversation_id)
            standing = await standing_of(conn, tenant_id, conversation_id)
            if standing is not None and standing.owner_id == agent.agent_id:
                return Done()
            offer = await _offer_for(conn, deps, tenant_id, conversation_id, agent)
            await sql.settle(conn, tenant_id, conversation_id, "taken", agent.agent_id, now)
            await act_as(conn, f"agent:{agent.agent_id}", "transfer")
            held = sql.Held(tenant_id=tenant_id, conversation_id=conversation_id, owner_id=offer.from_agent)
            await _hand_to(conn, deps, held, agent, now)
            told = sentences.took(agent.name, offer.from_name or "a colleague")
            await tell(conn, deps, tenant_id, conversation_id, told, now)
    except Undo as undone:
        return undone.refusal
    deps.hub.nudge(tenant_id, conversation_id)
    deps.hub.changed(tenant_id, conversation_id)
    return Done()


async def groups_of(
    conn: AsyncConnection, deps: HandoffDeps, tenant_id: str, agent_id: str
) -> frozenset[str]:
    """Name the groups of an agent: an administrator's, and those of the book that take a skill of theirs."""
    found = await sql.taker(conn, tenant_id, agent_id)
    skills = set(found.skills) if found else set()
    groups = deps.desk().groups.items()
    by_skill = {name for name, takes in groups if found and (not takes or takes & skills)}
    return frozenset(await sql.groups_of(conn, tenant_id, agent_id) | by_skill)


async def _offer_for(
    conn: AsyncConnection, deps: HandoffDeps, tenant_id: str, conversation_id: str, agent: AgentName
) -> sql.StoredTransfer:
    offer = await sql.offered(conn, tenant_id, conversation_id)
    if offer is None:
        raise Undo(NoOffer())
    own = offer.to_agent == agent.agent_id
    if not own and offer.to_group is not None:
        own = offer.to_group in await groups_of(conn, deps, tenant_id, agent.agent_id)
    if not own:
        raise Undo(NoOffer())
    return offer


async def decline(
    deps: HandoffDeps, tenant_id: str, conversation_id: str, agent: AgentName
) -> Done | Refusal:
    """Say no to an offer, or take one's own offer back; the owner stays."""
    now = deps.clock()
    try:
        async with deps.tenants.tenant(tenant_id) as conn:
            await owners.lock_thread(conn, tenant_id, conversation_id)
            offer = await sql.offered(conn, tenant_id, conversation_id)
            own = offer is not None and offer.from_agent == agent.agent_id
            if not own:
                await _offer_for(conn, deps, tenant_id, conversation_id, agent)
            state = "withdrawn" if own else "declined"
            await sql.settle(conn, tenant_id, conversation_id, state, agent.agent_id, now)
            told = sentences.withdrew(agent.name) if own else sentences.declined(agent.name)
            await tell(conn, deps, tenant_id, conversation_id, told, now)
            facts = {"agent_id": agent.agent_id, "agent_name": agent.name, "state": state}
            await record(conn, deps, tenant_id, "transfer.settled", conversation_id, facts, now)
    except Undo as undone:
        return undone.refusal
    deps.hub.changed(tenant_id, conversation_id)
    return Done()


def briefing_of(deps: HandoffDeps, tenant_id: str, transfer: sql.StoredTransfer) -> str:
    """Open what the one who offered the conversation wrote."""
    return open_text(deps.vault, tenant_id, transfer.briefing, f"transfers:briefing:{transfer.transfer_id}")
