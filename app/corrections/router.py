"""Corrections of a turn, the queue in which they are reviewed, and what is learnt from them."""

import base64
from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Annotated, Literal

import orjson
from fastapi import APIRouter, Depends, Header, Query
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.responses import Response

from app.auth.caller import AgentCaller
from app.auth.rights import ActsInConversations, ReadsConversations, WritesLabels
from app.console.approvals_router import decider_of
from app.console.deps import ConsoleDeps
from app.corrections import repository as sql
from app.corrections import service
from app.corrections.candidates import Use, candidates
from app.gateway.body import body_of, documented
from app.handoff.approvals import Decider
from app.problems import Problem, not_found
from policies.model import Book

BookOf = Callable[[str], Book]
"""The rule book in force for a tenant."""
NDJSON = "application/x-ndjson"
FEEDBACK_OF = timedelta(days=90)
MOST = 200
Status = Literal["open", "accepted", "rejected"]
ForAgent = Annotated[str | None, Header(alias="X-Agent-Id", description="The agent for whom a key acts")]


class CorrectionBody(BaseModel):
    """What was wrong with a turn."""

    model_config = ConfigDict(extra="forbid")

    kind: service.Kind
    should_be: Annotated[str, Field(max_length=200)] | None = None
    """The right intent, or the right group."""
    answer: Annotated[str, Field(max_length=4000)] = ""
    """What the assistant should have said."""
    note: Annotated[str, Field(max_length=2000)] = ""


class CorrectionShape(BaseModel):
    """A correction with what it is about."""

    correction_id: str
    conversation_id: str
    seq: int
    kind: str
    status: str
    was: str | None
    should_be: str | None
    message: str
    reply: str
    answer: str
    note: str
    author_id: str
    author: str | None
    reviewer: str | None
    reviewed_at: datetime | None
    created_at: datetime
    updated_at: datetime


class Corrections(BaseModel):
    """One page of corrections, newest first."""

    items: Sequence[CorrectionShape]
    next_cursor: str | None


class ReviewBody(BaseModel):
    """Whether a correction is right."""

    model_config = ConfigDict(extra="forbid")

    status: Literal["accepted", "rejected"]


class MisroutedShape(BaseModel):
    """How often conversations came to the wrong place."""

    intent: str | None
    was: str | None
    should_be: str | None
    agent_id: str | None
    times: int


class Routing(BaseModel):
    """What corrections say of matching, over the last ninety days."""

    items: Sequence[MisroutedShape]


def shown(one: service.Correction) -> CorrectionShape:
    """Show a correction."""
    fields = {
        name: getattr(one.row, name)
        for name in CorrectionShape.model_fields
        if name not in ("message", "reply", "answer", "note")
    }
    return CorrectionShape(**fields, message=one.message, reply=one.reply, answer=one.answer, note=one.note)


def build_router(deps: ConsoleDeps, book: BookOf) -> APIRouter:
    """Build the routes."""
    router = APIRouter(tags=["corrections"])
    _add_correcting(router, deps, book)
    _add_queue(router, deps)
    _add_learning(router, deps)
    return router


def _add_correcting(router: APIRouter, deps: ConsoleDeps, book: BookOf) -> None:
    @router.post(
        "/api/v1/conversations/{conversation_id}/turns/{seq}/corrections",
        openapi_extra=documented(CorrectionBody),
    )
    async def correct(
        caller: ActsInConversations,
        conversation_id: str,
        seq: int,
        body: Annotated[CorrectionBody, Depends(body_of(CorrectionBody))],
        x_agent_id: ForAgent = None,
    ) -> CorrectionShape:
        """Say what was wrong with a turn; the same respect again replaces what was said."""
        by: Decider = await decider_of(deps, caller, x_agent_id)
        said = service.Said(
            kind=body.kind,
            should_be=body.should_be if body.kind != "answer" else None,
            answer=body.answer,
            note=body.note,
            author_id=by.decider_id,
        )
        service.check(said, book(caller.tenant_id))
        return shown(await service.correct(deps, caller.tenant_id, conversation_id, seq, said))

    @router.get("/api/v1/conversations/{conversation_id}/corrections")
    async def of_conversation(caller: ReadsConversations, conversation_id: str) -> Corrections:
        """List the corrections of a conversation."""
        wanted = sql.Wanted(conversation_id=conversation_id, limit=MOST)
        async with deps.tenants.tenant(caller.tenant_id) as conn:
            found = await service.find(conn, deps.vault, caller.tenant_id, wanted)
        return Corrections(items=[shown(one) for one in found], next_cursor=None)


