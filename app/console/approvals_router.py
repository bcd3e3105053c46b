"""`/api/v1/approvals`: what waits for a person's decision, and the decision."""

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Header

from app.auth.caller import AgentCaller, Caller, acting_agent, require
from app.auth.repository import person_by_id
from app.auth.rights import DecidesApprovals, ReadsConversations
from app.console.deciding import decide as decide_once
from app.console.deps import ConsoleDeps
from app.console.shapes import Approvals, ApprovalShape
from app.console.view import show_approval
from app.gateway.body import body_of, documented
from app.handoff import approvals as decisions
from app.handoff.approval_request import DecisionBody
from app.problems import not_found

Status = Literal["pending", "accepted", "edited", "responded", "ignored", "expired"]


async def decider_of(deps: ConsoleDeps, caller: Caller, agent_id: str | None) -> decisions.Decider:
    """Say who decides, for the record and for the action; a key may decide for an agent it names.

    A decision for somebody takes the right of both: of whoever calls, and of the agent who is named.
    """
    above = "approvals:above_limit" in caller.rights
    if agent_id is not None:
        agent = await _person_named(deps, caller, acting_agent(caller, agent_id))
        require(agent, "approvals:decide")
        above = above and "approvals:above_limit" in agent.rights
        return decisions.Decider(decider_id=agent.agent_id, name=agent.name, above_limit=above)
    if isinstance(caller, AgentCaller):
        return decisions.Decider(decider_id=caller.agent_id, name=caller.name, above_limit=above)
    return decisions.Decider(decider_id=caller.key_id, name=f"the key {caller.key_id}", above_limit=above)


async def _person_named(deps: ConsoleDeps, caller: Caller, agent_id: str) -> AgentCaller:
    """Return the person whom a caller names, with the rights that person has; 404 when there is none."""
    async with deps.tenants.tenant(caller.tenant_id) as conn:
        person = await person_by_id(conn, caller.tenant_id, agent_id)
    if person is None:
        raise not_found("agent")
    return AgentCaller(
        tenant_id=caller.tenant_id, agent_id=person.user_id, name=person.name, role=person.role
    )


def build_router(deps: ConsoleDeps) -> APIRouter:
    """Build the routes."""
    router = APIRouter(prefix="/api/v1/approvals", tags=["approvals"])

    @router.get("")
    async def approvals(caller: ReadsConversations, status: Status | None = None) -> Approvals:
        """List approvals, newest first."""
        currency = deps.handoff.desk().currency
        async with deps.tenants.tenant(caller.tenant_id) as conn:
            found = await decisions.find(conn, deps.vault, caller.tenant_id, status=status)
        return Approvals(items=[show_approval(approval, currency) for approval in found])

    @router.post("/{approval_id}", openapi_extra=documented(DecisionBody))
    async def decide(
        caller: DecidesApprovals,
        approval_id: str,
        decision: Annotated[DecisionBody, Depends(body_of(DecisionBody))],
        x_agent_id: Annotated[str | None, Header(description="The agent for whom a key decides")] = None,
    ) -> ApprovalShape:
        """Decide; the first decision counts, a later one is told who was first."""
        by = await decider_of(deps, caller, x_agent_id)
        decided = await decide_once(deps, caller, approval_id, decision, by)
        return show_approval(decided, deps.handoff.desk().currency)

    return router
