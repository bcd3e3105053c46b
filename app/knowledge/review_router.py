"""`/api/v1/knowledge/gaps` and `/review`: what is asked in vain, and what owners should look at."""

from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Depends

from app.auth.rights import EditsKnowledge
from app.gateway.body import body_of, documented
from app.knowledge.deps import KnowledgeDeps, name_of
from app.knowledge.shapes import (
    CloseGap,
    ContradictionShape,
    DayShape,
    Gaps,
    GapShape,
    LinkShape,
    Review,
    SaidShape,
    SourceShape,
    SuggestedShape,
)
from knowledge.gaps import Gap
from knowledge.publishing.reading import published_articles
from knowledge.reviewing.contradictions import Contradiction, contradictions
from knowledge.reviewing.days import days_come
from knowledge.reviewing.links import broken_links
from knowledge.sources import repository as sources
from knowledge.sources.comparing import Line
from knowledge.sources.repository import Source

MOST_GAPS = 100


def build_router(deps: KnowledgeDeps) -> APIRouter:
    """Build the routes."""
    router = APIRouter(prefix="/api/v1/knowledge", tags=["knowledge"])

    @router.get("/gaps")
    async def gaps(caller: EditsKnowledge) -> Gaps:
        """List what customers of the last thirty days asked and no article answered."""
        found = await deps.unanswered.gaps(caller.tenant_id, deps.clock())
        return Gaps(items=[_gap(one) for one in found[:MOST_GAPS]])

    @router.post("/gaps/close", status_code=204, openapi_extra=documented(CloseGap))
    async def close(caller: EditsKnowledge, body: Annotated[CloseGap, Depends(body_of(CloseGap))]) -> None:
        """Leave questions out from now on, because they are dealt with or will not be."""
        by = name_of(caller)
        await deps.unanswered.close(caller.tenant_id, body.questions, by, deps.clock())

    @router.get("/review")
    async def review(caller: EditsKnowledge) -> Review:
        """List broken links, contradictions, days that have come, and what the last imports did."""
        async with deps.tenants.tenant(caller.tenant_id) as conn:
            articles = await published_articles(conn, caller.tenant_id)
            imported = await sources.sources(conn, caller.tenant_id)
        return Review(
            links=[LinkShape(**asdict(one)) for one in broken_links(articles)],
            contradictions=[_contradiction(one) for one in contradictions(articles)],
            days=[DayShape(**asdict(one)) for one in days_come(articles, deps.clock().date())],
            sources=[_source(one) for one in imported],
        )

    return router


def _gap(gap: Gap) -> GapShape:
    conversation_id, seq = gap.example
    return GapShape(
        questions=gap.questions,
        language=gap.language,
        asked=gap.asked,
        conversations=gap.conversations,
        last_at=gap.last_at,
        conversation_id=conversation_id,
        seq=seq,
        suggested=[SuggestedShape(**asdict(one)) for one in gap.suggested],
    )


def _contradiction(found: Contradiction) -> ContradictionShape:
    first, second = (SaidShape(**asdict(one)) for one in (found.first, found.second))
    return ContradictionShape(first=first, second=second, why=found.why)


def _source(source: Source) -> SourceShape:
    report: dict[str, Any] = dict(source.last_report or {})
    return SourceShape(
        source_id=source.source_id,
        address=source.address,
        every_minutes=source.every_minutes,
        last_at=source.last_at,
        summary=report.get("summary", ""),
        lines=[str(Line(**line)) for line in report.get("lines", ())],
    )
