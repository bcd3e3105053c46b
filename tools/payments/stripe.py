"""Refunds in Stripe: API v1 (`/v1/refunds`, `/v1/payment_intents/search`), version 2024-06-20.

The order's number stands in the payment intent's metadata, our key in the
refund's. Stripe replays the first answer for an `Idempotency-Key` for a day;
the key in the metadata finds the refund for ever. Stripe knows no versions of
an order: it never pays back more than it took, whatever was read before.
"""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from itertools import chain
from typing import Any

from pydantic import BaseModel

from tools.errors import (
    BackendFailed,
    BackendRefused,
    NoSuchThing,
    OutcomeUnknown,
    ToolError,
    key_reused,
)
from tools.payments.port import Refund
from tools.spec import ActionKey
from tools.vendor import PAGES, Reply, VendorApi

API_VERSION = {"Stripe-Version": "2024-06-20"}
KEY_FIELD = "frontdesk_key"
PAGE = 100
WITHOUT_CENTS = frozenset(
    {"BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW", "MGA"}
    | {"PYG", "RWF", "UGX", "VND", "VUV", "XAF", "XOF", "XPF"}
)
WITH_MILLS = frozenset({"BHD", "JOD", "KWD", "OMR", "TND"})
NOT_PAID = frozenset({"failed", "canceled"})


class WireCharge(BaseModel):
    """What was taken, as Stripe writes it."""

    amount_captured: int
    amount_refunded: int


class WireIntent(BaseModel):
    """One payment, as Stripe writes it."""

    id: str
    status: str
    currency: str
    latest_charge: WireCharge | None = None

    def left(self) -> int:
        """How much of it could still go back, in the currency's smallest unit."""
        taken = self.latest_charge
        return taken.amount_captured - taken.amount_refunded if taken else 0


class WireIntents(BaseModel):
    """The answer of a search."""

    data: list[WireIntent]


class WireRefund(BaseModel):
    """One refund, as Stripe writes it."""

    id: str
    amount: int
    currency: str
    created: int
    status: str | None
    metadata: dict[str, str]


class WireRefunds(BaseModel):
    """A page of refunds, newest first."""

    data: list[WireRefund]
    has_more: bool


class StripePayments:
    """A Stripe account."""

    def __init__(self, api: VendorApi, *, order_field: str = "order_id") -> None:
        self._api = api
        self._order_field = order_field

    async def refund(
        self, order_id: str, amount: Decimal, reason: str, *, version: int, key: ActionKey
    ) -> Refund:
        """Pay back to where it came from, once per key."""
        intents = await self._intents(order_id)
        if known := under(key, await self._refunds(intents)):
            return same(read_refund(known, order_id), amount)
        intent = payable(intents, amount)
        form = {
            "payment_intent": intent.id,
            "amount": str(minor(amount, intent.currency)),
            "reason": "requested_by_customer",
            f"metadata[{KEY_FIELD}]": key,
            f"metadata[{self._order_field}]": order_id,
            "metadata[reason]": reason[:500],
        }
        headers = API_VERSION | {"Idempotency-Key": key}
        made = await self._api.act("/v1/refunds", what="order", shape=WireRefund, data=form, headers=headers)
        if made.status in NOT_PAID:
            raise BackendRefused("refund_failed", "the bank did not take the money back")
        return read_refund(made, order_id)

    async def refunds_of(self, order_id: str) -> Sequence[Refund]:
        """Return what was paid back for an order, oldest first; attempts that failed are no refunds."""
        try:
            intents = await self._intents(order_id)
        except NoSuchThing:
            return []
        made = [one for one in await self._refunds(intents) if one.status not in NOT_PAID]
        return [read_refund(one, order_id) for one in sorted(made, key=lambda one: one.created)]

    async def done_under(self, key: ActionKey, order_id: str | None = None) -> Refund | None:
        """Return the order's refund that carries this key; Stripe cannot search refunds by key alone."""
        if order_id is None:
            raise BackendFailed("order_needed", "Stripe's refunds are found by their order: name it as well")
        try:
            intents = await self._intents(order_id)
        except NoSuchThing:
            return None
        found = under(key, await self._refunds(intents))
        return read_refund(found, order_id) if found else None

    async def _intents(self, order_id: str) -> list[WireIntent]:
        """The payments of an order."""
        literal = order_id.replace("\\", "\\\\").replace("'", "\\'")
        params = {
            "query": f"metadata['{self._order_field}']:'{literal}'",
            "expand[]": "data.latest_charge",
            "limit": str(PAGE),
        }
        reply = await self._api.read(
            "/v1/payment_intents/search", what="order", params=params, headers=API_VERSION
        )
        if not (found := reply.of(WireIntents).data):
            raise NoSuchThing("order")
        return found

    async def _refunds(self, intents: Sequence[WireIntent]) -> list[WireRefund]:
        """All refunds of these payments, newest first a payment."""
        return [*chain.from_iterable(await asyncio.gather(*(self._of(intent.id) for intent in intents)))]

    async def _of(self, intent_id: str) -> list[WireRefund]:
        found: list[WireRefund] = []
        params: dict[str, Any] = {"payment_intent": intent_id, "limit": str(PAGE)}
        for _ in range(PAGES):
            reply = await self._api.read("/v1/refunds", what="order", params=params, headers=API_VERSION)
            page = reply.of(WireRefunds)
            found += page.data
            if not page.has_more or not page.data:
                break
            params["starting_after"] = page.data[-1].id
        return found


