"""What the carrier tells of a parcel, and what the invoice says; both follow from the order."""

from datetime import date

from examples.shop.aftercare.values import Invoice, Shipment, ShipmentState
from examples.shop.values import Order

CARRIERS = ("Nordpost", "Pakko", "Blue Courier")
VAT_PERCENT = 19


def shipment_of(order: Order, today: date) -> Shipment:
    """Where an order's parcel is."""
    sent = order.shipped_at is not None
    number = sum(int(digit) * place for place, digit in enumerate(reversed(order.id), start=3))
    late = (today - order.expected_on).days if order.status == "shipped" and order.expected_on else 0
    return Shipment(
        order_id=order.id,
        carrier=CARRIERS[number % len(CARRIERS)] if sent else None,
        tracking_number=f"{order.id}{number * 7919 % 1_000_000:06}" if sent else None,
        state=state_of(order, late),
        last_event=event_of(order, late),
        days_late=max(late, 0),
        left_with=order.signed_by,
    )


def state_of(order: Order, late: int) -> ShipmentState:
    """One word for where a parcel is."""
    match order.status:
        case "processing":
            return "not_sent"
        case "shipped":
            return "delayed" if late > 0 else "on_its_way"
        case "cancelled":
            return "stopped"
        case _:
            return "delivered"


def event_of(order: Order, late: int) -> str:
    """The carrier's last entry."""
    if order.delivered_at:
        return "handed over at the door" if order.signed_by else "left at the address"
    if order.shipped_at is None:
        return "not handed to the carrier yet"
    return "last seen in the sorting centre" if late > 0 else "on its way to the delivery depot"


def invoice_of(order: Order) -> Invoice | None:
    """The invoice of an order, written on the day it left."""
    if order.shipped_at is None:
        return None
    net = order.total * 100 // (100 + VAT_PERCENT)
    return Invoice(
        number=f"KB-{order.id}",
        order_id=order.id,
        cents=order.total,
        vat=order.total - net,
        issued_on=order.shipped_at.date(),
        paid=order.payment == "captured",
    )
