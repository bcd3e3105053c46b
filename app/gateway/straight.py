"""Leads the busiest requests straight to their endpoints, without asking every route whether it is meant."""

from collections.abc import Iterable

from fastapi import APIRouter, FastAPI, Request
from starlette.types import ASGIApp, Receive, Scope, Send

from app.gateway.body import PlainRoute

TELEMETRY = "fastapi.telemetry"
"""Stands in a request that is traced; such a one goes the usual way, which names its route."""


class Straight:
    """Stands before the application's router; errors leave through the same handlers as ever."""

    def __init__(self, router: ASGIApp, routes: Iterable[PlainRoute]) -> None:
        self._router = router
        self._routes = {(method, route.path): route for route in routes for method in route.methods or ()}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request whose path and method are exactly those of a plain route."""
        route = self._routes.get((scope.get("method", ""), scope.get("path", "")))
        if route is None or scope.get(TELEMETRY) is not None:
            await self._router(scope, receive, send)
            return
        scope["route"] = route
        response = await route.get_route_handler()(Request(scope, receive, send))
        await response(scope, receive, send)


def lead_straight(app: FastAPI, routers: Iterable[APIRouter]) -> None:
    """Let an application's requests for plain routes of these routers go there first."""
    plain = [route for router in routers for route in router.routes if isinstance(route, PlainRoute)]
    app.router.middleware_stack = Straight(app.router.middleware_stack, plain)
