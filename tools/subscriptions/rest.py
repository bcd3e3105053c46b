"""Subscriptions over a plain REST API."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any
from urllib.parse import quote

from pydantic import BaseModel

from tools.rest import RestBackend, each_shaped
from tools.spec import ActionKey
from tools.subscriptions.port import Status, Subscription


class WireSubscription(BaseModel):
    """One subscription, as the API writes it."""

    id: str
    customer_id: str
    plan: str
    price: Decimal
    currency: str
    status: Status
    next_box: date | None = None
    paid_until: date
    paused_until: date | None = None
    version: int


class RestSubscriptions:
    """The subscription system's `/subscriptions`."""

    def __init__(self, backend: RestBackend) -> None:
        self._backend = backend

    async def of_customer(self, customer_id: str) -> Sequence[Subscription]:
        """Return a customer's subscriptions, newest first."""
        found = await self._backend.get("/subscriptions", what="customer", customer_id=customer_id)
        return [read_subscription(wire) for wire in each_shaped(WireSubscription, found)]

    async def cancel(self, subscription_id: str, *, version: int, key: ActionKey) -> Subscription:
        """End it."""
        return await self._act(subscription_id, "cancel", {}, version, key)

    async def pause(self, subscription_id: str, until: date, *, version: int, key: ActionKey) -> Subscription:
        """Send nothing until a day."""
        return await self._act(subscription_id, "pause", {"until": until.isoformat()}, version, key)

    async def resume(self, subscription_id: str, *, version: int, key: ActionKey) -> Subscription:
        """Go on after a pause."""
        return await self._act(subscription_id, "resume", {}, version, key)

    async def done_under(self, key: ActionKey) -> Subscription | None:
        """Return the subscription as the key's receipt shows it."""
        receipt = await self._backend.done_under(key, shape=WireSubscription)
        return None if receipt is None else read_subscription(receipt)

    async def _act(
        self, subscription_id: str, what: str, body: Mapping[str, Any], version: int, key: ActionKey
    ) -> Subscription:
        path = f"/subscriptions/{quote(subscription_id, safe='')}/{what}"
        return read_subscription(
            await self._backend.act(
                "POST", path, body, key=key, version=version, what="subscription", shape=WireSubscription
            )
        )


def read_subscription(wire: WireSubscription) -> Subscription:
    """Translate a subscription from the API's words into ours."""
    return Subscription(**wire.model_dump())
