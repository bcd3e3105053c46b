"""`/api/v1/canned-replies` and `/api/v1/views`: texts kept for many answers, and searches kept by name."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Depends
from fastapi import Path as InPath
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from app.auth.caller import AgentCaller, Caller
from app.auth.rights import ActsInConversations, Person, ReadsConversations
from app.console.deps import ConsoleDeps
from app.conversations.seal import open_json, open_text, seal_json, seal_text
from app.gateway.body import body_of, check_text, documented
from app.ids import new_id
from app.problems import Problem, not_found
from app.workspace import repository as sql
from policies.canned import NAME

CannedName = Annotated[str, InPath(pattern=NAME)]
OfBook = Callable[[str], Mapping[str, str]]
"""The canned replies of a tenant's book."""
BOOK = "the rule book"


class CannedReply(BaseModel):
    """A text kept for many answers; `{customer.first_name}` and its like are filled in where it is used."""

    name: str
    text: str
    source: Literal["book", "changed", "company"]
    """`changed`: the company's own instead of the book's."""
    updated_by: str
    updated_at: datetime | None
    """Null for a text of the book."""


class CannedReplies(BaseModel):
    """The book's canned replies and the company's own, by name."""

    items: Sequence[CannedReply]


class CannedText(BaseModel):
    """What a canned reply says."""

    text: str


class NewView(BaseModel):
    """A search kept by name; shared ones are seen by every colleague."""

    model_config = ConfigDict(extra="forbid")

    name: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=60)]
    query: Mapping[str, Annotated[str, StringConstraints(max_length=500)]] = Field(max_length=10)
    shared: bool = False


class SavedView(NewView):
    """A kept search."""

    view_id: str
    mine: bool


class SavedViews(BaseModel):
    """One's own searches and those that colleagues share, oldest first."""

    items: Sequence[SavedView]


def build_router(deps: ConsoleDeps, of_book: OfBook) -> APIRouter:
    """Build the routes."""
    router = APIRouter(prefix="/api/v1", tags=["workspace"])
    _add_canned(router, deps, of_book)
    _add_views(router, deps)
    return router


def _name_of(caller: Caller) -> str:
    return caller.agent_id if isinstance(caller, AgentCaller) else f"the key {caller.key_id}"


def _add_canned(router: APIRouter, deps: ConsoleDeps, of_book: OfBook) -> None:
    @router.get("/canned-replies")
    async def listed(caller: ReadsConversations) -> CannedReplies:
        """List the canned replies by name; the company's own stand before the book's of the same name."""
        async with deps.tenants.tenant(caller.tenant_id) as conn:
            stored = await sql.canned_replies(conn, caller.tenant_id)
        book = of_book(caller.tenant_id)
        listed = {
            name: CannedReply(name=name, text=text, source="book", updated_by=BOOK, updated_at=None)
            for name, text in book.items()
        }
        listed |= {row.name: _canned(deps, caller.tenant_id, row, book) for row in stored}
        return CannedReplies(items=[listed[name] for name in sorted(listed)])

    @router.put("/canned-replies/{name}", openapi_extra=documented(CannedText))
    async def put(
        caller: ActsInConversations,
        name: CannedName,
        said: Annotated[CannedText, Depends(body_of(CannedText))],
    ) -> CannedReply:
        """Write a canned reply; the same name replaces it, for this company also the book's."""
        text, now = check_text(said.text, "text"), deps.clock()
        sealed = seal_text(deps.vault, caller.tenant_id, text, canned_place(name))
        async with deps.tenants.tenant(caller.tenant_id) as conn:
            await sql.put_canned(conn, caller.tenant_id, name, sealed, _name_of(caller), now)
        by = caller.name if isinstance(caller, AgentCaller) else _name_of(caller)
        source = _source(name, of_book(caller.tenant_id))
        return CannedReply(name=name, text=text, source=source, updated_by=by, updated_at=now)

    @router.delete("/canned-replies/{name}", status_code=204)
    async def drop(caller: ActsInConversations, name: CannedName) -> None:
        """Take a canned reply away; the book's of that name is back."""
        async with deps.tenants.tenant(caller.tenant_id) as conn:
            gone = await sql.drop_canned(conn, caller.tenant_id, name)
        if not gone and name in of_book(caller.tenant_id):
            raise Problem(
                409,
                "in-the-book",
                "This canned reply stands in the rule book.",
                "Write another text under its name, or take it out of the book.",
            )
        if not gone:
            raise not_found("canned-reply")


def _add_views(router: APIRouter, deps: ConsoleDeps) -> None:
    @router.get("/views")
    async def listed(caller: Person) -> SavedViews:
        """List one's own saved views and the shared ones."""
        async with deps.tenants.tenant(caller.tenant_id) as conn:
            stored = await sql.views(conn, caller.tenant_id, caller.agent_id)
        return SavedViews(items=[_view(deps, caller, row) for row in stored])

    @router.post("/views", status_code=201, openapi_extra=documented(NewView))
    async def save(caller: Person, view: Annotated[NewView, Depends(body_of(NewView))]) -> SavedView:
        """Keep a search by name."""
        row = sql.StoredView(
            view_id=(view_id := new_id("viw")),
            owner_id=caller.agent_id,
            shared=view.shared,
            content=seal_json(
                deps.vault, caller.tenant_id, {"name": view.name, "query": view.query}, _view_place(view_id)
            ),
            saved_at=deps.clock(),
        )
        async with deps.tenants.tenant(caller.tenant_id) as conn:
            await sql.put_view(conn, caller.tenant_id, row)
        return _view(deps, caller, row)

    @router.delete("/views/{view_id}", status_code=204)
    async def forget(caller: Person, view_id: str) -> None:
        """Forget a view of one's own."""
        async with deps.tenants.tenant(caller.tenant_id) as conn:
            if not await sql.drop_view(conn, caller.tenant_id, view_id, caller.agent_id):
                raise not_found("view")


def canned_place(name: str) -> str:
    """Name the place a canned reply's text is sealed for."""
    return f"canned_replies:text:{name}"


def _view_place(view_id: str) -> str:
    return f"saved_views:content:{view_id}"


def _source(name: str, book: Mapping[str, str]) -> Literal["changed", "company"]:
    return "changed" if name in book else "company"


def _canned(deps: ConsoleDeps, tenant_id: str, row: sql.StoredCanned, book: Mapping[str, str]) -> CannedReply:
    return CannedReply(
        name=row.name,
        text=open_text(deps.vault, tenant_id, row.text, canned_place(row.name)),
        source=_source(row.name, book),
        updated_by=row.updated_by,
        updated_at=row.updated_at,
    )


def _view(deps: ConsoleDeps, caller: AgentCaller, row: sql.StoredView) -> SavedView:
    content = open_json(deps.vault, caller.tenant_id, row.content, _view_place(row.view_id))
    mine = row.owner_id == caller.agent_id
    return SavedView(view_id=row.view_id, shared=row.shared, mine=mine, **content)
