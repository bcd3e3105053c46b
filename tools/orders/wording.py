"""An order in words: what conditions, templates and people read of it."""

from collections.abc import Sequence
from datetime import date, datetime

from tools.arguments import Answer
from tools.orders.port import Item, Order, Status


class FoundOrder(Answer):
    """One order. Somebody unverified gets `status_only`: the first fields, the rest stays empty."""

    order_id: str
    status: Status
    status_only: bool
    expected_on: str | None
    expected_text: str | None
    """When it should arrive, as "on 23 November"."""
    delivered_on: str | None
    delivered_at: str | None
    """When it arrived, as "18 November at 14:05"."""
    days_since_delivery: int | None
    """Whole days by the calendar; null while it has not been delivered."""
    placed_on: str | None = None
    placed_text: str | None = None
    product: str | None = None
    """The first line's article."""
    items: str | None = None
    """All lines, as "2 x Linen throw and Riva glasses"."""
    total: float | None = None
    currency: str | None = None
    refunded: float = 0.0
    refundable: float = 0.0
    cancellable: bool = False
    paid_with: str | None = None
    signed_by: str | None = None
    address_line: str | None = None
    version: int | None = None


def status_of(order: Order, today: date) -> FoundOrder:
    """What somebody may know who has only its number and its email address."""
    return FoundOrder(
        order_id=order.id,
        status=order.status,
        status_only=True,
        expected_on=order.expected_on and order.expected_on.isoformat(),
        expected_text=order.expected_on and f"on {day_text(order.expected_on, today)}",
        delivered_on=order.delivered_at and order.delivered_at.date().isoformat(),
        delivered_at=order.delivered_at and moment_text(order.delivered_at, today),
        days_since_delivery=days_since(order.delivered_at, today),
    )


def described(order: Order, today: date) -> FoundOrder:
    """Everything that its owner may know."""
    return status_of(order, today).model_copy(
        update={
            "status_only": False,
            "placed_on": order.placed_at.date().isoformat(),
            "placed_text": day_text(order.placed_at.date(), today),
            "product": order.items[0].name if order.items else None,
            "items": items_text(order.items),
            "total": float(order.total),
            "currency": order.currency,
            "refunded": float(order.refunded),
            "refundable": float(order.refundable),
            "cancellable": order.cancellable,
            "paid_with": order.paid_with,
            "signed_by": order.signed_by,
            "address_line": order.address,
            "version": order.version,
        }
    )


def days_since(delivered: datetime | None, today: date) -> int | None:
    """Calendar days since a delivery."""
    return None if delivered is None else max((today - delivered.date()).days, 0)


def day_text(day: date, today: date) -> str:
    """A day as people say it; the year only when it is another one."""
    year = "" if day.year == today.year else f" {day.year}"
    return f"{day.day} {MONTHS[day.month - 1]}{year}"


def moment_text(moment: datetime, today: date) -> str:
    """A day with its time."""
    return f"{day_text(moment.date(), today)} at {moment:%H:%M}"


def items_text(items: Sequence[Item]) -> str:
    """The lines of an order as one phrase."""
    lines = [item.name if item.quantity == 1 else f"{item.quantity} x {item.name}" for item in items]
    first, last = ", ".join(lines[:-1]), "".join(lines[-1:])
    return f"{first} and {last}" if first else last


MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
