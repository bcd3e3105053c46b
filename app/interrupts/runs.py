"""Resume an interrupted action: recorded as the console records a decision; then its end is awaited."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from typing import Any

from app.auth.caller import Caller
from app.console.deciding import decide, noted, refuse_decision
from app.console.deps import ConsoleDeps
from app.gateway.api_stream import event
from app.handoff import approvals as decisions
from app.interrupts import repository as sql
from app.interrupts.answers import answer_in, decision_from
from app.interrupts.shapes import RunShape
from app.interrupts.threads import (
    find,
    memory_of,
    newest_state,
    request_of,
    run_id_of,
    show_runs,
    thread_named,
)
from app.problems import Problem, not_found

LONGEST_WAIT_S = 60.0
LOOK_AGAIN_S = 1.0


async def resume(
    deps: ConsoleDeps, caller: Caller, thread_id: str, answer: object, by: decisions.Decider
) -> RunShape:
    """Record the first decision on what a thread waits for; a later one is told who was first."""
    tenant_id = caller.tenant_id
    row = await thread_named(deps, tenant_id, thread_id)
    request = request_of(deps, tenant_id, row)
    if request is None or row.approval_id is None:
        raise await _nothing_waits(deps, caller, thread_id, by)
    decision = decision_from(answer_in(answer, row.interrupt_id or ""), request)
    await decide(deps, caller, row.approval_id, decision, by)
    return await run_named(deps, tenant_id, thread_id, run_id_of(row.approval_id))


async def _nothing_waits(deps: ConsoleDeps, caller: Caller, thread_id: str, by: decisions.Decider) -> Problem:
    """Say who decided, or that nobody did in time, or that nothing was asked."""
    tenant_id = caller.tenant_id
    async with deps.tenants.tenant(tenant_id) as conn:
        latest = await sql.latest_approval(conn, tenant_id, thread_id)
        found = await decisions.find(conn, deps.vault, tenant_id, approval_id=latest[0]) if latest else []
    for approval in found:
        late = approval.status in ("pending", "expired")
        why = decisions.Expired if late else decisions.DecidedAlready
        problem = refuse_decision(deps, why(approval=approval))
        return await noted(deps, caller, approval.approval_id, "resume", by, problem)
    return Problem(
        409,
        "nothing-waits",
        "This thread waits for nobody.",
        "Search for threads with the status interrupted.",
    )


async def runs_of(deps: ConsoleDeps, tenant_id: str, thread_id: str) -> list[RunShape]:
    """Return a thread's runs, newest first."""
    row = await thread_named(deps, tenant_id, thread_id)
    async with deps.tenants.tenant(tenant_id) as conn:
        return show_runs(row, await sql.decided(conn, tenant_id, thread_id))


async def run_named(deps: ConsoleDeps, tenant_id: str, thread_id: str, run_id: str) -> RunShape:
    """Return one run, or 404."""
    for run in await runs_of(deps, tenant_id, thread_id):
        if run.run_id == run_id:
            return run
    raise not_found("run")


async def values_at_rest(
    deps: ConsoleDeps, tenant_id: str, thread_id: str, within_s: float = LONGEST_WAIT_S
) -> Mapping[str, Any]:
    """Return a thread's memory as soon as it rests, or as it is when the time is over."""
    clock = asyncio.get_running_loop().time
    until = clock() + within_s
    row = await thread_named(deps, tenant_id, thread_id)
    with deps.hub.subscribe(row.conversation_id) as changes:
        while row.status == "busy" and (left := until - clock()) > 0:
            await changes.wait(min(left, LOOK_AGAIN_S))
            row = (await find(deps, tenant_id, sql.Wanted(ids=[thread_id], limit=1)) or [row])[0]
    newest = newest_state(row)
    return memory_of(deps, tenant_id, thread_id, newest).values if newest else {}


async def as_events(deps: ConsoleDeps, tenant_id: str, run: RunShape) -> AsyncIterator[bytes]:
    """Tell a run as LangGraph's server-sent events: that it began, its values at rest, its end."""
    yield event("metadata", {"run_id": run.run_id, "attempt": 1})
    yield event("values", dict(await values_at_rest(deps, tenant_id, run.thread_id)))
    ended = await run_named(deps, tenant_id, run.thread_id, run.run_id)
    yield event("end", {"run_id": run.run_id, "status": ended.status})
