"""`/api/v1/knowledge/releases`: drafts compared and published together, earlier states brought back."""

from collections.abc import Awaitable
from typing import Annotated

from fastapi import APIRouter, Depends

from app.auth.rights import EditsKnowledge
from app.gateway.body import body_of, documented
from app.knowledge.deps import KnowledgeDeps, name_of
from app.knowledge.shapes import (
    Differences,
    NoteBody,
    PublishBody,
    PublishedShape,
    ReleaseLine,
    Releases,
    difference_shape,
    release_line,
)
from app.problems import Problem, not_found
from knowledge.ports import Embed
from knowledge.publishing import drafting, switching
from knowledge.publishing import repository as publishing
from knowledge.publishing.drafting import Outcome
from knowledge.publishing.release import Made

MOST_SHOWN = 200


def build_router(deps: KnowledgeDeps) -> APIRouter:
    """Build the routes."""
    router = APIRouter(prefix="/api/v1/knowledge", tags=["knowledge"])
    _add_differences(router, deps)
    _add_releases(router, deps)
    return router


def _add_differences(router: APIRouter, deps: KnowledgeDeps) -> None:
    @router.get("/diff")
    async def diff(caller: EditsKnowledge) -> Differences:
        """Show what publishing all drafts would change."""
        async with deps.tenants.tenant(caller.tenant_id) as conn:
            found = await drafting.draft_differences(conn, caller.tenant_id)
        return Differences(items=[difference_shape(one) for one in found])

    @router.get("/releases/{number}/diff")
    async def between(caller: EditsKnowledge, number: int, against: int) -> Differences:
        """Show what came with a release, compared with another one."""
        async with deps.tenants.tenant(caller.tenant_id) as conn:
            try:
                found = await drafting.release_differences(conn, caller.tenant_id, against, number)
            except switching.UnknownRelease as unknown:
                raise not_found("release") from unknown
        return Differences(items=[difference_shape(one) for one in found])


def _add_releases(router: APIRouter, deps: KnowledgeDeps) -> None:
    @router.get("/releases")
    async def releases(caller: EditsKnowledge) -> Releases:
        """List the releases, the newest first."""
        async with deps.tenants.tenant(caller.tenant_id) as conn:
            found = await publishing.releases(conn, caller.tenant_id, MOST_SHOWN)
        return Releases(items=[release_line(one) for one in found])

    @router.post("/releases", status_code=201, openapi_extra=documented(PublishBody))
    async def publish(
        caller: EditsKnowledge, body: Annotated[PublishBody, Depends(body_of(PublishBody, empty={}))]
    ) -> PublishedShape:
        """Publish drafts, all at once or not at all."""
        made = Made(by=name_of(caller), note=body.note)
        only = None if body.articles is None else set(body.articles)

        def work(embed: Embed | None) -> Awaitable[Outcome]:
            return drafting.publish_drafts(deps.tenants.tenant, caller.tenant_id, embed, made, only)

        try:
            done = await deps.embedding(work)
        except drafting.DraftsRefused as refused:
            raise _refused(refused) from refused
        if done.release is not None:
            await deps.note(caller, "articles.published", str(done.release.number), articles=done.articles)
        return PublishedShape(
            release=release_line(done.release) if done.release else None, articles=done.articles
        )

    @router.post("/releases/{number}/restore", openapi_extra=documented(NoteBody))
    async def restore(
        caller: EditsKnowledge, number: int, body: Annotated[NoteBody, Depends(body_of(NoteBody, empty={}))]
    ) -> ReleaseLine:
        """Publish again what an earlier release showed; it becomes a release of its own."""
        made = Made(by=name_of(caller), note=body.note)
        try:
            now = await switching.go_back(deps.tenants.tenant, caller.tenant_id, number, made)
        except switching.UnknownRelease as unknown:
            raise not_found("release") from unknown
        await deps.note(caller, "articles.restored", str(number), release=now.number)
        return release_line(now)


def _refused(refused: drafting.DraftsRefused) -> Problem:
    reasons = [{"article_id": each, "reason": why} for each, why in refused.reasons.items()]
    names = ", ".join(refused.reasons)
    return Problem(
        409,
        "drafts-refused",
        "Nothing was published.",
        f"Look at these drafts first: {names}.",
        drafts=reasons,
    )
