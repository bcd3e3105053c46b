"""`/api/v1/knowledge/search`: passages of the published articles, for an agent to quote."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel

from app.auth.rights import ReadsConversations
from app.console.deps import ConsoleDeps
from knowledge.retrieve import retrieve
from knowledge.scope import Scope


class PassageShape(BaseModel):
    """A passage with where it stands, ready to be cited."""

    article_id: str
    title: str
    heading: str
    url: str
    text: str


class Passages(BaseModel):
    """What may answer, best first."""

    items: Sequence[PassageShape]


def build_router(deps: ConsoleDeps) -> APIRouter:
    """Build the route."""
    router = APIRouter(prefix="/api/v1/knowledge", tags=["workspace"])

    @router.get("/search")
    async def search(
        caller: ReadsConversations,
        q: Annotated[str, Query(min_length=1, max_length=300)],
        language: Annotated[str, Query(max_length=12)] = "en",
    ) -> Passages:
        """Find passages by their words."""
        async with deps.tenants.tenant(caller.tenant_id) as conn:
            scope = Scope(tenant_id=caller.tenant_id, language=language)
            found = await retrieve(conn, scope, q, None, {})
        return Passages(
            items=[
                PassageShape(
                    article_id=one.article_id,
                    title=one.title,
                    heading=one.heading,
                    url=f"/help/{one.article_id}" + (f"#{one.anchor}" if one.anchor else ""),
                    text=one.body,
                )
                for one in found.passages
            ]
        )

    return router
