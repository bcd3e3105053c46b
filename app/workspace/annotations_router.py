"""`/api/v1/conversations/{id}/notes`, `tags`, `snooze`, `read`; and the tags in use."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Header, Request
from pydantic import AwareDatetime, BaseModel, Field, StringConstraints

from app.auth.authenticate import authenticator_of
from app.auth.caller import AgentCaller, Caller, acting_agent
from app.auth.rights import ActsInConversations, Person, ReadsConversations
from app.console.deps import ConsoleDeps, agent_named
from app.conversations.entry import Entry
from app.conversations.repository import standing_of
from app.gateway.body import body_of, check_text, documented
from app.problems import Problem
from app.turns.typing import Typing
from app.workspace import annotations
from app.workspace import repository as sql

LONGEST_SNOOZE = timedelta(days=366)
Tag = Annotated[str, StringConstraints(strip_whitespace=True, pattern=r"^[\w][\w .+-]{0,39}$", to_lower=True)]


class NewNote(BaseModel):
    """What colleagues should know, and whom it names."""

    text: str
    mentions: Sequence[str] = Field(default=(), max_length=20)


class TagSet(BaseModel):
    """All tags of a conversation."""

    tags: Sequence[Tag] = Field(max_length=20)


class Tags(BaseModel):
    """The tags of a conversation as they stand."""

    tags: Sequence[str]


class KnownTag(BaseModel):
    """A tag with how many conversations carry it."""

    tag: str
    count: int


class KnownTags(BaseModel):
    """Every tag in use, the most used first."""

    items: Sequence[KnownTag]


class Snooze(BaseModel):
    """When the conversation comes back."""

    until: AwareDatetime


class ReadUpTo(BaseModel):
    """The newest line an agent has seen."""

    entry_no: int = Field(ge=0, lt=2**62)


ForAgent = Annotated[str | None, Header(description="The agent for whom a key acts")]


async def place(
    deps: ConsoleDeps, request: Request, caller: Caller, conversation_id: str, x_agent_id: str | None
) -> annotations.Place:
    """Say who adds something, to which conversation they may see, and when."""
    await authenticator_of(request).keep_in_sight(caller, conversation_id)
    own = caller.agent_id if isinstance(caller, AgentCaller) else None
    if (agent_id := x_agent_id or own) is None:
        raise Problem(400, "no-agent", "For which agent?", "Send the agent's id as X-Agent-Id.")
    by = await agent_named(deps, caller, acting_agent(caller, agent_id))
    return annotations.Place(
        tenant_id=caller.tenant_id, conversation_id=conversation_id, by=by, now=deps.clock()
    )


def build_router(deps: ConsoleDeps) -> APIRouter:
    """Build the routes."""
    router = APIRouter(prefix="/api/v1", tags=["conversations"])
    _add_notes(router, deps)
    _add_typing(router, deps)
    _add_tags(router, deps)
    _add_snooze(router, deps)
    return router


def _add_notes(router: APIRouter, deps: ConsoleDeps) -> None:
    @router.post("/conversations/{conversation_id}/notes", status_code=201, openapi_extra=documented(NewNote))
    async def add_note(
        request: Request,
        caller: ActsInConversations,
        conversation_id: str,
        note: Annotated[NewNote, Depends(body_of(NewNote))],
        x_agent_id: ForAgent = None,
    ) -> Entry:
        """Write a note that only colleagues read; whoever is named is told."""
        text = check_text(note.text, "text")
        at = await place(deps, request, caller, conversation_id, x_agent_id)
        return await annotations.add_note(deps, at, text, note.mentions)

    @router.post("/conversations/{conversation_id}/read", status_code=204, openapi_extra=documented(ReadUpTo))
    async def mark_read(
        request: Request,
        caller: Person,
        conversation_id: str,
        read: Annotated[ReadUpTo, Depends(body_of(ReadUpTo))],
    ) -> None:
        """Say up to where one has read; in one's own conversation the customer is told."""
        await authenticator_of(request).keep_in_sight(caller, conversation_id)
        async with deps.tenants.tenant(caller.tenant_id) as conn:
            await sql.mark_read(
                conn, caller.tenant_id, caller.agent_id, conversation_id, read.entry_no, deps.clock()
            )
            standing = await standing_of(conn, caller.tenant_id, conversation_id)
        if standing is not None and standing.owner_id == caller.agent_id:
            deps.hub.types(_by_agent(caller.tenant_id, conversation_id, read.entry_no))


def _add_typing(router: APIRouter, deps: ConsoleDeps) -> None:
    @router.post("/conversations/{conversation_id}/typing", status_code=204)
    async def typing(caller: Person, conversation_id: str) -> None:
        """Say that one is writing to the customer; counts only in one's own conversation, for six seconds."""
        async with deps.tenants.tenant(caller.tenant_id) as conn:
            standing = await standing_of(conn, caller.tenant_id, conversation_id)
        if standing is not None and standing.owner_id == caller.agent_id:
            deps.hub.types(_by_agent(caller.tenant_id, conversation_id))


def _by_agent(tenant_id: str, conversation_id: str, read_no: int = 0) -> Typing:
    """Make the sign that the person who has the conversation writes, or has read up to a line."""
    return Typing(tenant_id=tenant_id, conversation_id=conversation_id, who="agent", read_no=read_no)


def _add_tags(router: APIRouter, deps: ConsoleDeps) -> None:
    @router.put("/conversations/{conversation_id}/tags", openapi_extra=documented(TagSet))
    async def set_tags(
        request: Request,
        caller: ActsInConversations,
        conversation_id: str,
        wanted: Annotated[TagSet, Depends(body_of(TagSet))],
        x_agent_id: ForAgent = None,
    ) -> Tags:
        """Make these the conversation's tags."""
        at = await place(deps, request, caller, conversation_id, x_agent_id)
        return Tags(tags=await annotations.set_tags(deps, at, sorted(set(wanted.tags))))

    @router.get("/tags")
    async def known(caller: ReadsConversations) -> KnownTags:
        """List the tags in use, the most used first."""
        async with deps.tenants.tenant(caller.tenant_id) as conn:
            found = await sql.known_tags(conn, caller.tenant_id)
        return KnownTags(items=[KnownTag(tag=tag, count=count) for tag, count in found])


def _add_snooze(router: APIRouter, deps: ConsoleDeps) -> None:
    @router.put("/conversations/{conversation_id}/snooze", openapi_extra=documented(Snooze))
    async def snooze(
        request: Request,
        caller: ActsInConversations,
        conversation_id: str,
        wanted: Annotated[Snooze, Depends(body_of(Snooze))],
        x_agent_id: ForAgent = None,
    ) -> Snooze:
        """Put a conversation aside; it comes back at its time, or when the customer writes."""
        at = await place(deps, request, caller, conversation_id, x_agent_id)
        until = wanted.until.astimezone(UTC)
        _refuse_time(until, at.now)
        await annotations.snooze(deps, at, until)
        return Snooze(until=until)

    @router.delete("/conversations/{conversation_id}/snooze", status_code=204)
    async def wake(
        request: Request, caller: ActsInConversations, conversation_id: str, x_agent_id: ForAgent = None
    ) -> None:
        """Bring a conversation back now."""
        await annotations.wake(deps, await place(deps, request, caller, conversation_id, x_agent_id))


def _refuse_time(until: datetime, now: datetime) -> None:
    if not now < until <= now + LONGEST_SNOOZE:
        reason = "lies in the future, at most a year from now"
        raise Problem(
            422,
            "wrong-fields",
            "Some fields do not fit.",
            f"until {reason}.",
            errors=[{"field": "until", "reason": reason}],
        )
