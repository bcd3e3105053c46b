"""`/api/v1/conversations/{id}/suggestions`: what an agent could do next, done with one click."""

from typing import Annotated

from fastapi import APIRouter, Depends, Header

from app.auth.caller import Caller
from app.auth.rights import ActsInConversations, ReadsConversations
from app.console.approvals_router import decider_of
from app.conversations.seal import open_text, seal_text
from app.gateway.body import body_of, documented
from app.handoff.approvals import Decider
from app.problems import Problem, not_found
from app.suggestions import repository as sql
from app.suggestions.case import Case, read_case
from app.suggestions.deps import SuggestionDeps, experience_of
from app.suggestions.offers import Offer, offers_for
from app.suggestions.running import Wanted, run
from app.suggestions.shapes import (
    OutcomeBody,
    RunBody,
    RunResult,
    Runs,
    RunShape,
    Suggestions,
    show,
    show_run,
)
from graphs.suggestions.ranking import Recommendation, at_the_desk, rate, recommend

ForAgent = Annotated[str | None, Header(alias="X-Agent-Id", description="The agent for whom a key acts")]
PATH = "/api/v1/conversations/{conversation_id}/suggestions"
Advice = list[tuple[Recommendation, Offer]]


def build_router(deps: SuggestionDeps) -> APIRouter:
    """Build the routes."""
    router = APIRouter(tags=["suggestions"])
    _add_advice(router, deps)
    _add_outcomes(router, deps)
    return router


async def advise(deps: SuggestionDeps, tenant_id: str, case: Case) -> Advice:
    """Return the recommendations with what it takes to carry them out."""
    experience = await experience_of(deps, tenant_id)
    offers = {one.candidate.key: one for one in await offers_for(deps, case, experience)}
    found = recommend(case.situation, [one.candidate for one in offers.values()], experience)
    return [(one, offers.get(one.candidate.key) or Offer(candidate=one.candidate)) for one in found]


async def chosen(
    deps: SuggestionDeps, tenant_id: str, case: Case, suggestion_id: str, body: RunBody
) -> tuple[Recommendation, Offer]:
    """Return the suggestion that was clicked, tried afresh; refuse when it is not what the agent saw."""
    experience = await experience_of(deps, tenant_id)
    desk = [Offer(candidate=one) for one in at_the_desk(case.situation)]
    offers = {one.candidate.key: one for one in desk}
    offers |= {one.candidate.key: one for one in await offers_for(deps, case, experience, body.values)}
    offer = offers.get(suggestion_id)
    if offer is None or (body.parameters is not None and body.parameters != dict(offer.candidate.parameters)):
        raise Problem(
            409,
            "suggestion-changed",
            "This is not recommended any more.",
            "Something has changed; load the suggestions again.",
        )
    return rate(case.situation, offer.candidate, experience), offer


async def _case(deps: SuggestionDeps, tenant_id: str, conversation_id: str) -> Case:
    async with deps.console.tenants.tenant(tenant_id) as conn:
        case = await read_case(deps, conn, tenant_id, conversation_id)
    if case is None:
        raise not_found("conversation")
    return case


def _check_owner(case: Case, caller: Caller, by: Decider) -> None:
    """Let only whoever has the conversation act in it, or who may act for anybody."""
    if case.row.owner_id == by.decider_id or "agents:any" in caller.rights:
        return
    if case.row.owner_id is None:
        raise Problem(409, "claim-first", "Nobody has this conversation.", "Claim it before you act in it.")
    raise Problem(403, "not-yours", "A colleague has this conversation.", "Ask for a transfer.")


def _add_advice(router: APIRouter, deps: SuggestionDeps) -> None:
    @router.get(PATH)
    async def suggestions(caller: ReadsConversations, conversation_id: str) -> Suggestions:
        """Recommend at most three things to do, the surest first."""
        case = await _case(deps, caller.tenant_id, conversation_id)
        advice = await advise(deps, caller.tenant_id, case)
        return Suggestions(items=[show(found, offer) for found, offer in advice])

    @router.post(PATH + "/{suggestion_id}/run", openapi_extra=documented(RunBody))
    async def run_one(
        caller: ActsInConversations,
        conversation_id: str,
        suggestion_id: str,
        body: Annotated[RunBody, Depends(body_of(RunBody, empty={}))],
        x_agent_id: ForAgent = None,
    ) -> RunResult:
        """Do what was recommended, within the agent's own limits."""
        by = await decider_of(deps.console, caller, x_agent_id)
        case = await _case(deps, caller.tenant_id, conversation_id)
        _check_owner(case, caller, by)
        found, offer = await chosen(deps, caller.tenant_id, case, suggestion_id, body)
        wanted = Wanted(by=by, customer_agrees=body.customer_agrees, edits=body.args)
        ran = await run(deps, caller.tenant_id, case, found, offer, wanted)
        return RunResult(
            run_id=ran.run_id,
            does=ran.does,
            action_id=ran.action_id,
            approval=ran.approval,
            text=offer.text,
            parameters=found.candidate.parameters,
        )


def _add_outcomes(router: APIRouter, deps: SuggestionDeps) -> None:
    async def shown(tenant_id: str, conversation_id: str, run_id: str | None = None) -> list[RunShape]:
        async with deps.console.tenants.tenant(tenant_id) as conn:
            found = await sql.runs_of(conn, tenant_id, conversation_id, run_id)
        return [show_run(one, _notes(deps, tenant_id, one)) for one in found]

    @router.get(PATH + "/runs")
    async def runs(caller: ReadsConversations, conversation_id: str) -> Runs:
        """List what was run in a conversation, and how it ended."""
        return Runs(items=await shown(caller.tenant_id, conversation_id))

    @router.post(PATH + "/runs/{run_id}/outcome", openapi_extra=documented(OutcomeBody))
    async def outcome(
        caller: ActsInConversations,
        conversation_id: str,
        run_id: str,
        body: Annotated[OutcomeBody, Depends(body_of(OutcomeBody))],
        x_agent_id: ForAgent = None,
    ) -> RunShape:
        """Say how it ended; what is recommended next learns from it."""
        by = await decider_of(deps.console, caller, x_agent_id)
        vault, tenant_id = deps.console.vault, caller.tenant_id
        notes = seal_text(vault, tenant_id, body.notes, _place(run_id)) if body.notes else None
        values = {
            "tenant": tenant_id,
            "conversation": conversation_id,
            "run": run_id,
            "success": body.success,
            "satisfaction": body.customer_satisfaction,
            "resolution": body.resolution_time,
            "notes": notes,
            "by": by.decider_id,
            "now": deps.console.clock(),
        }
        async with deps.console.tenants.tenant(tenant_id) as conn:
            if not await sql.tell(conn, values):
                raise not_found("run")
        deps.memory.counted.pop(tenant_id, None)
        return (await shown(tenant_id, conversation_id, run_id))[0]


def _place(run_id: str) -> str:
    return f"suggestion_runs:notes:{run_id}"


def _notes(deps: SuggestionDeps, tenant_id: str, run: sql.StoredRun) -> str:
    return open_text(deps.console.vault, tenant_id, run.notes, _place(run.run_id)) if run.notes else ""
