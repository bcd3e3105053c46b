"""Orders of the shop that a test may use up, and what the shop holds of them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal

from tests.chaos.house import House

Wish = Literal["refund", "big refund", "cancel"]
AGENTS_LIMIT, SUPERVISORS_LIMIT = 100, 500
LATEST_DAYS = 25
PLAIN_TIERS = ("standard", "silver")


@dataclass
class Orders:
    """The shop's orders, each given out once, one customer at a time."""

    kept: list[Mapping[str, Any]]
    used: set[str] = field(default_factory=set)
    """Customers and orders that were given out."""

    @classmethod
    async def of(cls, house: House) -> "Orders":
        """Read those of customers whom the assistant serves without asking a person sooner than others."""
        people = await house.shop("/customers?limit=1000")
        plain = {person["id"] for person in people if person["tier"] in PLAIN_TIERS}
        found = await house.shop("/orders?limit=1000")
        return cls([order for order in found if order["customer_id"] in plain])

    def take(self, wish: Wish) -> Mapping[str, Any]:
        """Give out an order for which the wish is possible, of a customer nobody else has."""
        for order in self._fitting(wish):
            if order["customer_id"] not in self.used:
                self.used |= {order["customer_id"], order["id"]}
                return order
        raise AssertionError(f"no customer is left with an order to {wish}")

    def another(self, customer_id: str, wish: Wish) -> Mapping[str, Any] | None:
        """Give out one more order of a customer, if there is one for the wish."""
        for order in self._fitting(wish):
            if order["customer_id"] == customer_id and order["id"] not in self.used:
                self.used.add(order["id"])
                return order
        return None

    def _fitting(self, wish: Wish) -> Iterator[Mapping[str, Any]]:
        return (order for order in self.kept if fits(order, wish))


def fits(order: Mapping[str, Any], wish: Wish) -> bool:
    """Say whether the book allows a wish on an order."""
    if wish == "cancel":
        return bool(order["cancellable"])
    if order["status"] != "delivered" or order["refunded"] or not order["delivered_at"]:
        return False
    age = (date.today() - datetime.fromisoformat(order["delivered_at"]).date()).days
    if age > LATEST_DAYS:
        return False
    if wish == "refund":
        return bool(0 < order["refundable"] <= AGENTS_LIMIT)
    return bool(AGENTS_LIMIT < order["refundable"] <= SUPERVISORS_LIMIT)


@dataclass(frozen=True, kw_only=True)
class Held:
    """What the shop holds of one order."""

    refunds: tuple[float, ...]
    cancelled: bool


async def held(house: House, order_id: str) -> Held:
    """Read ledger and order from the shop itself."""
    refunds = await house.shop(f"/refunds?order_id={order_id}")
    order = await house.shop(f"/orders/{order_id}")
    return Held(
        refunds=tuple(refund["amount"] for refund in refunds), cancelled=order["status"] == "cancelled"
    )
