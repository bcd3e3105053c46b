"""What travels over the wire about returns, replacements, traces, invoices and stock."""

from datetime import date, datetime
from typing import Annotated

from pydantic import BaseModel, Field

from examples.shop.aftercare.values import (
    Condition,
    Invoice,
    Kind,
    Problem,
    Reason,
    Replacement,
    Return,
    Sending,
    Shipment,
    ShipmentState,
    Trace,
)
from examples.shop.assortment import Product
from examples.shop.schema import ItemView, Strict, Text
from examples.shop.values import amount

Skus = Annotated[tuple[Text, ...], Field(max_length=20)]


class ReturnRequest(Strict):
    """What goes back and why; no lines means all of the order."""

    order_id: Text
    skus: Skus = ()
    reason: Reason
    condition: Condition = "unused"


class ExchangeRequest(Strict):
    """One line of an order for another article."""

    order_id: Text
    sku: Text
    wanted_sku: Text
    reason: Reason = "changed_mind"
    condition: Condition = "unused"


class ReplacementRequest(Strict):
    """What is sent once more; no lines means all of the order."""

    order_id: Text
    skus: Skus = ()
    reason: Problem


class TraceRequest(Strict):
    """What is wrong with a parcel."""

    order_id: Text
    problem: Problem


class SendingRequest(Strict):
    """Where an invoice goes once more."""

    email: Text


class ProductView(BaseModel):
    """One article with what is left of it."""

    sku: str
    name: str
    family: str
    price: float
    available: int

    @classmethod
    def of(cls, product: Product, family: str, available: int) -> "ProductView":
        """Show an article with its price in euros."""
        price = amount(product.cents)
        return cls(sku=product.sku, name=product.name, family=family, price=price, available=available)


class ReturnView(BaseModel):
    """A return or an exchange."""

    id: str
    kind: Kind
    order_id: str
    items: list[ItemView]
    wanted: ItemView | None
    reason: Reason
    condition: Condition
    fee: float
    credit: float
    currency: str = "EUR"
    label: str
    send_by: date
    made_at: datetime

    @classmethod
    def of(cls, one: Return) -> "ReturnView":
        """Show a return with its money in euros."""
        return cls(
            id=one.id,
            kind=one.kind,
            order_id=one.order_id,
            items=[ItemView.of(item) for item in one.items],
            wanted=ItemView.of(one.wanted) if one.wanted else None,
            reason=one.reason,
            condition=one.condition,
            fee=amount(one.fee),
            credit=amount(one.credit),
            label=one.label,
            send_by=one.send_by,
            made_at=one.made_at,
        )


class ReplacementView(BaseModel):
    """Goods that are sent once more."""

    id: str
    order_id: str
    items: list[ItemView]
    reason: Problem
    expected_on: date
    made_at: datetime

    @classmethod
    def of(cls, one: Replacement) -> "ReplacementView":
        """Show a replacement."""
        return cls(**{**vars(one), "items": [ItemView.of(item) for item in one.items]})


class TraceView(BaseModel):
    """A search for a parcel."""

    id: str
    order_id: str
    problem: Problem
    answer_by: date
    made_at: datetime

    @classmethod
    def of(cls, one: Trace) -> "TraceView":
        """Show a trace."""
        return cls(**vars(one))


class ShipmentView(BaseModel):
    """Where a parcel is."""

    order_id: str
    carrier: str | None
    tracking_number: str | None
    state: ShipmentState
    last_event: str
    days_late: int
    left_with: str | None

    @classmethod
    def of(cls, one: Shipment) -> "ShipmentView":
        """Show what the carrier tells."""
        return cls(**vars(one))


class InvoiceView(BaseModel):
    """An invoice, with its money in euros."""

    number: str
    order_id: str
    amount: float
    vat: float
    currency: str = "EUR"
    issued_on: date
    paid: bool

    @classmethod
    def of(cls, one: Invoice) -> "InvoiceView":
        """Show an invoice."""
        return cls(
            number=one.number,
            order_id=one.order_id,
            amount=amount(one.cents),
            vat=amount(one.vat),
            issued_on=one.issued_on,
            paid=one.paid,
        )


class SendingView(BaseModel):
    """An invoice that was sent once more."""

    id: str
    number: str
    sent_to: str
    made_at: datetime

    @classmethod
    def of(cls, one: Sending) -> "SendingView":
        """Show a sending."""
        return cls(**vars(one))
