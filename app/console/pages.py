"""Pages and their files: the console, the demo, the widget's script, the help articles."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from html import escape
from pathlib import Path

from fastapi import APIRouter, FastAPI, Request
from starlette.responses import FileResponse, HTMLResponse, RedirectResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from app.api_page import render_api_page
from app.problems import Problem, not_found

HEADERS = {
    "Content-Security-Policy": "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "connect-src 'self' ws: wss:; frame-ancestors 'none'; base-uri 'none'; form-action 'self'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cache-Control": "no-cache",
}

VOTE = """<form method="post" action="/help/{article_id}/vote"><p id="vote">Was this helpful?
<button name="helpful" value="yes">Yes</button>
<button name="helpful" value="no">No</button></p></form>
"""
THANKS = '<p id="vote" role="status">Thank you. Your answer goes to whoever writes this page.</p>'

FOR_EVER = "public, max-age=31536000, immutable"

RenderArticle = Callable[[str], Awaitable[str | None]]
"""Returns a help article as one safe `<article>` element by its id, or None when there is no such article."""

HELP_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark"><title>Help</title>
<style>
body {{ font: 16px/1.6 system-ui, sans-serif; max-width: 42rem; margin: 2rem auto; padding: 0 1rem; }}
h1, h2, h3 {{ line-height: 1.25; scroll-margin-top: 1rem; }}
:target {{ outline: 2px solid currentColor; outline-offset: 4px; }}
table {{ border-collapse: collapse; }}
th, td {{ border: 1px solid; padding: .25rem .5rem; text-align: start; }}
</style></head><body>{article}</body></html>
"""

MARK = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16" fill="none" stroke="#11606B"
  stroke-width="1.5" stroke-linecap="round" stroke-linejoin="round">
  <path d="M2.5 11.5h11M3.5 11.5a4.5 4.5 0 0 1 9 0M8 7V5M6.5 4.5h3M2 13.5h12"/></svg>
"""


@dataclass(frozen=True, kw_only=True)
class PageDeps:
    """Where the built pages lie, and what renders an article."""

    dist: Path
    render_article: RenderArticle
    demo: bool


def _page(path: Path) -> Response:
    if not path.is_file():
        raise Problem(
            503, "not-built", "The console has not been built.", "Run `make setup`, then load the page again."
        )
    return FileResponse(path, headers=HEADERS, media_type="text/html")


def build_router(deps: PageDeps) -> APIRouter:
    """Build the routes of the pages."""
    router = APIRouter(include_in_schema=False)

    @router.get("/")
    async def front(request: Request) -> Response:
        """Lead to the demo, or to the console where there is none."""
        return RedirectResponse("/demo" if deps.demo else "/console", 302)

    @router.get("/console")
    @router.get("/console/{place:path}")
    async def console(place: str = "") -> Response:
        """Serve the console at every address that it knows itself."""
        return _page(deps.dist / "console" / "index.html")

    @router.get("/demo")
    async def demo() -> Response:
        """Serve the demo, where there is one."""
        if not deps.demo:
            raise not_found("page")
        return _page(deps.dist / "demo" / "index.html")

    @router.get("/docs")
    async def api(request: Request) -> Response:
        """Serve the API's description as a page that needs no script and no other server."""
        return HTMLResponse(render_api_page(request.app.openapi()), headers=HEADERS)

    @router.get("/favicon.ico")
    async def mark() -> Response:
        """Serve the mark that browsers ask for by themselves."""
        return Response(MARK, media_type="image/svg+xml", headers={"Cache-Control": "max-age=86400"})

    @router.get("/help/{article_id}")
    async def help_article(article_id: str, voted: bool = False) -> Response:
        """Serve a help article, to which answers link, and ask whether it helped."""
        article = await deps.render_article(article_id)
        if article is None:
            raise not_found("article")
        asked = THANKS if voted else VOTE.format(article_id=escape(article_id))
        return HTMLResponse(HELP_PAGE.format(article=article + asked), headers=HEADERS)

    return router


class BuiltFiles(StaticFiles):
    """The built files; those whose names tell their content are never asked for twice."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """Let pages of other sites read them: the widget fetches its words from here."""
        answer = await super().get_response(path, scope)
        answer.headers["Access-Control-Allow-Origin"] = "*"
        answer.headers["Cache-Control"] = FOR_EVER if path.startswith("assets/") else "no-cache"
        return answer


def mount_files(app: FastAPI, dist: Path) -> None:
    """Serve the built files under `/static`; a console that is not built yet has none."""
    app.mount("/static", BuiltFiles(directory=dist, check_dir=False), name="static")
