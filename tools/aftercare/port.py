"""What the tools need from a company's system for everything that follows an order."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal, Protocol

from tools.spec import ActionKey

Reason = Literal["changed_mind", "not_as_described", "damaged", "wrong_item", "late", "other"]
Condition = Literal["unused", "used", "damaged"]
Problem = Literal["late", "lost", "damaged", "wrong_address", "missing_item", "wrong_item"]
ShipmentState = Literal["not_sent", "on_its_way", "delayed", "delivered", "stopped"]


@dataclass(frozen=True, kw_only=True)
class Article:
    """Something that is sold, and how much of it there is."""

    sku: str
    name: str
    price: Decimal
    available: int


@dataclass(frozen=True, kw_only=True)
class Shipment:
    """Where a parcel is, as its carrier tells."""

    carrier: str | None
    tracking_number: str | None
    state: ShipmentState
    last_event: str
    days_late: int
    left_with: str | None


@dataclass(frozen=True, kw_only=True)
class GoodsBack:
    """A return or an exchange that was announced."""

    id: str
    order_id: str
    skus: tuple[str, ...]
    items: tuple[str, ...]
    wanted: str | None
    """What is sent instead; None when the money goes back."""
    fee: Decimal
    credit: Decimal
    currency: str
    label: str
    send_by: date


@dataclass(frozen=True, kw_only=True)
class Replacement:
    """Goods that are sent once more."""

    id: str
    order_id: str
    skus: tuple[str, ...]
    items: tuple[str, ...]
    expected_on: date


@dataclass(frozen=True, kw_only=True)
class Trace:
    """A search for a parcel with its carrier."""

    id: str
    order_id: str
    answer_by: date


@dataclass(frozen=True, kw_only=True)
class Invoice:
    """An invoice as it was written."""

    number: str
    order_id: str
    amount: Decimal
    vat: Decimal
    currency: str
    issued_on: date
    paid: bool


@dataclass(frozen=True, kw_only=True)
class InvoiceSent:
    """An invoice that was sent by email once more."""

    id: str
    number: str
    sent_to: str


class Aftercare(Protocol):
    """A company's system for what follows an order. The same key never acts twice."""

    async def variants(self, article: str) -> Sequence[Article]:
        """Return the colours and sizes of an article, itself included; none for something unknown."""

    async def shipment(self, order_id: str) -> Shipment:
        """Return where an order's parcel is, or raise `NoSuchThing`."""

    async def goods_back(self, order_id: str) -> Sequence[GoodsBack]:
        """Return what was announced to come back, oldest first."""

    async def replacements(self, order_id: str) -> Sequence[Replacement]:
        """Return what was sent once more, oldest first."""

    async def traces(self, order_id: str) -> Sequence[Trace]:
        """Return the searches for a parcel, oldest first."""

    async def invoice(self, order_id: str) -> Invoice | None:
        """Return the invoice of an order, or None before it is written."""

    async def take_back(
        self,
        order_id: str,
        skus: Sequence[str],
        reason: Reason,
        condition: Condition,
        *,
        version: int,
        key: ActionKey,
    ) -> GoodsBack:
        """Announce a return of some lines, or of all; raises `VersionConflict` or `BackendRefused`."""

    async def exchange(
        self,
        order_id: str,
        skus: tuple[str, str],
        reason: Reason,
        condition: Condition,
        *,
        version: int,
        key: ActionKey,
    ) -> GoodsBack:
        """Exchange the first article for the second; raises `VersionConflict` or `BackendRefused`."""

    async def send_again(
        self, order_id: str, skus: Sequence[str], problem: Problem, *, version: int, key: ActionKey
    ) -> Replacement:
        """Send some lines once more, or all; raises `VersionConflict` or `BackendRefused`."""

    async def search(self, order_id: str, problem: Problem, *, version: int, key: ActionKey) -> Trace:
        """Ask the carrier to search; raises `VersionConflict` or `BackendRefused`."""

    async def send_invoice(self, number: str, email: str, *, key: ActionKey) -> InvoiceSent:
        """Send an invoice once more; raises `NoSuchThing` or `BackendRefused`."""

    async def goods_back_under(self, key: ActionKey) -> GoodsBack | None:
        """Return what was announced under this key, or None if nothing was."""

    async def replacement_under(self, key: ActionKey) -> Replacement | None:
        """Return what was sent again under this key, or None if nothing was."""

    async def trace_under(self, key: ActionKey) -> Trace | None:
        """Return the search begun under this key, or None if there was none."""

    async def invoice_sent_under(self, key: ActionKey) -> InvoiceSent | None:
        """Return the sending made under this key, or None if there was none."""
