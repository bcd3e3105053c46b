"""`/api/v1/agents`: who works, and what an agent does with a conversation."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Header, Query, Response
from pydantic import BaseModel, Field

from app.auth.caller import acting_agent, sees_only
from app.auth.repository import Person, all_agents, person_by_id, set_status
from app.auth.rights import ActsInConversations, ReadsAgents
from app.auth.router import Agent, agent_shape
from app.console.conversations_router import page, view
from app.console.deps import ConsoleDeps, agent_named
from app.console.lists import read_filter
from app.console.refusing import refused
from app.console.shapes import ConversationShape, Rows
from app.conversations.entry import Entry, Source
from app.conversations.feed.repository import record_event
from app.gateway.body import body_of, check_text, documented
from app.gateway.message import Id
from app.handoff import service
from app.handoff.outcomes import Done
from app.problems import not_found

Available = Annotated[bool, Query(description="Only who is online and takes one more")]


Prefer = Annotated[
    str | None, Header(description="`return=minimal`: 204 without the conversation, for who reads it anyway")
]
"""What the caller wants back (RFC 7240)."""
NO_BODY: dict[int | str, dict[str, str]] = {204: {"description": "Done, as `Prefer: return=minimal` asks"}}


def has_room(person: Person) -> bool:
    """Say whether somebody is online and takes one more conversation."""
    return person.status == "online" and person.load < person.max_load


class Agents(BaseModel):
    """Everyone who can own a conversation."""

    items: Sequence[Agent]


class NewStatus(BaseModel):
    """Whether an agent takes conversations."""

    status: Literal["online", "away", "offline"]


class Cited(BaseModel):
    """A source that the text quotes, by the number that stands in it; a page of this site."""

    number: int = Field(ge=1, le=99)
    title: str = Field(min_length=1, max_length=300)
    heading: str = Field(default="", max_length=300)
    url: str = Field(pattern=r"^/help/[^\s]+$", max_length=500)


class AgentMessage(BaseModel):
    """What an agent writes to the customer; the id deduplicates."""

    message_id: Id
    text: str
    citations: Sequence[Cited] = Field(default=(), max_length=20)


class Note(BaseModel):
    """What the assistant should know when it goes on."""

    note: str = Field(default="", max_length=2000)


def build_router(deps: ConsoleDeps) -> APIRouter:
    """Build the routes."""
    router = APIRouter(prefix="/api/v1/agents", tags=["agents"])
    _add_people(router, deps)
    _add_work(router, deps)
    return router


def _add_people(router: APIRouter, deps: ConsoleDeps) -> None:
    @router.get("")
    async def agents(caller: ReadsAgents, available: Available = False) -> Agents:
        """List agents and supervisors with their load; those with room alone where that is asked for."""
        async with deps.tenants.tenant(caller.tenant_id) as conn:
            people = await all_agents(conn, caller.tenant_id)
        shown = [person for person in people if not available or has_room(person)]
        return Agents(items=[agent_shape(deps.vault, caller.tenant_id, person) for person in shown])

    @router.get("/{agent_id}/conversations")
    async def conversations(
        caller: ReadsAgents, agent_id: str, cursor: str | None = None, limit: int = 50
    ) -> Rows:
        """List the conversations an agent owns."""
        wanted = replace(read_filter("mine", agent_id), seen_by=sees_only(caller))
        return await page(deps, caller.tenant_id, wanted, cursor, limit)

    @router.patch("/{agent_id}/status", openapi_extra=documented(NewStatus))
    async def status(
        caller: ActsInConversations, agent_id: str, new: Annotated[NewStatus, Depends(body_of(NewStatus))]
    ) -> Agent:
        """Say whether an agent takes conversations."""
        acting, now = acting_agent(caller, agent_id), deps.clock()
        async with deps.tenants.tenant(caller.tenant_id) as conn:
            await set_status(conn, caller.tenant_id, acting, new.status, now)
            person = await person_by_id(conn, caller.tenant_id, acting)
            if person is None:
                raise not_found("agent")
            facts = {"agent_id": acting, "status": new.status}
            await record_event(conn, deps.vault, caller.tenant_id, "agent.status", None, facts, now)
        deps.hub.changed(caller.tenant_id, None)
        return agent_shape(deps.vault, caller.tenant_id, person)


async def _shown(
    deps: ConsoleDeps, tenant_id: str, conversation_id: str, prefer: str | None
) -> ConversationShape | Response:
    """Answer with the conversation as it is now, or with nothing where that is preferred."""
    if prefer is not None and "return=minimal" in prefer:
        return Response(status_code=204, headers={"Preference-Applied": "return=minimal"})
    return await view(deps, tenant_id, conversation_id)


def _add_work(router: APIRouter, deps: ConsoleDeps) -> None:
    @router.post("/{agent_id}/claim/{conversation_id}", response_model=ConversationShape, responses=NO_BODY)
    async def claim(
        caller: ActsInConversations, agent_id: str, conversation_id: str, prefer: Prefer = None
    ) -> ConversationShape | Response:
        """Take a conversation over: from now on the assistant is silent."""
        agent = await agent_named(deps, caller, acting_agent(caller, agent_id))
        outcome = await service.claim(deps.handoff, caller.tenant_id, conversation_id, agent)
        if not isinstance(outcome, Done):
            raise await refused(deps, caller, "claim", conversation_id, outcome, agent.agent_id)
        return await _shown(deps, caller.tenant_id, conversation_id, prefer)

    @router.post(
        "/{agent_id}/release/{conversation_id}",
        openapi_extra=documented(Note),
        response_model=ConversationShape,
        responses=NO_BODY,
    )
    async def release(
        caller: ActsInConversations,
        agent_id: str,
        conversation_id: str,
        note: Annotated[Note, Depends(body_of(Note, empty={}))],
        prefer: Prefer = None,
    ) -> ConversationShape | Response:
        """Give a conversation back to the assistant."""
        agent = await agent_named(deps, caller, acting_agent(caller, agent_id))
        outcome = await service.release(deps.handoff, caller.tenant_id, conversation_id, agent, note.note)
        if not isinstance(outcome, Done):
            raise await refused(deps, caller, "release", conversation_id, outcome, agent.agent_id)
        return await _shown(deps, caller.tenant_id, conversation_id, prefer)

    @router.post(
        "/{agent_id}/conversations/{conversation_id}/messages",
        status_code=201,
        openapi_extra=documented(AgentMessage),
    )
    async def write(
        caller: ActsInConversations,
        agent_id: str,
        conversation_id: str,
        message: Annotated[AgentMessage, Depends(body_of(AgentMessage))],
    ) -> Entry:
        """Write to the customer, once per message id."""
        text = check_text(message.text, "text")
        agent = await agent_named(deps, caller, acting_agent(caller, agent_id))
        sources = [Source(**one.model_dump()) for one in message.citations]
        told = await service.speak(
            deps.handoff, caller.tenant_id, conversation_id, agent, message.message_id, text, sources
        )
        if not isinstance(told, Entry):
            raise await refused(deps, caller, "write", conversation_id, told, agent.agent_id)
        return told
