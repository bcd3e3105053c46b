"""Lets inboxes that run in a browser, on named origins, call the part of the API that is theirs."""

from collections.abc import Sequence

from starlette.types import ASGIApp

from app.origins import OpenPaths

PATHS = ("/threads", "/assistants", "/info")
HEADERS = ("Content-Type", "X-API-Key", "X-Agent-Id")
TOLD = ("Content-Location", "Location")


class InboxOrigins(OpenPaths):
    """Answers browsers' questions about inboxes' requests."""

    def __init__(self, app: ASGIApp, origins: Sequence[str]) -> None:
        super().__init__(app, PATHS, origins, ("GET", "POST"), HEADERS, TOLD)
