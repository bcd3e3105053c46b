"""`/api/v1/conversations/{id}/turns`: the turns, and what would have happened from one of them on."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from pydantic import Field

from app.auth.rights import ReadsConversations
from app.console.shapes import Why
from app.console.why import TurnFacts, told
from app.forks.repository import PastTurn as StoredTurn
from app.forks.sandbox import Change
from app.forks.sandbox import Step as Played
from app.forks.service import Forks, Found, NotRecorded, NoTurn, Refused, Unfit, Where
from app.forks.shapes import ForkBody, ForkShape, Outcome, PastTurn, PastTurns, Step
from app.forks.stages import NoSuchVersion, NotABook, Wanted
from app.gateway.body import body_of, documented
from app.problems import Problem, not_found
from app.replay.outcome import Outcome as Came


def build_router(forks: Forks) -> APIRouter:
    """Build the routes."""
    router = APIRouter(prefix="/api/v1", tags=["conversations"])

    @router.get("/conversations/{conversation_id}/turns")
    async def turns(caller: ReadsConversations, conversation_id: str) -> PastTurns:
        """List the turns of a conversation and of its actions, oldest first."""
        found = await forks.turns(caller.tenant_id, conversation_id)
        if not found:
            raise not_found("conversation")
        return PastTurns(items=[_past(one) for one in found])

    @router.post("/conversations/{conversation_id}/turns/{seq}/fork", openapi_extra=documented(ForkBody))
    async def fork(
        caller: ReadsConversations,
        conversation_id: str,
        seq: Annotated[int, Field(ge=0, lt=2**62)],
        said: Annotated[ForkBody, Depends(body_of(ForkBody, empty={}))],
        thread: Annotated[str | None, Query(description="An action's thread, when seq counts there")] = None,
    ) -> ForkShape:
        """Play a conversation on from a turn in a sandbox: nothing is sent, asked of a system or kept."""
        where = Where(
            tenant_id=caller.tenant_id,
            conversation_id=conversation_id,
            thread_id=thread or conversation_id,
            seq=seq,
        )
        book = Wanted(version=said.book.version, files=said.book.files) if said.book else None
        found = await forks.fork(where, Change(message=said.message, slots=said.slots), book)
        if not isinstance(found, Found):
            raise _refusal(found)
        return _shape(where, found, masked="customers:read" not in caller.rights)

    return router


def _past(one: StoredTurn) -> PastTurn:
    return PastTurn(
        seq=one.seq,
        thread_id=one.thread_id,
        why=one.why,
        at=one.committed_at,
        ms=round(one.ms, 2),
        book_version=one.book_version,
    )


def _shape(where: Where, found: Found, *, masked: bool) -> ForkShape:
    steps = found.forked.steps
    return ForkShape(
        conversation_id=where.conversation_id,
        thread_id=where.thread_id,
        seq=where.seq,
        was_book=found.was_book,
        would_book=found.would_book,
        slots=found.slots,
        steps=[_step(step) for step in steps],
        ended=found.forked.ended,
        why=_why(found, steps[0], masked=masked) if steps and steps[0].trace else None,
    )


def _why(found: Found, step: Played, *, masked: bool) -> Why:
    trace: Mapping[str, Any] = step.trace or {}
    facts = TurnFacts(
        seq=step.seq,
        thread_id=step.thread_id,
        why="fork",
        at=datetime.fromisoformat(trace["recording"]["at"]),
        ms=None,
        cpu_ms=None,
        book_version=found.would_book,
    )
    return told(trace, facts, masked=masked)


def _step(step: Played) -> Step:
    return Step(
        seq=step.seq,
        thread_id=step.thread_id,
        happened=step.happened,
        instead=step.instead,
        was=_outcome(step.was),
        would=_outcome(step.would),
        differs=step.differs,
    )


def _outcome(came: Came | None) -> Outcome | None:
    return None if came is None else Outcome(**asdict(came))


def _refusal(refused: Refused) -> Problem:
    match refused:
        case NoTurn():
            return not_found("turn")
        case NotRecorded():
            return Problem(
                409,
                "not-recorded",
                "This conversation cannot be played again.",
                "Its beginning is gone, or an older version wrote it.",
            )
        case Unfit(field=field, reason=reason):
            return _wrong(field, reason)
        case NoSuchVersion(version=version):
            reason = "was never in force" if version else "is missing"
            return _wrong(
                "book.version", f"{reason}; `current` and the versions of GET /system/book are known"
            )
        case NotABook(problems=problems):
            return Problem(
                422,
                "book-invalid",
                "The files make no sound rule book.",
                "Mend what `problems` names, then fork again.",
                problems=[vars(problem) for problem in problems],
            )


def _wrong(field: str, reason: str) -> Problem:
    errors = [{"field": field, "reason": reason}]
    return Problem(422, "wrong-fields", "Some fields do not fit.", f"{field} {reason}.", errors=errors)
