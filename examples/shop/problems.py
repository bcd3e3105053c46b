"""How the shop says no: one exception, one problem document (RFC 9457)."""

from collections.abc import Mapping
from typing import Any

import orjson
from fastapi.exceptions import RequestValidationError
from starlette.requests import Request
from starlette.responses import Response

WORDS: Mapping[str, tuple[int, str]] = {
    "unauthorised": (401, "This needs the shop's token in an Authorization: Bearer header."),
    "no_such_order": (404, "There is no such order."),
    "no_such_customer": (404, "There is no such customer."),
    "no_such_operation": (404, "Nothing was done under this key."),
    "version_conflict": (409, "The order has changed since it was read. Read it again."),
    "key_reused": (422, "This key was used for something else. Use a new key."),
    "another_seed": (
        409,
        "The shop was invented with another --seed. Start it with that one to go back to its first day.",
    ),
    "not_cancellable": (422, "The order has left the house or is closed, so it cannot be cancelled."),
    "address_fixed": (422, "The order has left the house or is closed, so its address stays."),
    "nothing_paid": (422, "No money was taken for this order, so none can go back."),
    "more_than_paid": (422, "The amount is more than what can still be paid back."),
}


class Refusal(Exception):
    """The shop does not do this; nothing was changed."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


async def as_problem(_: Request, refusal: Exception) -> Response:
    """Write a refusal as a problem document."""
    assert isinstance(refusal, Refusal)
    status, detail = WORDS[refusal.code]
    return problem(status, refusal.code, detail)


async def as_invalid(_: Request, error: Exception) -> Response:
    """Say which fields of a request are wrong, without repeating what stood in them."""
    assert isinstance(error, RequestValidationError)
    fields = ", ".join(".".join(map(str, e["loc"])) + f": {e['msg']}" for e in error.errors())
    return problem(422, "invalid_request", f"The request does not fit: {fields}.")


def problem(status: int, code: str, detail: str) -> Response:
    """A problem document with a stable code."""
    body = {"type": f"urn:shop:{code}", "code": code, "title": detail, "status": status}
    return Response(orjson.dumps(body), status, media_type="application/problem+json")


def answer(body: Mapping[str, Any] | list[Any], status: int = 200) -> Response:
    """A JSON answer, written without a detour."""
    return Response(orjson.dumps(body), status, media_type="application/json")
