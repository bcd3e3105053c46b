"""`POST /help/{id}/vote`: what readers of a help article think of it, one vote a browser and article."""

from typing import Annotated, Literal

from fastapi import APIRouter, Form, Request
from starlette.responses import RedirectResponse

from app.knowledge import repository as sql
from app.knowledge.deps import KnowledgeDeps
from app.knowledge.shapes import ArticleId
from app.problems import not_found


def build_router(deps: KnowledgeDeps, tenant_id: str) -> APIRouter:
    """Build the route; it is a page's, not a program's."""
    router = APIRouter(include_in_schema=False)

    @router.post("/help/{article_id}/vote")
    async def vote(
        request: Request, article_id: ArticleId, helpful: Annotated[Literal["yes", "no"], Form()]
    ) -> RedirectResponse:
        """Count a reader's answer and lead back to the article."""
        async with deps.tenants.tenant(tenant_id) as conn:
            known = await sql.vote(
                conn,
                tenant_id,
                article_id,
                _voter(request, deps, tenant_id),
                deps.clock(),
                helpful=helpful == "yes",
            )
        if not known:
            raise not_found("article")
        return RedirectResponse(f"/help/{article_id}?voted=1#vote", 303)

    return router


def _voter(request: Request, deps: KnowledgeDeps, tenant_id: str) -> bytes:
    """Tell browsers apart well enough to count each once; nobody is recognised by it elsewhere."""
    peer = request.client.host if request.client else ""
    return deps.vault.blind_index(tenant_id, f"vote:{peer}:{request.headers.get('user-agent', '')[:300]}")
