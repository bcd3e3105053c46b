"""`/api/v1/knowledge/articles`: help articles listed, read, drafted and previewed."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends
from psycopg import AsyncConnection

from app.auth.rights import EditsKnowledge
from app.gateway.body import body_of, check_text, documented
from app.knowledge import repository as sql
from app.knowledge.deps import KnowledgeDeps, name_of
from app.knowledge.repository import Listed
from app.knowledge.shapes import (
    ArticleId,
    ArticleLine,
    ArticleList,
    ArticlePage,
    DraftBody,
    DraftShape,
    Fields,
    Passage,
    Preview,
    State,
    VersionBody,
    VersionLine,
)
from app.problems import Problem, not_found
from knowledge.article import Article, ArticleInvalid
from knowledge.help_page import render_article_html
from knowledge.parse import article_of_columns, parse_article
from knowledge.publishing import drafting, switching
from knowledge.publishing import repository as publishing
from knowledge.publishing.release import Made
from knowledge.publishing.repository import Draft
from knowledge.writing import file_text

MOST_VERSIONS = 100


def build_router(deps: KnowledgeDeps) -> APIRouter:
    """Build the routes."""
    router = APIRouter(prefix="/api/v1/knowledge", tags=["knowledge"])
    _add_reading(router, deps)
    _add_drafting(router, deps)
    _add_versions(router, deps)
    return router


def _add_reading(router: APIRouter, deps: KnowledgeDeps) -> None:
    @router.get("/articles")
    async def articles(caller: EditsKnowledge, withdrawn: bool = False) -> ArticleList:
        """List the articles with their drafts, owners, days and what readers think of them."""
        async with deps.tenants.tenant(caller.tenant_id) as conn:
            rows = await sql.listed(conn, caller.tenant_id, withdrawn=withdrawn)
        return ArticleList(items=[_line(row) for row in rows], drafts=sum(row.drafted for row in rows))

    @router.get("/articles/{article_id}")
    async def article(caller: EditsKnowledge, article_id: ArticleId) -> ArticlePage:
        """Read one article: what is published, what is drafted, and its history."""
        async with deps.tenants.tenant(caller.tenant_id) as conn:
            return await _page(conn, caller.tenant_id, article_id)


def _add_drafting(router: APIRouter, deps: KnowledgeDeps) -> None:
    @router.put("/articles/{article_id}/draft", openapi_extra=documented(DraftBody))
    async def keep(
        caller: EditsKnowledge, article_id: ArticleId, body: Annotated[DraftBody, Depends(body_of(DraftBody))]
    ) -> ArticlePage:
        """Keep the next text of an article; readers see it once it is published."""
        text = _file(article_id, body.fields, deps)
        by, connect = name_of(caller), deps.tenants.tenant
        try:
            await drafting.keep_draft(connect, caller.tenant_id, article_id, text, by, body.revision)
        except ArticleInvalid as mistake:
            raise _unreadable(mistake) from mistake
        except drafting.DraftMoved as moved:
            raise Problem(409, "draft-moved", "Somebody else changed this draft.", str(moved)) from moved
        async with connect(caller.tenant_id) as conn:
            return await _page(conn, caller.tenant_id, article_id)

    @router.delete("/articles/{article_id}/draft", status_code=204)
    async def drop(caller: EditsKnowledge, article_id: ArticleId) -> None:
        """Drop a draft; what is published stays."""
        async with deps.tenants.tenant(caller.tenant_id) as conn:
            if not await publishing.drop_draft(conn, caller.tenant_id, article_id):
                raise not_found("draft")

    @router.post("/articles/{article_id}/withdrawal")
    async def withdraw(caller: EditsKnowledge, article_id: ArticleId) -> ArticlePage:
        """Draft that an article is withdrawn; it goes with the next publication."""
        async with deps.tenants.tenant(caller.tenant_id) as conn:
            if article_id not in await publishing.shown(conn, caller.tenant_id):
                raise not_found("article")
            await publishing.keep_draft(conn, caller.tenant_id, article_id, None, name_of(caller), None)
            return await _page(conn, caller.tenant_id, article_id)

    @router.post("/preview", openapi_extra=documented(Fields))
    async def preview(caller: EditsKnowledge, fields: Annotated[Fields, Depends(body_of(Fields))]) -> Preview:
        """Show an article as readers will see it, and what answers may quote of it."""
        try:
            return _preview(parse_article(_file("preview", fields, deps), "preview"))
        except ArticleInvalid as mistake:
            return Preview(html="", passages=[], problem=_why(mistake))


def _add_versions(router: APIRouter, deps: KnowledgeDeps) -> None:
    @router.post("/articles/{article_id}/rollback", openapi_extra=documented(VersionBody))
    async def roll_back(
        caller: EditsKnowledge,
        article_id: ArticleId,
        body: Annotated[VersionBody, Depends(body_of(VersionBody))],
    ) -> ArticlePage:
        """Publish an earlier version of one article again."""
        made = Made(by=name_of(caller), note=body.note or f"{article_id}: version {body.version} again")
        connect = deps.tenants.tenant
        try:
            await switching.roll_back(connect, caller.tenant_id, article_id, body.version, made)
        except switching.UnknownVersion as unknown:
            raise not_found("version") from unknown
        await deps.note(caller, "article.rolled_back", article_id, version=body.version)
        async with connect(caller.tenant_id) as conn:
            return await _page(conn, caller.tenant_id, article_id)


def _file(article_id: str, fields: Fields, deps: KnowledgeDeps) -> str:
    """Write the file that an author's fields make."""
    said: dict[str, Any] = fields.model_dump(exclude={"body"})
    said |= {"id": article_id, "audience": "customers", "updated": deps.clock().date()}
    return file_text(said, check_text(fields.body, "body").strip() + "\n")


