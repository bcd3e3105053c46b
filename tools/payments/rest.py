"""Payments over a plain REST API."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from pydantic import BaseModel

from tools.payments.port import Refund
from tools.rest import RestBackend, each_shaped
from tools.spec import ActionKey


class WireRefund(BaseModel):
    """One refund, as the API writes it."""

    id: str
    order_id: str
    amount: Decimal
    currency: str
    made_at: datetime


class RestPayments:
    """The payment system's `/refunds`."""

    def __init__(self, backend: RestBackend) -> None:
        self._backend = backend

    async def refund(
        self, order_id: str, amount: Decimal, reason: str, *, version: int, key: ActionKey
    ) -> Refund:
        """Pay back, once per key."""
        body = {"order_id": order_id, "amount": str(amount), "reason": reason}
        return read_refund(
            await self._backend.act(
                "POST", "/refunds", body, key=key, version=version, what="order", shape=WireRefund
            )
        )

    async def refunds_of(self, order_id: str) -> Sequence[Refund]:
        """Return what was paid back for an order, oldest first."""
        found = await self._backend.get("/refunds", what="order", order_id=order_id)
        return [read_refund(wire) for wire in each_shaped(WireRefund, found)]

    async def done_under(self, key: ActionKey, order_id: str | None = None) -> Refund | None:
        """Return the refund as the key's receipt shows it."""
        receipt = await self._backend.done_under(key, shape=WireRefund)
        return None if receipt is None else read_refund(receipt)


def read_refund(wire: WireRefund) -> Refund:
    """Translate a refund from the API's words into ours."""
    return Refund(**wire.model_dump())
