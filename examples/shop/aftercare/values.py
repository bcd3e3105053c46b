"""What the shop knows of orders that went out: plain values; money is in cents."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from examples.shop.values import Item

Reason = Literal["changed_mind", "not_as_described", "damaged", "wrong_item", "late", "other"]
Condition = Literal["unused", "used", "damaged"]
Kind = Literal["return", "exchange"]
Problem = Literal["late", "lost", "damaged", "wrong_address", "missing_item", "wrong_item"]
ShipmentState = Literal["not_sent", "on_its_way", "delayed", "delivered", "stopped"]
OWN_FAULT: frozenset[str] = frozenset({"damaged", "wrong_item", "not_as_described", "late"})
"""Reasons for which the shop pays the way back."""


@dataclass(frozen=True, kw_only=True)
class Return:
    """Goods that a customer sends back, for their price or for something else."""

    id: str
    kind: Kind
    order_id: str
    items: tuple[Item, ...]
    wanted: Item | None
    """What is sent instead."""
    reason: Reason
    condition: Condition
    fee: int
    """What the way back costs the customer."""
    credit: int
    """What goes back to the customer once the goods are here."""
    label: str
    send_by: date
    made_at: datetime


@dataclass(frozen=True, kw_only=True)
class Replacement:
    """Goods that are sent once more, at no cost."""

    id: str
    order_id: str
    items: tuple[Item, ...]
    reason: Problem
    expected_on: date
    made_at: datetime


@dataclass(frozen=True, kw_only=True)
class Trace:
    """A search for a parcel with its carrier."""

    id: str
    order_id: str
    problem: Problem
    answer_by: date
    made_at: datetime


@dataclass(frozen=True, kw_only=True)
class Shipment:
    """Where a parcel is, as its carrier tells."""

    order_id: str
    carrier: str | None
    tracking_number: str | None
    state: ShipmentState
    last_event: str
    days_late: int
    left_with: str | None


@dataclass(frozen=True, kw_only=True)
class Invoice:
    """What an order cost, as it stands on paper."""

    number: str
    order_id: str
    cents: int
    vat: int
    issued_on: date
    paid: bool


@dataclass(frozen=True, kw_only=True)
class Sending:
    """An invoice that was sent by email once more."""

    id: str
    number: str
    sent_to: str
    made_at: datetime
