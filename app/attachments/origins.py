"""Lets the widget bring and read files from any shop's page: what it may do, the customer's token says."""

from starlette.types import ASGIApp

from app.attachments.router import CUSTOMER
from app.origins import OpenPaths

PATHS = ("/api/v1/attachments",)


class WidgetOrigins(OpenPaths):
    """Answers browsers' questions about files of customers."""

    def __init__(self, app: ASGIApp) -> None:
        super().__init__(app, PATHS, ("*",), ("POST",), (CUSTOMER, "Content-Type"), ("Retry-After",))
