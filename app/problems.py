"""Problem documents (RFC 9457): the one shape in which the API says what went wrong.

Every problem has a stable type, `/problems/<slug>`, that clients may rely on;
title and detail are for people and may change. Nothing a caller sent is
repeated in a problem, except the names of fields.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import orjson
import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from psycopg import DataError, InterfaceError, OperationalError
from starlette.exceptions import HTTPException
from starlette.responses import Response

MEDIA_TYPE = "application/problem+json"
RETRY_AFTER_S = 2

PROBLEM_SCHEMA = {
    "type": "object",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string", "description": "Stable: clients may rely on it"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
    },
}
_AS_PROBLEM = {"content": {MEDIA_TYPE: {"schema": PROBLEM_SCHEMA}}}
ANSWERS: dict[int | str, dict[str, Any]] = {
    422: {"description": "Fields that do not fit, each named in `errors`.", **_AS_PROBLEM},
    "default": {"description": "What went wrong (RFC 9457).", **_AS_PROBLEM},
}
"""What every operation may answer beside what it is for; part of the OpenAPI document."""

log = structlog.get_logger(__name__)


class Problem(Exception):
    """Raised where a request cannot be served; the answer is this problem as a document."""

    def __init__(
        self,
        status: int,
        slug: str,
        title: str,
        detail: str = "",
        *,
        headers: Mapping[str, str] | None = None,
        **extra: Any,
    ) -> None:
        super().__init__(slug)
        self.status = status
        self.slug = slug
        self.title = title
        self.detail = detail
        self.headers = dict(headers or {})
        self.extra = extra

    def document(self) -> dict[str, Any]:
        """Return the members of the document."""
        return {
            "type": f"/problems/{self.slug}",
            "title": self.title,
            "status": self.status,
            "detail": self.detail or self.title,
            **self.extra,
        }

    def response(self) -> Response:
        """Return the document as an HTTP response."""
        return Response(
            orjson.dumps(self.document()), self.status, headers=self.headers, media_type=MEDIA_TYPE
        )


def database_gone() -> Problem:
    """Say that nothing is acknowledged, and when to try again."""
    return Problem(
        503,
        "database-gone",
        "The database does not answer.",
        "Keep the request and send it again with the same message id: it is stored once.",
        headers={"Retry-After": str(RETRY_AFTER_S)},
    )


def not_found(what: str) -> Problem:
    """Say that there is no such thing, or that it is somebody else's: the two look the same from outside."""
    return Problem(404, f"no-such-{what}", f"There is no such {what}.", "Check the id in the address.")


def wrong_fields(errors: Sequence[Mapping[str, Any]], *, leave_out: int = 0) -> Problem:
    """Name each field that does not fit, and why; never its value."""
    fields = [
        {
            "field": ".".join(str(part) for part in error["loc"][leave_out:]) or "body",
            "reason": str(error["msg"]),
        }
        for error in errors
    ]
    names = ", ".join(field["field"] for field in fields)
    return Problem(422, "wrong-fields", "Some fields do not fit.", f"Correct: {names}.", errors=fields)


_PLAIN = {
    404: ("no-such-page", "There is nothing at this address.", "See /docs for what there is."),
    405: ("wrong-method", "This address does not take that method.", "See /docs for the methods it takes."),
}


async def _known(_: Request, problem: Exception) -> Response:
    assert isinstance(problem, Problem)
    return problem.response()


async def _plain(_: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    slug, title, detail = _PLAIN.get(error.status_code, ("http-error", str(error.detail), ""))
    return Problem(error.status_code, slug, title, detail, headers=error.headers).response()


async def _invalid(_: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    return wrong_fields(error.errors(), leave_out=1).response()


async def _gone(_: Request, error: Exception) -> Response:
    log.warning("database_gone", error=type(error).__name__)
    return database_gone().response()


async def _broken(request: Request, error: Exception) -> Response:
    log.error("request_failed", error=type(error).__name__, method=request.method)
    return Problem(
        500,
        "broken",
        "Something broke on our side.",
        "The request may be sent again; the failure is in the log.",
    ).response()


async def _unfit(_: Request, error: Exception) -> Response:
    return Problem(
        400, "unreadable-text", "A part of the address cannot be read.", "Leave control characters out."
    ).response()


def speak_problems(app: FastAPI) -> None:
    """Make every error of an application leave as a problem document."""
    app.add_exception_handler(Problem, _known)
    app.add_exception_handler(HTTPException, _plain)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(DataError, _unfit)
    app.add_exception_handler(OperationalError, _gone)
    app.add_exception_handler(InterfaceError, _gone)
    app.add_exception_handler(Exception, _broken)
