"""What travels over the wire, for the OpenAPI document and for reading requests."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from examples.shop.values import Customer, Item, Order, PaymentState, Refund, Status, Ticket, Tier, amount

Text = Annotated[str, Field(min_length=1, max_length=2000)]


class Strict(BaseModel):
    """A request whose misspelt fields are noticed."""

    model_config = ConfigDict(extra="forbid")


class CancelRequest(Strict):
    """Why an order is cancelled."""

    reason: Text = "asked by the customer"


class AddressRequest(Strict):
    """Where an order shall go instead, on one line."""

    address: Text


class RefundRequest(Strict):
    """Money that shall go back, to the card it came from."""

    order_id: Text
    amount: Annotated[Decimal, Field(gt=0, max_digits=10, decimal_places=2)]
    reason: Text = "asked by the customer"


class TicketRequest(Strict):
    """Something for a person of the shop."""

    customer_id: Text
    subject: Text
    body: Text


class ItemView(BaseModel):
    """One line of an order."""

    sku: str
    name: str
    quantity: int
    unit_price: float

    @classmethod
    def of(cls, item: Item) -> "ItemView":
        """Show a line with its price in euros."""
        return cls(sku=item.sku, name=item.name, quantity=item.quantity, unit_price=amount(item.cents))


class PaymentView(BaseModel):
    """How an order was paid."""

    method: str
    state: PaymentState


class OrderView(BaseModel):
    """One order; times are the shop's local time."""

    id: str
    customer_id: str
    status: Status
    currency: str = "EUR"
    total: float
    refunded: float
    refundable: float
    cancellable: bool
    version: int
    items: list[ItemView]
    placed_at: datetime
    shipped_at: datetime | None
    expected_on: date | None
    delivered_at: datetime | None
    signed_by: str | None
    address: str
    payment: PaymentView

    @classmethod
    def of(cls, order: Order) -> "OrderView":
        """Show an order with its money in euros."""
        return cls(
            id=order.id,
            customer_id=order.customer_id,
            status=order.status,
            total=amount(order.total),
            refunded=amount(order.refunded),
            refundable=amount(order.refundable),
            cancellable=order.status == "processing",
            version=order.version,
            items=[ItemView.of(item) for item in order.items],
            placed_at=order.placed_at,
            shipped_at=order.shipped_at,
            expected_on=order.expected_on,
            delivered_at=order.delivered_at,
            signed_by=order.signed_by,
            address=order.address,
            payment=PaymentView(method=order.paid_with, state=order.payment),
        )


class RefundView(BaseModel):
    """One line of the payment ledger."""

    id: str
    order_id: str
    amount: float
    currency: str = "EUR"
    reason: str
    made_at: datetime

    @classmethod
    def of(cls, refund: Refund) -> "RefundView":
        """Show a refund with its amount in euros."""
        return cls(
            id=refund.id,
            order_id=refund.order_id,
            amount=amount(refund.cents),
            reason=refund.reason,
            made_at=refund.made_at,
        )


class CustomerView(BaseModel):
    """Somebody who has bought here."""

    id: str
    name: str
    email: str
    tier: Tier
    language: str
    city: str
    since: date

    @classmethod
    def of(cls, customer: Customer) -> "CustomerView":
        """Show a customer as the shop knows them."""
        return cls(**vars(customer))


class TicketView(BaseModel):
    """Something a person of the shop has to look at."""

    id: str
    customer_id: str
    subject: str
    body: str
    opened_at: datetime

    @classmethod
    def of(cls, ticket: Ticket) -> "TicketView":
        """Show a ticket as it was opened."""
        return cls(**vars(ticket))


class OperationView(BaseModel):
    """What was done under an idempotency key."""

    key: str
    receipt: dict[str, Any]
