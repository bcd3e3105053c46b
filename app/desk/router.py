"""`/api/v1/queue`, promised times, and an agent who lets an offer pass."""

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Query

from app.auth.caller import acting_agent
from app.auth.rights import ActsInConversations, ReadsConversations
from app.console.deps import ConsoleDeps
from app.desk import repository as sql
from app.desk.giving import Giving
from app.desk.line import line_values, promises_of, show_line, show_promise
from app.desk.repository_line import line, promises
from app.desk.shapes import Promises, Queue
from app.problems import Problem, not_found
from policies.desk import DeskRules

MOST_ROWS = 200
Limit = Annotated[int, Query(ge=1, le=MOST_ROWS)]
Cursor = Annotated[int, Query(ge=0, lt=2**31, description="The next_cursor of the page before")]


def build_router(deps: ConsoleDeps, giving: Giving, rules: Callable[[str], DeskRules]) -> APIRouter:
    """Build the routes."""
    router = APIRouter(prefix="/api/v1", tags=["queue"])

    @router.get("/queue")
    async def queue(caller: ReadsConversations, cursor: Cursor = 0, limit: Limit = 100) -> Queue:
        """Show who waits for a person, in order, with what was promised and what is to be expected."""
        now, desk = deps.clock(), rules(caller.tenant_id)
        async with deps.tenants.tenant(caller.tenant_id) as conn:
            values = line_values(caller.tenant_id, desk, now, cursor, limit + 1)
            rows = await line(conn, values)
            agents = await giving.there(conn, caller.tenant_id, now)
            handling = (await giving.figures(conn, caller.tenant_id, now)).handling
        return show_line(deps.vault, caller.tenant_id, rows, agents, desk, handling, now, limit)

    @router.get("/conversations/{conversation_id}/promises")
    async def promised(caller: ReadsConversations, conversation_id: str) -> Promises:
        """Show what the customer was promised since a person was called, and how it stands."""
        async with deps.tenants.tenant(caller.tenant_id) as conn:
            row = await promises(conn, caller.tenant_id, conversation_id)
        if row is None:
            raise not_found("handoff")
        found = promises_of(row, rules(caller.tenant_id))
        return Promises(items=[show_promise(one, deps.clock()) for one in found])

    @router.post("/agents/{agent_id}/pass/{conversation_id}", status_code=204)
    async def let_pass(caller: ActsInConversations, agent_id: str, conversation_id: str) -> None:
        """Let an offer pass, so that the next agent is asked."""
        agent = acting_agent(caller, agent_id)
        async with deps.tenants.tenant(caller.tenant_id) as conn:
            passed = await sql.pass_on(conn, caller.tenant_id, conversation_id, agent)
        if not passed:
            raise Problem(
                409,
                "not-offered",
                "This conversation is not offered to this agent.",
                "Load the queue again; it may be somebody else's by now.",
            )
        deps.hub.changed(caller.tenant_id, conversation_id)

    return router
