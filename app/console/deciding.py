"""A decision on an approval, from whichever door: what is refused says why and stands in the audit."""

from app.audit.record import Deed, actor_of, record
from app.auth.caller import Caller
from app.console.deps import ConsoleDeps
from app.console.view import show_approval
from app.handoff import approvals as decisions
from app.handoff.approval_request import DecisionBody
from app.problems import Problem, not_found


async def decide(
    deps: ConsoleDeps, caller: Caller, approval_id: str, decision: DecisionBody, by: decisions.Decider
) -> decisions.Approval:
    """Record the first decision; raises a problem for a later one, or one that the action does not allow."""
    try:
        outcome = await decisions.decide(deps.handoff, caller.tenant_id, approval_id, decision, by)
    except Problem as unfit:
        raise await noted(deps, caller, approval_id, decision.type, by, unfit) from None
    if isinstance(outcome, decisions.Approval):
        return outcome
    raise await noted(deps, caller, approval_id, decision.type, by, refuse_decision(deps, outcome))


async def noted(
    deps: ConsoleDeps,
    caller: Caller,
    approval_id: str,
    tried: str,
    by: decisions.Decider,
    problem: Problem,
) -> Problem:
    """Write down what was tried in vain; what does not exist is nobody's."""
    if problem.status == 404:
        return problem
    async with deps.tenants.tenant(caller.tenant_id) as conn:
        found = await decisions.find(conn, deps.vault, caller.tenant_id, approval_id=approval_id)
        deed = Deed(
            action="approval.refused",
            subject="conversation",
            subject_id=found[0].conversation_id if found else approval_id,
            detail={
                "approval": approval_id,
                "tried": tried,
                "as_agent": by.decider_id,
                "why": problem.slug,
            },
        )
        await record(conn, deps.vault, caller.tenant_id, actor_of(caller), deed, deps.clock())
    return problem


def refuse_decision(deps: ConsoleDeps, refused: decisions.Refused) -> Problem:
    """Say in a problem why a decision does not count; with the approval as it is."""
    currency = deps.handoff.desk().currency
    match refused:
        case decisions.NoApproval():
            return not_found("approval")
        case decisions.SupervisorNeeded():
            return Problem(
                403,
                "supervisor-needed",
                "A supervisor decides this.",
                "The amount is above an agent's limit.",
            )
        case decisions.Expired(approval=approval):
            return Problem(
                409,
                "approval-expired",
                "Nobody decided in time.",
                "The customer was told; the action can be asked for again.",
                approval=show_approval(approval, currency).model_dump(mode="json"),
            )
        case decisions.DecidedAlready(approval=approval):
            at = f" at {approval.decided_at:%H:%M}" if approval.decided_at else ""
            return Problem(
                409,
                "decided-already",
                f"{approval.decided_by} decided{at}.",
                "The first decision counts.",
                decided_by=approval.decided_by,
                decided_at=approval.decided_at.isoformat() if approval.decided_at else None,
                approval=show_approval(approval, currency).model_dump(mode="json"),
            )