def under(key: ActionKey, refunds: Sequence[WireRefund]) -> WireRefund | None:
    """The refund that was made under a key."""
    kept = (one for one in refunds if one.status not in NOT_PAID)
    return next((one for one in kept if one.metadata.get(KEY_FIELD) == key), None)


def same(known: Refund, amount: Decimal) -> Refund:
    """A refund that was made already, if it is the one that is wanted."""
    if known.amount != amount:
        raise key_reused()
    return known


def payable(intents: Sequence[WireIntent], amount: Decimal) -> WireIntent:
    """The payment from which an amount can go back; Stripe has the last word on it."""
    paid = [intent for intent in intents if intent.latest_charge and intent.latest_charge.amount_captured]
    if not paid:
        raise BackendRefused("nothing_paid", "no money was taken for this order")
    enough = (intent for intent in paid if intent.left() >= minor(amount, intent.currency))
    return next(enough, paid[0])


def minor(amount: Decimal, currency: str) -> int:
    """An amount in the currency's smallest unit, as Stripe counts; never rounded."""
    counted = amount.scaleb(digits(currency))
    if counted != counted.to_integral_value():
        raise BackendRefused("amount_too_fine", f"{currency.upper()} has no such small coin")
    return int(counted)


def digits(currency: str) -> int:
    """How many decimals a currency has at Stripe."""
    name = currency.upper()
    return 0 if name in WITHOUT_CENTS else 3 if name in WITH_MILLS else 2


def read_refund(wire: WireRefund, order_id: str) -> Refund:
    """Translate a refund from Stripe's words into ours; times are local."""
    return Refund(
        id=wire.id,
        order_id=order_id,
        amount=Decimal(wire.amount).scaleb(-digits(wire.currency)),
        currency=wire.currency.upper(),
        made_at=datetime.fromtimestamp(wire.created),
    )


def explain_stripe(reply: Reply) -> ToolError | None:
    """Read Stripe's error object: a type, mostly a code, sometimes the parameter at fault."""
    error = reply.said().get("error")
    if not isinstance(error, dict):
        return None
    match error.get("type"), error.get("code"), error.get("param"):
        case _, "idempotency_key_in_use", _:
            return OutcomeUnknown("in_progress", "a request under this key is still at work", answered=False)
        case "idempotency_error", _, _:
            return key_reused()
        case (_, "charge_already_refunded", _) | (_, "amount_too_large", _) | (_, _, "amount"):
            return BackendRefused("more_than_paid", "that is more than is left to pay back")
        case _, "resource_missing", _:
            return NoSuchThing("order")
        case kind, code, _:
            return BackendRefused(f"stripe_{code or kind}", f"Stripe refused: {code or kind}")
