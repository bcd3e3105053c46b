"""Wait for the answer to an accepted message, for channels that answer in the same request."""

import asyncio

from psycopg import DatabaseError

from app.conversations.entry import Entry, for_customer
from app.conversations.repository import Answer, read_answer
from app.gateway.deps import GatewayDeps
from app.gateway.message import Inbound, other_message
from app.gateway.ports import Accepted, UnknownConversation
from app.gateway.repository import stored_text
from app.problems import Problem, not_found

BLOCKED = "FD403"
"""What the database raises when a blocked customer writes (migration 0018)."""
REPORT_WITHIN_S = 1.5
"""How long a started action's first report is waited for."""
LOOK_AGAIN_S = 2.0
"""A net below the signals of other processes."""


async def accept(deps: GatewayDeps, inbound: Inbound) -> Accepted:
    """Store a message and wake the workers.

    Answers 429 when it comes too fast, 404 when its conversation does not exist, 403 when its customer
    is blocked, 409 when its id came before with another text.
    """
    if deps.door is not None:
        await deps.door.admit(inbound)
    try:
        accepted = await deps.accept(inbound)
    except UnknownConversation:
        raise not_found("conversation") from None
    except DatabaseError as error:
        if error.sqlstate != BLOCKED:
            raise
        raise blocked() from None
    if inbound.attachments and deps.files is not None:
        await deps.files.bind(inbound.tenant_id, accepted.conversation_id, inbound.attachments)
    if accepted.duplicate:
        await _check_same(deps, inbound, accepted)
    elif not accepted.begun:
        deps.hub.nudge(inbound.tenant_id, accepted.conversation_id)
    return accepted


def standing_headers(deps: GatewayDeps, inbound: Inbound) -> dict[str, str]:
    """Return how much more the sender may send, for the response."""
    return deps.door.headers(inbound) if deps.door is not None else {}


def blocked() -> Problem:
    """Say plainly that nothing of a blocked customer is taken; nothing was stored."""
    return Problem(
        403,
        "blocked",
        "Messages from here are not taken.",
        "The company blocked this customer; an agent can lift it in the console.",
    )


async def _check_same(deps: GatewayDeps, inbound: Inbound, accepted: Accepted) -> None:
    """Refuse another text under an id that is taken: swallowed, its sender would believe it arrived."""
    tenant_id = inbound.tenant_id
    async with deps.tenants.tenant(tenant_id) as conn:
        known = await stored_text(conn, deps.vault, tenant_id, accepted.conversation_id, accepted.seq)
    if known is not None and known != inbound.text:
        raise other_message()


async def answer_to(deps: GatewayDeps, tenant_id: str, accepted: Accepted, within_s: float) -> list[Entry]:
    """Return what the turn said, and what an action it started reported at once.

    Nothing comes back when the time runs out first, or while a person owns
    the conversation; the message is stored all the same.
    """
    loop = asyncio.get_running_loop()
    deadline = loop.time() + within_s
    answer, waited_for_action = None, False
    with deps.hub.subscribe(accepted.conversation_id) as changes:
        if accepted.duplicate:
            answer = await _read(deps, tenant_id, accepted)
        while (left := deadline - loop.time()) > 0 and not _complete(answer, accepted):
            if answer is not None and answer.settled and not waited_for_action:
                waited_for_action = True
                deadline = min(deadline, loop.time() + REPORT_WITHIN_S)
            await changes.wait(min(left, LOOK_AGAIN_S))
            if (said := changes.answers.get(accepted.seq)) is not None:
                return [for_customer(entry) for entry in said]
            answer = await _read(deps, tenant_id, accepted)
    return [for_customer(entry) for entry in answer.entries] if answer else []


def _complete(answer: Answer | None, accepted: Accepted) -> bool:
    """Say whether nothing more belongs to the answer; an old message's actions are not waited for."""
    return answer is not None and answer.settled and (accepted.duplicate or not answer.action_due)


async def _read(deps: GatewayDeps, tenant_id: str, accepted: Accepted) -> Answer:
    async with deps.tenants.anyone() as conn:
        return await read_answer(
            conn,
            deps.vault,
            tenant_id,
            accepted.conversation_id,
            accepted.seq,
            REPORT_WITHIN_S,
            deps.clock(),
        )
