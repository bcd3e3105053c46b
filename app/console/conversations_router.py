"""`/api/v1/conversations`: lists, one conversation, why it was answered so."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Header, Query
from pydantic import BaseModel, Field, StringConstraints

from app.auth.caller import AgentCaller, Caller, sees_only
from app.auth.rights import AsksForPerson, ReadsConversations
from app.console import repository as sql
from app.console.deps import ConsoleDeps
from app.console.lists import limit_of, read_filter, read_place, show_row, write_place
from app.console.profile import with_purchases
from app.console.refusing import refused
from app.console.shapes import ConversationShape, Entries, Rows, Why
from app.console.view import conversation_view
from app.console.why import explain
from app.conversations.entry import Entry
from app.conversations.highlights import with_drops
from app.conversations.reasons import Reason
from app.conversations.repository import entries_before, felt_before
from app.gateway.body import body_of, documented
from app.handoff import queueing
from app.handoff.outcomes import Queued
from app.handoff.passing.stepping_in import heard_by
from app.problems import not_found

MOST_LINES = 1000
Lines = Annotated[int, Query(ge=1, le=MOST_LINES, description="How many lines at most")]


Skill = Annotated[str, StringConstraints(min_length=1, max_length=60)]
Key = Annotated[
    str | None,
    Header(alias="Idempotency-Key", max_length=200, description="The same key again means the same handoff"),
]


class AskForPerson(BaseModel):
    """Why a person is wanted, in words."""

    reason: str = Field(default="a person was asked for", min_length=1, max_length=500)
    priority: Literal["urgent", "high", "normal"] = "normal"
    skills: tuple[Skill, ...] = Field(default=(), max_length=20)


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


def for_caller(caller: Caller, entries: Sequence[Entry]) -> list[Entry]:
    """Leave out whispers that are for others."""
    reader = caller.agent_id if isinstance(caller, AgentCaller) else None
    supervises = "agents:any" in caller.rights
    return [entry for entry in entries if heard_by(entry, reader, supervises=supervises)]


async def why(
    deps: ConsoleDeps, caller: Caller, conversation_id: str, seq: int, thread_id: str | None
) -> Why:
    """Read the trace of one turn, or answer 404; who may not read customers gets it masked."""
    tenant_id, thread = caller.tenant_id, thread_id or conversation_id
    async with deps.tenants.tenant(tenant_id) as conn:
        turn = await sql.turn(conn, tenant_id, conversation_id, thread, seq)
    if turn is None:
        raise not_found("turn")
    return explain(deps.vault, tenant_id, turn, masked="customers:read" not in caller.rights)


def build_router(deps: ConsoleDeps) -> APIRouter:
    """Build the routes."""
    router = APIRouter(prefix="/api/v1", tags=["conversations"])

    @router.get("/conversations")
    async def conversations(
        caller: ReadsConversations, status: str | None = None, cursor: str | None = None, limit: int = 50
    ) -> Rows:
        """List conversations: by statuses, or `waiting`, `mine`, `approvals`."""
        agent_id = caller.agent_id if isinstance(caller, AgentCaller) else None
        wanted = replace(read_filter(status, agent_id), seen_by=sees_only(caller))
        return await page(deps, caller.tenant_id, wanted, cursor, limit)

    @router.get("/conversations/{conversation_id}")
    async def conversation(
        caller: ReadsConversations, conversation_id: str, lines: Lines = MOST_LINES
    ) -> ConversationShape:
        """Show one conversation with its newest lines."""
        shown = await view(deps, caller.tenant_id, conversation_id, lines)
        profile = await with_purchases(deps, caller, shown.profile)
        return shown.model_copy(update={"timeline": for_caller(caller, shown.timeline), "profile": profile})

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
            found = with_drops(found, await felt_before(conn, caller.tenant_id, conversation_id, found))
        return Entries(items=for_caller(caller, found), earlier=bool(found) and found[0].entry_no > 1)

    @router.get("/conversations/{conversation_id}/turns/{seq}/why")
    async def why_route(
        caller: ReadsConversations,
        conversation_id: str,
        seq: Annotated[int, Field(ge=0, lt=2**62)],
        thread: Annotated[str | None, Query(description="An action's thread, when seq counts there")] = None,
    ) -> Why:
        """Explain a reply."""
        return await why(deps, caller, conversation_id, seq, thread)

    @router.post(
        "/conversations/{conversation_id}/handoff", status_code=202, openapi_extra=documented(AskForPerson)
    )
    async def handoff(
        caller: AsksForPerson,
        conversation_id: str,
        asked: Annotated[AskForPerson, Depends(body_of(AskForPerson, empty={}))],
        key: Key = None,
    ) -> HandoffAsked:
        """Ask for a person; asking again answers the same."""
        reason = Reason(kind="asked", text=asked.reason)
        wish = queueing.Wish(priority=asked.priority, skills=asked.skills, key=key)
        actor = f"agent:{caller.agent_id}" if isinstance(caller, AgentCaller) else "system"
        outcome = await queueing.request(
            deps.handoff, caller.tenant_id, conversation_id, reason, wish=wish, actor=actor
        )
        if not isinstance(outcome, Queued):
            raise await refused(deps, caller, "handoff", conversation_id, outcome, "")
        return HandoffAsked(handoff_id=outcome.handoff_id)

    return router
