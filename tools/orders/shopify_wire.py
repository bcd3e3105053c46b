"""Shopify's order as its Admin REST API writes it, and the same order in our words."""

import re
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Literal

from pydantic import BaseModel

from tools.errors import BackendRefused
from tools.orders.port import Item, Order, Status

PAID = frozenset({"paid", "partially_paid", "partially_refunded", "refunded"})


class WireLine(BaseModel):
    """One line of an order."""

    name: str
    quantity: int


class WireParcel(BaseModel):
    """One fulfilment: what has left, and how far it has come."""

    id: int
    status: str | None = None
    shipment_status: str | None = None


class WireEvent(BaseModel):
    """What a carrier said about a fulfilment."""

    status: str
    happened_at: datetime
    estimated_delivery_at: datetime | None = None


class WireTransaction(BaseModel):
    """Money of a refund."""

    kind: str
    status: str
    amount: Decimal


class WireRefunded(BaseModel):
    """One refund of an order."""

    transactions: list[WireTransaction] = []


class WirePerson(BaseModel):
    """Whose order it is."""

    id: int


class WireAddress(BaseModel):
    """Where an order goes."""

    address1: str | None = None
    address2: str | None = None
    zip: str | None = None
    city: str | None = None
    country: str | None = None

    def line(self) -> str:
        """The address as one line."""
        town = f"{self.zip or ''} {self.city or ''}".strip()
        return ", ".join(part for part in (self.address1, self.address2, town, self.country) if part)


class WireOrder(BaseModel):
    """One order; amounts are in the shop's currency, times carry the shop's own offset."""

    id: int
    name: str
    customer: WirePerson | None = None
    currency: str
    total_price: Decimal
    total_outstanding: Decimal = Decimal(0)
    financial_status: str | None = None
    fulfillment_status: str | None = None
    cancelled_at: datetime | None = None
    created_at: datetime
    updated_at: datetime
    line_items: list[WireLine]
    fulfillments: list[WireParcel] = []
    refunds: list[WireRefunded] = []
    shipping_address: WireAddress | None = None
    payment_gateway_names: list[str] = []

    def sent(self) -> list[WireParcel]:
        """The fulfilments that were not taken back."""
        return [
            parcel for parcel in self.fulfillments if parcel.status not in ("cancelled", "error", "failure")
        ]

    def open(self) -> bool:
        """Whether nothing has left yet and nobody has cancelled."""
        return status_of(self) == "processing"

    def refunded(self) -> Decimal:
        """What was paid back."""
        money = (one for refund in self.refunds for one in refund.transactions)
        paid_back = (one.amount for one in money if one.kind == "refund" and one.status == "success")
        return sum(paid_back, Decimal(0))

    def taken(self) -> Decimal:
        """What was paid and is not only reserved."""
        return self.total_price - self.total_outstanding if self.financial_status in PAID else Decimal(0)

    def version(self) -> int:
        """The moment of its last change, to Shopify's precision of a second."""
        return int(self.updated_at.timestamp())


def bare(name: str) -> str:
    """An order's name as a customer writes it: without the hash sign, in capitals."""
    return name.strip().lstrip("#").upper()


def status_of(wire: WireOrder) -> Status:
    """An order's status, the one that decides most first."""
    sent = wire.sent()
    if wire.cancelled_at:
        return "cancelled"
    if wire.financial_status == "refunded":
        return "refunded"
    if wire.fulfillment_status == "restocked":
        return "returned"
    arrived = wire.fulfillment_status == "fulfilled" and all(p.shipment_status == "delivered" for p in sent)
    if sent and arrived:
        return "delivered"
    return "shipped" if sent else "processing"


def read_order(wire: WireOrder, events: Sequence[WireEvent]) -> Order:
    """Translate an order from Shopify's words into ours; times become the shop's local time."""
    status, refunded = status_of(wire), wire.refunded()
    return Order(
        id=bare(wire.name),
        customer_id=str(wire.customer.id) if wire.customer else "",
        status=status,
        currency=wire.currency,
        total=wire.total_price,
        refunded=refunded,
        refundable=max(wire.taken() - refunded, Decimal(0)),
        cancellable=status == "processing",
        version=wire.version(),
        items=tuple(Item(name=line.name, quantity=line.quantity) for line in wire.line_items),
        placed_at=wire.created_at.replace(tzinfo=None),
        expected_on=expected(events) if status in ("processing", "shipped") else None,
        delivered_at=arrival(events) if status == "delivered" else None,
        signed_by=None,
        address=wire.shipping_address.line() if wire.shipping_address else "",
        paid_with=", ".join(wire.payment_gateway_names).replace("_", " "),
    )


def expected(events: Sequence[WireEvent]) -> date | None:
    """The last day on which a carrier expects to deliver."""
    days = [event.estimated_delivery_at.date() for event in events if event.estimated_delivery_at]
    return max(days, default=None)


def arrival(events: Sequence[WireEvent]) -> datetime | None:
    """When the last parcel arrived."""
    moments = [event.happened_at.replace(tzinfo=None) for event in events if event.status == "delivered"]
    return max(moments, default=None)


Field = Literal["address1", "address2", "zip", "city", "country"]
TOWN_ZIP_FIRST = re.compile(r"^(?P<zip>(?:[A-Z]{1,2}-)?\d[\d -]*(?:\s?[A-Z]{2}(?=\s))?)\s+(?P<city>\D+)$")
TOWN_ZIP_LAST = re.compile(r"^(?P<city>\D+?)\s+(?P<zip>[A-Z]{1,2}\d[A-Z\d]?\s?\d[A-Z]{2}|\d[\d-]+)$")


def parts_of(line: str) -> dict[Field, str]:
    """Split `street, [more,] postcode and town, country` into Shopify's fields, or refuse."""
    match [part.strip() for part in line.split(",")]:
        case [street, *more, town, country] if found := TOWN_ZIP_FIRST.match(town) or TOWN_ZIP_LAST.match(
            town
        ):
            return {
                "address1": street,
                "address2": ", ".join(more),
                "zip": found["zip"].strip(),
                "city": found["city"].strip(),
                "country": country,
            }
        case _:
            raise BackendRefused(
                "address_unclear", "write the address as street and number, postcode and town, country"
            )
