"""An agent writes first, on an address that is the customer's and that somebody delivers to."""

import hashlib

from psycopg import AsyncConnection

from app.conversations.entry import Entry
from app.customers import repository as sql
from app.handoff import service
from app.handoff.deps import HandoffDeps
from app.handoff.outcomes import AgentName, Done, Refusal
from app.problems import Problem, not_found

ANSWERS_ONLY = ("web", "rest")
"""Channels on which nobody is reached who does not have a page open or ask."""


def cannot_write(row: sql.IdentityRow, *, delivered: bool) -> str | None:
    """Say why an agent cannot write first to an address; None when it is possible."""
    if row.channel in ANSWERS_ONLY:
        return "This channel only answers: the customer writes first."
    if not row.verified:
        return "Nobody verified that this address is the customer's."
    if not delivered:
        return (
            "Nobody delivers there: connect the channel, or add a webhook for `message.sent` with its text."
        )
    return None


def conversation_of(customer_id: str, channel: str, agent_id: str, message_id: str) -> str:
    """Name the conversation that a first message begins: the same message sent twice begins one."""
    told = f"{customer_id}:{channel}:{agent_id}:{message_id}".encode()
    return f"cnv_{hashlib.sha256(told).hexdigest()[:26]}"


async def start(
    deps: HandoffDeps,
    tenant_id: str,
    customer_id: str,
    channel: str,
    agent: AgentName,
    message_id: str,
    text: str,
    *,
    carried: bool,
) -> Entry | Refusal:
    """Begin a conversation that the agent owns, and say the first thing in it.

    `carried`: the outbox writes to the channel, so that no webhook need do it.
    """
    conversation_id = conversation_of(customer_id, channel, agent.agent_id, message_id)
    async with deps.tenants.tenant(tenant_id) as conn:
        await _check(conn, tenant_id, customer_id, channel, carried)
        await sql.begin(conn, tenant_id, conversation_id, customer_id, channel, deps.clock())
    claimed = await service.claim(deps, tenant_id, conversation_id, agent)
    if not isinstance(claimed, Done):
        return claimed
    return await service.speak(deps, tenant_id, conversation_id, agent, message_id, text)


async def _check(
    conn: AsyncConnection, tenant_id: str, customer_id: str, channel: str, carried: bool
) -> None:
    """Refuse what would reach nobody, or somebody else."""
    row = await sql.one(conn, tenant_id, customer_id)
    if row is None or row.merged_into:
        raise not_found("customer")
    if row.blocked_at:
        raise Problem(409, "blocked", "This customer is blocked.", "Lift the block before you write.")
    addresses = [one for one in await sql.identities(conn, tenant_id, customer_id) if one.channel == channel]
    delivered = carried or await sql.somebody_delivers(conn, tenant_id)
    reasons = [cannot_write(one, delivered=delivered) for one in addresses]
    if not reasons:
        raise Problem(
            409,
            "cannot-write-first",
            "No message can be sent there.",
            "The customer has no address on this channel.",
        )
    if all(reasons):
        raise Problem(409, "cannot-write-first", "No message can be sent there.", str(reasons[0]))
