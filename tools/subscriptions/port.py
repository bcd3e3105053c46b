"""What the tools need from a company's subscriptions."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal, Protocol

from tools.spec import ActionKey

Status = Literal["active", "paused", "ended"]


@dataclass(frozen=True, kw_only=True)
class Subscription:
    """Something that comes regularly."""

    id: str
    customer_id: str
    plan: str
    price: Decimal
    currency: str
    status: Status
    next_box: date | None
    paid_until: date
    paused_until: date | None
    version: int


class Subscriptions(Protocol):
    """A company's subscriptions. The same key never changes one twice."""

    async def of_customer(self, customer_id: str) -> Sequence[Subscription]:
        """Return a customer's subscriptions, newest first."""

    async def cancel(self, subscription_id: str, *, version: int, key: ActionKey) -> Subscription:
        """End it; what is paid for still comes."""

    async def pause(self, subscription_id: str, until: date, *, version: int, key: ActionKey) -> Subscription:
        """Send nothing until a day; raises `BackendRefused` when it is too late or too long."""

    async def resume(self, subscription_id: str, *, version: int, key: ActionKey) -> Subscription:
        """Go on after a pause."""

    async def done_under(self, key: ActionKey) -> Subscription | None:
        """Return the subscription as it was changed under this key, or None."""
