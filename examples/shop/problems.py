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
    "no_such_invoice": (404, "There is no such invoice; one is written on the day an order leaves."),
    "no_such_product": (404, "There is no such article to exchange for."),
    "not_in_order": (422, "This article does not stand in the order."),
    "not_delivered": (422, "The order has not been delivered, so nothing of it can come back."),
    "not_sent": (422, "The order has not left the house, so nothing can be searched for or sent again."),
    "settled_already": (422, "This part of the order has come back or was sent again already."),
    "sold_out": (422, "There is not enough of this article in stock."),
    "dearer": (422, "The other article costs more; it has to be ordered anew."),
    "promised_already": (
        422,
        "Goods of this order come back; their price goes out when they are here.",
    ),
    "searched_already": (422, "The carrier is searching for this parcel already."),
    "another_address": (422, "An invoice goes to its customer's own email address only."),
    "no_such_subscription": (404, "There is no such subscription."),
    "no_such_attempt": (404, "There is no such payment."),
    "no_such_document": (422, "The shop sends no such document."),
    "no_such_link": (422, "This link is not valid any more. Ask for a new one."),
    "no_invoice_yet": (422, "The order has not been charged, so it has no invoice yet."),
    "same_email": (422, "This is the account's address already."),
    "email_taken": (422, "This address cannot be used for the account."),
    "account_closed": (422, "The account is closed."),
    "subscription_runs": (422, "A subscription still runs. End it before closing the account."),
    "subscription_ended": (422, "The subscription has ended already."),
    "not_active": (422, "Only a subscription that runs can be paused."),
    "not_paused": (422, "Only a paused subscription can go on."),
    "box_packed": (422, "The next box is packed already. Pause after it was sent."),
    "pause_too_long": (422, "A pause ends in the future, within 12 months."),
    "paid_already": (422, "This payment went through."),
    "method_unusable": (422, "This method will be declined again. Send a link for another one."),
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
