"""`/api/v1/system/book`: which rule book is in force, why the folder's is not, and reloading."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from fastapi import APIRouter
from pydantic import BaseModel

from app.auth.rights import ReadsConversations, ReloadsBook
from app.problems import Problem as Refusal
from app.rulebooks.archive import BookArchive
from app.rulebooks.keeper import BookKeeper, BookState
from policies.problems import Problem


class Finding(BaseModel):
    """Something wrong with the folder's book, where it stands, and what to do about it."""

    file: str
    line: int
    column: int
    message: str
    hint: str
    shown_by: Sequence[str] = ()
    """The shortest conversation that shows it."""


class Version(BaseModel):
    """A version that is or was in force."""

    version: str
    first_at: datetime
    in_force_at: datetime


class Book(BaseModel):
    """The book in force; `problems` tell why the folder's is not."""

    version: str
    loaded_at: datetime
    folder: str
    problems: Sequence[Finding]
    notes: Sequence[Finding]
    versions: Sequence[Version] = ()


@dataclass(frozen=True, kw_only=True)
class BookDeps:
    """What the routes work with."""

    keeper: BookKeeper
    archive: BookArchive


def build_router(deps: BookDeps) -> APIRouter:
    """Build the routes."""
    router = APIRouter(prefix="/api/v1/system/book", tags=["system"])

    @router.get("")
    async def book(caller: ReadsConversations) -> Book:
        """Show the book in force and the versions before it."""
        stored = await deps.archive.versions(caller.tenant_id)
        versions = [Version(**vars(one)) for one in stored]
        return _shape(deps.keeper.state).model_copy(update={"versions": versions})

    @router.post("/reload")
    async def reload(caller: ReloadsBook) -> Book:
        """Check the folder's book and put it in force; with a problem it stays out, and 422 tells all."""
        state = await deps.keeper.reload()
        if state.problems:
            raise _refusal(state)
        return _shape(state)

    return router


def _refusal(state: BookState) -> Refusal:
    """Say what must be mended; the book in force serves on."""
    found = "a problem" if len(state.problems) == 1 else f"{len(state.problems)} problems"
    return Refusal(
        422,
        "book-invalid",
        f"The rule book has {found}; version {state.version} stays in force.",
        "Mend what `problems` names, then reload.",
        version=state.version,
        problems=[finding(problem).model_dump() for problem in state.problems],
    )


def _shape(state: BookState) -> Book:
    return Book(
        version=state.version,
        loaded_at=state.loaded_at,
        folder=str(state.folder),
        problems=[finding(problem) for problem in state.problems],
        notes=[finding(note) for note in state.notes],
    )


def finding(problem: Problem) -> Finding:
    """Show something wrong, where it stands, and what to do about it."""
    return Finding(
        file=problem.file,
        line=problem.line,
        column=problem.column,
        message=problem.message,
        hint=problem.hint,
        shown_by=problem.shown_by,
    )
