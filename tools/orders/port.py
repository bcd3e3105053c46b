"""What the order tools need from a company's order system."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Literal, Protocol

from tools.spec import ActionKey

Status = Literal["processing", "shipped", "delivered", "cancelled", "refunded", "returned"]


@dataclass(frozen=True, kw_only=True)
class Item:
    """One line of an order."""

    name: str
    quantity: int
    sku: str = ""
    """The article's own number; empty where the system has none."""
    unit_price: Decimal = Decimal(0)


@dataclass(frozen=True, kw_only=True)
class Order:
    """One order as it stands now; times are the company's local time."""

    id: str
    customer_id: str
    status: Status
    currency: str
    total: Decimal
    refunded: Decimal
    refundable: Decimal
    cancellable: bool
    version: int
    items: tuple[Item, ...]
    placed_at: datetime
    expected_on: date | None
    delivered_at: datetime | None
    signed_by: str | None
    address: str
    paid_with: str


class Orders(Protocol):
    """A company's order system. The same key never acts twice; the first answer is given again."""

    async def get(self, order_id: str) -> Order:
        """Return an order, or raise `NoSuchThing`."""

    async def of_customer(self, customer_id: str) -> Sequence[Order]:
        """Return a customer's orders, newest first; none for somebody unknown."""

    async def cancel(self, order_id: str, reason: str, *, version: int, key: ActionKey) -> Order:
        """Cancel; raises `VersionConflict`, or `BackendRefused` when it is too late."""

    async def change_address(self, order_id: str, address: str, *, version: int, key: ActionKey) -> Order:
        """Send it elsewhere; raises `VersionConflict`, or `BackendRefused` when it is too late."""

    async def done_under(self, key: ActionKey, order_id: str | None = None) -> Order | None:
        """Return the order as it was right after the effect of this key, or None if there was none.

        A system that cannot search by key needs the order's number as well, and
        may only know how the order stands now.
        """
