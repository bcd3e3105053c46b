"""Refusals in conversations: said in a problem, and written down with who tried what."""

from app.audit.record import Deed, actor_of, record
from app.auth.caller import Caller
from app.console.deps import ConsoleDeps, refuse
from app.handoff.outcomes import Refusal
from app.problems import Problem


async def refused(
    deps: ConsoleDeps, caller: Caller, what: str, conversation_id: str, refusal: Refusal, agent_id: str
) -> Problem:
    """Write down what was tried in vain, and return the problem that says why."""
    problem = refuse(refusal, agent_id)
    if problem.status == 404:
        return problem
    deed = Deed(
        action="conversation.refused",
        subject="conversation",
        subject_id=conversation_id,
        detail={"tried": what, "as_agent": agent_id, "why": problem.slug},
    )
    async with deps.tenants.tenant(caller.tenant_id) as conn:
        await record(conn, deps.vault, caller.tenant_id, actor_of(caller), deed, deps.clock())
    return problem
