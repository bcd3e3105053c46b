"""What the payment tools need from a company's payment system."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Protocol

from tools.spec import ActionKey


@dataclass(frozen=True, kw_only=True)
class Refund:
    """Money that was sent back, to where it came from."""

    id: str
    order_id: str
    amount: Decimal
    currency: str
    made_at: datetime


class Payments(Protocol):
    """A company's payment system. The same key never pays twice; the first receipt is given again."""

    async def refund(
        self, order_id: str, amount: Decimal, reason: str, *, version: int, key: ActionKey
    ) -> Refund:
        """Pay back; raises `NoSuchThing`, `VersionConflict`, or `BackendRefused` when it is too much."""

    async def refunds_of(self, order_id: str) -> Sequence[Refund]:
        """Return what was paid back for an order, oldest first."""

    async def done_under(self, key: ActionKey, order_id: str | None = None) -> Refund | None:
        """Return the refund made under this key, or None if there was none.

        A system that cannot search by key needs the order's number as well.
        """