def _why(mistake: ArticleInvalid) -> str:
    """Say what is wrong without the name of a file that the author never saw."""
    return str(mistake).partition(": ")[2] or str(mistake)


def _unreadable(mistake: ArticleInvalid) -> Problem:
    return Problem(422, "article-unreadable", "The article cannot be read as it is.", _why(mistake))


def _preview(article: Article) -> Preview:
    passages = [
        Passage(heading=each.heading, anchor=each.anchor, sentences=each.sentences) for each in article.chunks
    ]
    return Preview(html=render_article_html(article), passages=passages, problem=None)


def _line(row: Listed) -> ArticleLine:
    state: State = "published" if row.version is not None else "withdrawn"
    if row.drafted:
        state = "withdrawing" if row.draft is None else "changed" if row.version is not None else "new"
    return ArticleLine(
        article_id=row.article_id,
        title=(drafting.title_of(row.draft) if row.draft else row.title) or row.article_id,
        state=state,
        version=row.version,
        domain=row.domain,
        owner=row.owner,
        language=row.language,
        updated=row.updated_on,
        review=row.review_on,
        expires=row.expires_on,
        source=row.source_id,
        changed_by=row.changed_by,
        changed_at=row.changed_at,
        helpful=row.helpful,
        unhelpful=row.unhelpful,
    )


async def _page(conn: AsyncConnection, tenant_id: str, article_id: str) -> ArticlePage:
    """Read everything about one article."""
    row = next(
        (one for one in await sql.listed(conn, tenant_id, withdrawn=True) if one.article_id == article_id),
        None,
    )
    if row is None:
        raise not_found("article")
    columns = None
    if row.version is not None:
        columns = await publishing.version_columns(conn, tenant_id, article_id, row.version)
    draft = await publishing.draft(conn, tenant_id, article_id)
    versions = await publishing.versions(conn, tenant_id, article_id, MOST_VERSIONS)
    return ArticlePage(
        article_id=article_id,
        published=_fields(article_of_columns(columns)) if columns else None,
        version=row.version,
        draft=_draft(draft, row.version) if draft else None,
        versions=[
            VersionLine(
                version=one["version"],
                title=one["title"],
                published_at=one["published_at"],
                published=one["version"] == row.version,
            )
            for one in versions
        ],
        source=row.source_id,
        helpful=row.helpful,
        unhelpful=row.unhelpful,
    )


def _draft(draft: Draft, version: int | None) -> DraftShape:
    return DraftShape(
        revision=draft.revision,
        changed_by=draft.changed_by,
        changed_at=draft.changed_at,
        fields=_fields(parse_article(draft.text, draft.article_id)) if draft.text else None,
        overtaken=draft.base != version,
    )


def _fields(article: Article) -> Fields:
    return Fields.model_construct(**{name: getattr(article, name) for name in Fields.model_fields})
