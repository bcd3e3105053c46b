"""Lets pages of other origins call parts of the API, and no other; no cookies are taken from there."""

from collections.abc import Sequence

from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send


class OpenPaths:
    """Answers browsers' questions about requests to some paths."""

    def __init__(
        self,
        app: ASGIApp,
        paths: Sequence[str],
        origins: Sequence[str],
        methods: Sequence[str],
        headers: Sequence[str],
        told: Sequence[str] = (),
    ) -> None:
        self._app, self._paths = app, paths
        self._open = CORSMiddleware(
            app, allow_origins=origins, allow_methods=methods, allow_headers=headers, expose_headers=told
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass every other request on as it came."""
        path = scope.get("path", "")
        own = scope["type"] == "http" and any(
            path == one or path.startswith(f"{one}/") for one in self._paths
        )
        await (self._open if own else self._app)(scope, receive, send)
