"""The shop as one ASGI application: its routes, its token and its faults."""

from pathlib import Path
from secrets import compare_digest, token_urlsafe

from fastapi import APIRouter, FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from examples.shop.aftercare.company import Aftercare
from examples.shop.aftercare.repository import AftercareBooks
from examples.shop.aftercare.routes import aftercare_routes
from examples.shop.company import Company
from examples.shop.faults import FaultLayer, Faults, fault_routes
from examples.shop.problems import WORDS, Refusal, as_invalid, as_problem, problem
from examples.shop.routes import routes

READING = frozenset({"GET", "HEAD"})


def create_service(company: Company, token: str, *beside: APIRouter) -> ASGIApp:
    """Put the shop together."""
    faults = Faults()
    app = FastAPI(title="Kessel & Birch", version="1.0", description="An invented shop.")
    app.add_exception_handler(Refusal, as_problem)
    app.add_exception_handler(RequestValidationError, as_invalid)
    for router in (routes(company), *beside):
        app.include_router(router)
    care = Aftercare(company, AftercareBooks(company.books), company.now)
    app.include_router(aftercare_routes(care))
    app.include_router(fault_routes(faults))
    return FaultLayer(Guard(app, token), faults)


class Guard:
    """Lets everybody on this machine read and only holders of the token act; a wrong token opens nothing."""

    def __init__(self, app: ASGIApp, token: str) -> None:
        self._app = app
        self._expected = f"Bearer {token}".encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or answer 401."""
        if scope["type"] != "http" or self._admits(scope):
            await self._app(scope, receive, send)
        else:
            status, detail = WORDS["unauthorised"]
            await problem(status, "unauthorised", detail)(scope, receive, send)

    def _admits(self, scope: Scope) -> bool:
        given = Headers(scope=scope).get("authorization")
        if given is None:
            return scope["method"] in READING
        return compare_digest(given.encode("latin-1"), self._expected)


def kept_token(file: Path) -> str:
    """The token of earlier starts, or a new one that only this user may read."""
    if not file.exists():
        fresh = file.with_name(file.name + ".new")
        fresh.touch(mode=0o600)
        fresh.write_text(token_urlsafe(24))
        fresh.replace(file)
    return file.read_text().strip()
