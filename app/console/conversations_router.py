"""`/api/v1/conversations` and `/api/v1/queue`: lists, one conversation, why it was answered so."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, Field

from app.auth.caller import AgentCaller
from app.auth.rights import AsksForPerson, ReadsConversations
from app.console import repository as sql
from app.console.deps import ConsoleDeps, refuse
from app.console.lists import limit_of, read_filter, read_place, show_queue, show_row, write_place
from app.console.shapes import ConversationShape, Entries, Queue, Rows, Why
from app.console.view import conversation_view
from app.console.why import explain
from app.conversations.reasons import Reason
from app.conversations.repository import entries_before
from app.gateway.body import body_of, documented
from app.handoff import queueing
from app.handoff.outcomes import Queued
from app.problems import not_found

MOST_LINES = 1000
Lines = Annotated[int, Query(ge=1, le=MOST_LINES, description="How many lines at most")]


class AskForPerson(BaseModel):
    """Why a person is wanted, in words."""

    reason: str = Field(default="a person was asked for", min_length=1, max_length=500)


class HandoffAsked(BaseModel):
    """The handoff that waits."""

    handoff_id: str


async def page(deps: ConsoleDeps, tenant_id: str, wanted: sql.Filter, cursor: str | None, limit: int) -> Rows:
    """Read one page of a list."""
    most, now = limit_of(limit), deps.clock()
    async with deps.tenants.tenant(tenant_id) as conn:
        found = await sql.rows(conn, tenant_id, wanted, read_place(cursor), most + 1, now)
        total = None if cursor else await sql.count(conn, tenant_id, wanted, now)
    shown = found[:most]
    return Rows(
        items=[show_row(deps.vault, tenant_id, row) for row in shown],
        next_cursor=write_place(shown[-1], wanted.by_urgency) if len(found) > most else None,
        total=total,
    )


async def view(
    deps: ConsoleDeps, tenant_id: str, conversation_id: str, lines: int = MOST_LINES
) -> ConversationShape:
    """Read one conversation with its newest lines, or answer 404."""
    currency = deps.handoff.desk().currency
    async with deps.tenants.tenant(tenant_id) as conn:
        shown = await conversation_view(conn, deps.vault, tenant_id, conversation_id, currency, lines)
    if shown is None:
        raise not_found("conversation")
    return shown


async def why(
    deps: ConsoleDeps, tenant_id: str, conversation_id: str, seq: int, thread_id: str | None
) -> Why:
    """Read the trace of one turn, or answer 404."""
    thread = thread_id or conversation_id
    async with deps.tenants.tenant(tenant_id) as conn:
        turn = await sql.turn(conn, tenant_id, conversation_id, thread, seq)
    if turn is None:
        raise not_found("turn")
    return explain(deps.vault, tenant_id, turn)


def build_router(deps: ConsoleDeps) -> APIRouter:
    """Build the routes."""
    router = APIRouter(prefix="/api/v1", tags=["conversations"])

    @router.get("/conversations")
    async def conversations(
        caller: ReadsConversations, status: str | None = None, cursor: str | None = None, limit: int = 50
    ) -> Rows:
        """List conversations: by statuses, or `waiting`, `mine`, `approvals`."""
        agent_id = caller.agent_id if isinstance(caller, AgentCaller) else None
        return await page(deps, caller.tenant_id, read_filter(status, agent_id), cursor, limit)

    @router.get("/conversations/{conversation_id}")
    async def conversation(
        caller: ReadsConversations, conversation_id: str, lines: Lines = MOST_LINES
    ) -> ConversationShape:
        """Show one conversation with its newest lines."""
        return await view(deps, caller.tenant_id, conversation_id, lines)

    @router.get("/conversations/{conversation_id}/entries")
    async def entries(
        caller: ReadsConversations,
        conversation_id: str,
        before: Annotated[int, Query(ge=1, lt=2**62, description="The number of the oldest line known")],
        limit: Lines = 100,
    ) -> Entries:
        """Show what stands before a line of the timeline."""
        async with deps.tenants.tenant(caller.tenant_id) as conn:
            found = await entries_before(conn, deps.vault, caller.tenant_id, conversation_id, before, limit)
        return Entries(items=found, earlier=bool(found) and found[0].entry_no > 1)

    @router.get("/conversations/{conversation_id}/turns/{seq}/why")
    async def why_route(
        caller: ReadsConversations,
        conversation_id: str,
        seq: Annotated[int, Field(ge=0, lt=2**62)],
        thread: Annotated[str | None, Query(description="An action's thread, when seq counts there")] = None,
    ) -> Why:
        """Explain a reply."""
        return await why(deps, caller.tenant_id, conversation_id, seq, thread)

    @router.post(
        "/conversations/{conversation_id}/handoff", status_code=202, openapi_extra=documented(AskForPerson)
    )
    async def handoff(
        caller: AsksForPerson,
        conversation_id: str,
        asked: Annotated[AskForPerson, Depends(body_of(AskForPerson, empty={}))],
    ) -> HandoffAsked:
        """Ask for a person; asking again answers the same."""
        reason = Reason(kind="asked", text=asked.reason)
        outcome = await queueing.request(deps.handoff, caller.tenant_id, conversation_id, reason)
        if not isinstance(outcome, Queued):
            raise refuse(outcome)
        return HandoffAsked(handoff_id=outcome.handoff_id)

    @router.get("/queue")
    async def queue(caller: ReadsConversations) -> Queue:
        """Say how many wait for a person, and how long on average."""
        async with deps.tenants.tenant(caller.tenant_id) as conn:
            return show_queue(await sql.queue(conn, caller.tenant_id, deps.clock()))

    return router
