"""Run a suggestion: an action begins on its own thread, words and colleagues are handed to the agent.

Nothing is short-cut: the action graph checks the rules again, asks whom the
book wants asked, and an agent's click counts as the approval only where the
agent may give it.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from psycopg import AsyncConnection

from app.conversations.repository import NewEntry, append_entry
from app.conversations.seal import seal_json
from app.handoff import approvals as decisions
from app.handoff.approval_request import DecisionBody, StoredRequest, edits_of
from app.handoff.repository import lock_thread
from app.ids import new_id
from app.problems import Problem
from app.suggestions import repository as sql
from app.suggestions.case import Case
from app.suggestions.deps import SuggestionDeps
from app.suggestions.offers import Offer
from app.turns import repository_actions as actions
from app.turns.claim import action_place
from app.turns.lanes import begin_or_queue, lane_name
from graphs.draft import Proposal
from graphs.events import ActionStarts
from graphs.suggestions.ranking import Recommendation

ASKED_WITHIN_S = 5.0
"""How long the question that the agent's click answers is waited for."""
LOOK_AGAIN_S = 0.5
Does = Literal["action", "draft", "transfer"]


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What an agent says with the click."""

    by: decisions.Decider
    customer_agrees: bool = False
    edits: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Ran:
    """What the click led to."""

    run_id: str
    does: Does
    action_id: str | None = None
    approval: str | None = None
    """`accepted` by this agent, or `pending`: somebody else decides."""


def check_possible(case: Case, offer: Offer, wanted: Wanted) -> None:
    """Refuse what lacks a value, or the yes that the book wants from the customer."""
    if offer.candidate.missing:
        errors = [{"field": f"values.{name}", "reason": "is missing"} for name in offer.candidate.missing]
        raise Problem(
            422,
            "wrong-fields",
            "Some values are missing.",
            "Ask the customer, then send them.",
            errors=errors,
        )
    asked = offer.decision is not None and offer.decision.confirm
    if asked and not wanted.customer_agrees and case.row.owner_id is not None:
        raise Problem(
            409,
            "customer-not-asked",
            "The customer agrees to this first.",
            "Ask the customer; then run it with customer_agrees.",
        )


async def run(
    deps: SuggestionDeps, tenant_id: str, case: Case, chosen: Recommendation, offer: Offer, wanted: Wanted
) -> Ran:
    """Do what was recommended, and write down that it was chosen."""
    check_possible(case, offer, wanted)
    run_id = new_id("sug")
    if offer.proposal is None:
        async with deps.console.tenants.tenant(tenant_id) as conn:
            await _keep_run(conn, deps, tenant_id, case, chosen, wanted, run_id, None)
        does: Does = "transfer" if offer.candidate.kind == "escalate" else "draft"
        return Ran(run_id=run_id, does=does)
    start = _start(offer.proposal, offer, wanted)
    async with deps.console.tenants.tenant(tenant_id) as conn:
        await _begin(conn, deps, tenant_id, case, offer.proposal, start, wanted)
        await _keep_run(conn, deps, tenant_id, case, chosen, wanted, run_id, start.action_id)
    deps.console.hub.nudge(tenant_id, case.row.conversation_id)
    deps.console.hub.changed(tenant_id, case.row.conversation_id)
    approval = await _approve(deps, tenant_id, case, start.action_id, offer, wanted)
    return Ran(run_id=run_id, does="action", action_id=start.action_id, approval=approval)


def _start(proposal: Proposal, offer: Offer, wanted: Wanted) -> ActionStarts:
    """Give the action its own name, the agent's changes, and the customer's yes."""
    start = proposal.start
    request = StoredRequest(
        action_id="",
        action=start.action,
        label=proposal.label,
        args=start.args,
        editable=offer.editable,
    )
    changed = {name: value for name, value in wanted.edits.items() if start.args.get(name) != value}
    edits = edits_of(request, DecisionBody(type="edit", args=changed)) if changed else {}
    return replace(
        start,
        action_id=f"{start.action_id.partition(':')[0]}:action:{new_id('by')}",
        args={**start.args, **edits},
        follows={name: source for name, source in start.follows.items() if name not in edits},
        confirmed=wanted.customer_agrees,
    )


async def _begin(
    conn: AsyncConnection,
    deps: SuggestionDeps,
    tenant_id: str,
    case: Case,
    proposal: Proposal,
    start: ActionStarts,
    wanted: Wanted,
) -> None:
    """Write the action and let it begin, unless the same is under way for the same thing."""
    console, row, now = deps.console, case.row, deps.console.clock()
    await lock_thread(conn, tenant_id, row.conversation_id)
    lane = lane_name(console.vault, tenant_id, row.customer_id, proposal.subject)
    await actions.lock_lane(conn, tenant_id, lane)
    if await sql.same_open(conn, tenant_id, lane, start.action):
        raise Problem(
            409, "under-way-already", "This is under way already.", "Its state stands with the actions."
        )
    detail = {"subject": proposal.subject, "label": proposal.label, "args": dict(start.args)}
    await actions.new_action(
        conn,
        tenant=tenant_id,
        conversation=row.conversation_id,
        customer=row.customer_id,
        action_id=start.action_id,
        action=start.action,
        status="proposed",
        detail=seal_json(console.vault, tenant_id, detail, action_place(start.action_id)),
        lane=lane,
        waits_for=proposal.waits_for,
        now=now,
    )
    await begin_or_queue(conn, console.vault, tenant_id, row.conversation_id, start, row.channel, now)
    agreed = " The customer has agreed." if wanted.customer_agrees else ""
    about = f"{proposal.label} {proposal.subject}".strip()
    text = f"{wanted.by.name} began: {about}.{agreed}"
    entry = NewEntry(kind="event", direction="internal", sender="system", text=text, channel=row.channel)
    await append_entry(conn, console.vault, tenant_id, row.conversation_id, entry, now)


async def _keep_run(
    conn: AsyncConnection,
    deps: SuggestionDeps,
    tenant_id: str,
    case: Case,
    chosen: Recommendation,
    wanted: Wanted,
    run_id: str,
    action_id: str | None,
) -> None:
    candidate, situation = chosen.candidate, case.situation
    place = f"suggestion_runs:parameters:{run_id}"
    values = {
        "tenant": tenant_id,
        "run": run_id,
        "conversation": case.row.conversation_id,
        "suggestion": candidate.key,
        "kind": candidate.kind,
        "action_id": action_id,
        "intent": situation.intent,
        "mood": situation.mood,
        "confidence": chosen.confidence,
        "agent": wanted.by.decider_id,
        "parameters": seal_json(deps.console.vault, tenant_id, dict(candidate.parameters), place),
        "now": deps.console.clock(),
    }
    await sql.add_run(conn, values)


async def _approve(
    deps: SuggestionDeps, tenant_id: str, case: Case, action_id: str, offer: Offer, wanted: Wanted
) -> str | None:
    """Let the agent's click answer the approval that the action asks for, where the agent may answer it."""
    need = offer.decision.approval if offer.decision else None
    if need is None:
        return None
    if need.role != "agent" and not wanted.by.above_limit:
        return "pending"
    approval = await _asked(deps, tenant_id, case.row.conversation_id, action_id)
    if approval is None:
        return "pending"
    handoff, accept = deps.console.handoff, DecisionBody(type="accept")
    outcome = await decisions.decide(handoff, tenant_id, approval.approval_id, accept, wanted.by)
    return outcome.status if isinstance(outcome, decisions.Approval) else "pending"


async def _asked(
    deps: SuggestionDeps, tenant_id: str, conversation_id: str, action_id: str
) -> decisions.Approval | None:
    """Return the approval that an action asks for, as soon as it does."""
    clock = asyncio.get_running_loop().time
    until = clock() + ASKED_WITHIN_S
    with deps.console.hub.subscribe(conversation_id) as changes:
        while True:
            async with deps.console.tenants.tenant(tenant_id) as conn:
                found = await decisions.find(
                    conn, deps.console.vault, tenant_id, conversation_id=conversation_id, status="pending"
                )
            for approval in found:
                if approval.action_id == action_id:
                    return approval
            left = until - clock()
            if left <= 0:
                return None
            await changes.wait(min(left, LOOK_AGAIN_S))
