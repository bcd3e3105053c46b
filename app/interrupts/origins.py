"""Lets inboxes that run in a browser, on named origins, call the part of the API that is theirs."""

from collections.abc import Sequence

from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

PATHS = ("/threads", "/assistants", "/info")
HEADERS = ("Content-Type", "X-API-Key", "X-Agent-Id")
TOLD = ("Content-Location", "Location")


class InboxOrigins:
    """Answers browsers' questions about inboxes' requests; cookies are never taken from elsewhere."""

    def __init__(self, app: ASGIApp, origins: Sequence[str]) -> None:
        self._app = app
        self._open = CORSMiddleware(
            app,
            allow_origins=origins,
            allow_methods=("GET", "POST"),
            allow_headers=HEADERS,
            expose_headers=TOLD,
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass every other request on as it came."""
        path = scope.get("path", "")
        own = scope["type"] == "http" and any(path == one or path.startswith(f"{one}/") for one in PATHS)
        await (self._open if own else self._app)(scope, receive, send)
