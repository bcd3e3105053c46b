"""An order in words: what conditions, templates and people read of it."""

from collections.abc import Sequence
from datetime import date, datetime

from pydantic import Field

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
    days_late: int = 0
    """Whole days since it should have arrived, while it is on its way."""
    placed_on: str | None = None
    placed_text: str | None = None
    product: str | None = None
    """The first line's article."""
    items: str | None = None
    """All lines, as "2 x Linen throw and Riva glasses"."""
    item_names: list[str] = Field(default_factory=list)
    """The articles by their names alone, one for each line."""
    line_count: int = 0
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
        days_late=days_late(order, today),
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
            "item_names": [item.name for item in order.items],
            "line_count": len(order.items),
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


def days_late(order: Order, today: date) -> int:
    """Calendar days since an order on its way should have arrived."""
    overdue = order.status == "shipped" and order.expected_on is not None
    return max((today - order.expected_on).days, 0) if overdue and order.expected_on else 0


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
    return list_text(lines)


def list_text(lines: Sequence[str], *, last: str = "and") -> str:
    """Several things as one phrase: "a, b and c"."""
    first, end = ", ".join(lines[:-1]), "".join(lines[-1:])
    return f"{first} {last} {end}" if first else end


MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
