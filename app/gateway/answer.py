"""Wait for the answer to an accepted message, for channels that answer in the same request."""

import asyncio

from app.conversations.entry import Entry, for_customer
from app.conversations.repository import action_is_due, replies_to
from app.gateway.deps import GatewayDeps
from app.gateway.message import Inbound
from app.gateway.ports import Accepted, UnknownConversation
from app.problems import not_found

REPORT_WITHIN_S = 1.5
"""How long a started action's first report is waited for."""


async def accept(deps: GatewayDeps, inbound: Inbound) -> Accepted:
    """Store a message and wake the workers, or answer 404 when its conversation does not exist."""
    try:
        accepted = await deps.accept(inbound)
    except UnknownConversation:
        raise not_found("conversation") from None
    if not accepted.duplicate:
        deps.hub.nudge(inbound.tenant_id, accepted.conversation_id)
    return accepted


async def answer_to(deps: GatewayDeps, tenant_id: str, accepted: Accepted, within_s: float) -> list[Entry]:
    """Return what the turn said, and what an action it started reported at once.

    Nothing comes back when the time runs out first, or while a person owns
    the conversation; the message is stored all the same.
    """
    conversation_id = accepted.conversation_id
    with deps.hub.subscribe(conversation_id) as changes:
        if not await deps.hub.wait_for_turn(tenant_id, conversation_id, accepted.seq, within_s):
            return []
        replies, more = await _read(deps, tenant_id, accepted)
        loop = asyncio.get_running_loop()
        deadline = loop.time() + REPORT_WITHIN_S
        while more and (left := deadline - loop.time()) > 0:
            await changes.wait(left)
            replies, more = await _read(deps, tenant_id, accepted)
    return [for_customer(entry) for entry in replies]


async def _read(deps: GatewayDeps, tenant_id: str, accepted: Accepted) -> tuple[list[Entry], bool]:
    async with deps.tenants.tenant(tenant_id) as conn:
        due = not accepted.duplicate and await action_is_due(
            conn, tenant_id, accepted.conversation_id, deps.clock()
        )
        replies = await replies_to(
            conn, deps.vault, tenant_id, accepted.conversation_id, accepted.seq, REPORT_WITHIN_S
        )
    return replies, due