def _add_queue(router: APIRouter, deps: ConsoleDeps) -> None:
    @router.get("/api/v1/corrections")
    async def listed(
        caller: WritesLabels,
        kind: service.Kind | None = None,
        status: Status | None = None,
        cursor: str | None = None,
        limit: Annotated[int, Query(ge=1, le=MOST)] = 50,
    ) -> Corrections:
        """List corrections to be reviewed, newest first, page by page."""
        at, after = _place(cursor)
        wanted = sql.Wanted(kind=kind, status=status, at=at, after=after, limit=limit + 1)
        async with deps.tenants.tenant(caller.tenant_id) as conn:
            found = await service.find(conn, deps.vault, caller.tenant_id, wanted)
        page = found[:limit]
        more = _cursor(page[-1]) if len(found) > limit else None
        return Corrections(items=[shown(one) for one in page], next_cursor=more)

    @router.post("/api/v1/corrections/{correction_id}", openapi_extra=documented(ReviewBody))
    async def review(
        caller: WritesLabels,
        correction_id: str,
        body: Annotated[ReviewBody, Depends(body_of(ReviewBody))],
    ) -> CorrectionShape:
        """Accept a correction, so that it is learnt from, or reject it; the first review counts."""
        by = caller.agent_id if isinstance(caller, AgentCaller) else caller.key_id
        async with deps.tenants.tenant(caller.tenant_id) as conn:
            first = await sql.review(conn, caller.tenant_id, correction_id, body.status, by, deps.clock())
            found = await service.find(
                conn, deps.vault, caller.tenant_id, sql.Wanted(correction_id=correction_id)
            )
        if not found:
            raise not_found("correction")
        if not first:
            raise _reviewed(found[0])
        return shown(found[0])


def _reviewed(one: service.Correction) -> Problem:
    who = one.row.reviewer or "Somebody"
    return Problem(
        409,
        "reviewed-already",
        f"{who} reviewed this.",
        "A correction that is changed can be reviewed again.",
        correction=shown(one).model_dump(mode="json"),
    )


def _add_learning(router: APIRouter, deps: ConsoleDeps) -> None:
    @router.get("/api/v1/corrections/export", response_class=Response)
    async def export(caller: WritesLabels, use: Use) -> Response:
        """Return accepted corrections as lines to learn from or to measure with; no text is in both."""
        async with deps.tenants.tenant(caller.tenant_id) as conn:
            found = await service.accepted(conn, deps.vault, caller.tenant_id)
        lines = b"".join(orjson.dumps(line) + b"\n" for line in candidates(found, use))
        return Response(lines, media_type=NDJSON)

    @router.get("/api/v1/corrections/routing")
    async def routing(caller: ReadsConversations) -> Routing:
        """Count conversations that came to the wrong place, for whoever sets up groups."""
        since = deps.clock() - FEEDBACK_OF
        async with deps.tenants.tenant(caller.tenant_id) as conn:
            found = await sql.misrouted(conn, caller.tenant_id, since)
        return Routing(items=[MisroutedShape(**asdict(one)) for one in found])


class _Place(BaseModel):
    at: datetime
    after: str


def _cursor(one: service.Correction) -> str:
    place = _Place(at=one.row.created_at, after=one.row.correction_id)
    return base64.urlsafe_b64encode(place.model_dump_json().encode()).decode()


def _place(cursor: str | None) -> tuple[datetime | None, str | None]:
    if cursor is None:
        return None, None
    try:
        place = _Place.model_validate_json(base64.urlsafe_b64decode(cursor))
    except (ValueError, ValidationError):
        raise Problem(
            422, "wrong-cursor", "This cursor is not ours.", "Send next_cursor as it came."
        ) from None
    return place.at, place.after
