"""What the shop knows: customers, orders, refunds and tickets as plain values."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Literal

Status = Literal["processing", "shipped", "delivered", "cancelled", "refunded", "returned"]
PaymentState = Literal["authorised", "captured", "released"]
Tier = Literal["standard", "silver", "gold", "platinum"]


@dataclass(frozen=True, kw_only=True)
class Customer:
    """Somebody who has bought here."""

    id: str
    name: str
    email: str
    tier: Tier
    language: str
    city: str
    since: date


@dataclass(frozen=True, kw_only=True)
class Item:
    """One line of an order."""

    sku: str
    name: str
    quantity: int
    cents: int


@dataclass(frozen=True, kw_only=True)
class Order:
    """One order. Times are the shop's own local time; money is in cents."""

    id: str
    customer_id: str
    status: Status
    version: int
    total: int
    refunded: int
    address: str
    items: tuple[Item, ...]
    placed_at: datetime
    paid_with: str
    expected_on: date | None = None
    shipped_at: datetime | None = None
    delivered_at: datetime | None = None
    signed_by: str | None = None

    @property
    def payment(self) -> PaymentState:
        """Money is reserved with the order and taken when it leaves the house."""
        if self.status == "processing":
            return "authorised"
        return "released" if self.status == "cancelled" else "captured"

    @property
    def refundable(self) -> int:
        """Cents that may still be paid back."""
        return self.total - self.refunded if self.payment == "captured" else 0


@dataclass(frozen=True, kw_only=True)
class Refund:
    """One line of the payment ledger."""

    id: str
    order_id: str
    cents: int
    reason: str
    made_at: datetime


@dataclass(frozen=True, kw_only=True)
class Ticket:
    """Something a person of the shop has to look at."""

    id: str
    customer_id: str
    subject: str
    body: str
    opened_at: datetime


def amount(cents: int) -> float:
    """Cents as the number that stands on the wire."""
    return float(Decimal(cents) / 100)
