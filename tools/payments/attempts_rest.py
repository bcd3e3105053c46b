"""Declined payments over a plain REST API."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Literal
from urllib.parse import quote

from pydantic import BaseModel

from tools.payments.attempts import Attempt
from tools.rest import RestBackend, each_shaped
from tools.spec import ActionKey


class WireAttempt(BaseModel):
    """One payment, as the API writes it."""

    id: str
    customer_id: str
    items: str
    amount: Decimal
    currency: str
    method: str
    reason: str
    state: Literal["declined", "paid"]
    made_at: datetime
    version: int


class WireLetter(BaseModel):
    """An email that was sent."""

    id: str


class RestAttempts:
    """The payment system's `/payment-attempts`."""

    def __init__(self, backend: RestBackend) -> None:
        self._backend = backend

    async def of_customer(self, customer_id: str) -> Sequence[Attempt]:
        """Return a customer's declined payments, newest first."""
        found = await self._backend.get("/payment-attempts", what="customer", customer_id=customer_id)
        return [read_attempt(wire) for wire in each_shaped(WireAttempt, found)]

    async def retry(self, attempt_id: str, *, version: int, key: ActionKey) -> Attempt:
        """Charge the same method once more."""
        path = f"/payment-attempts/{quote(attempt_id, safe='')}/retry"
        return read_attempt(
            await self._backend.act(
                "POST", path, {}, key=key, version=version, what="payment attempt", shape=WireAttempt
            )
        )

    async def send_link(self, attempt_id: str, *, key: ActionKey) -> None:
        """Send a link for paying in another way."""
        path = f"/payment-attempts/{quote(attempt_id, safe='')}/link"
        await self._backend.act("POST", path, {}, key=key, what="payment attempt", shape=WireLetter)

    async def retried_under(self, key: ActionKey) -> Attempt | None:
        """Return the payment as the key's receipt shows it."""
        receipt = await self._backend.done_under(key, shape=WireAttempt)
        return None if receipt is None else read_attempt(receipt)

    async def link_sent_under(self, key: ActionKey) -> bool:
        """Say whether the API knows the key."""
        return await self._backend.done_under(key, shape=WireLetter) is not None


def read_attempt(wire: WireAttempt) -> Attempt:
    """Translate a payment from the API's words into ours."""
    return Attempt(**wire.model_dump())
