"""Orders over a plain REST API."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from urllib.parse import quote

from pydantic import BaseModel

from tools.orders.port import Item, Order, Status
from tools.rest import RestBackend, each_shaped, shaped
from tools.spec import ActionKey


class WireItem(BaseModel):
    """One line of an order, as the API writes it."""

    name: str
    quantity: int
    sku: str = ""
    unit_price: Decimal = Decimal(0)


class WirePayment(BaseModel):
    """How an order was paid, as the API writes it."""

    method: str


class WireOrder(BaseModel):
    """One order, as the API writes it."""

    id: str
    customer_id: str
    status: Status
    currency: str
    total: Decimal
    refunded: Decimal
    refundable: Decimal
    cancellable: bool
    version: int
    items: list[WireItem]
    placed_at: datetime
    expected_on: date | None = None
    delivered_at: datetime | None = None
    signed_by: str | None = None
    address: str
    payment: WirePayment


class RestOrders:
    """The order system's `/orders`."""

    def __init__(self, backend: RestBackend) -> None:
        self._backend = backend

    async def get(self, order_id: str) -> Order:
        """Return an order, or raise `NoSuchThing`."""
        return read_order(shaped(WireOrder, await self._backend.get(order_path(order_id), what="order")))

    async def of_customer(self, customer_id: str) -> Sequence[Order]:
        """Return a customer's orders, newest first."""
        found = await self._backend.get("/orders", what="customer", customer_id=customer_id)
        return [read_order(wire) for wire in each_shaped(WireOrder, found)]

    async def cancel(self, order_id: str, reason: str, *, version: int, key: ActionKey) -> Order:
        """Cancel an order."""
        path, body = order_path(order_id) + "/cancel", {"reason": reason}
        return read_order(
            await self._backend.act(
                "POST", path, body, key=key, version=version, what="order", shape=WireOrder
            )
        )

    async def change_address(self, order_id: str, address: str, *, version: int, key: ActionKey) -> Order:
        """Send an order elsewhere."""
        path, body = order_path(order_id) + "/address", {"address": address}
        return read_order(
            await self._backend.act(
                "PATCH", path, body, key=key, version=version, what="order", shape=WireOrder
            )
        )

    async def done_under(self, key: ActionKey, order_id: str | None = None) -> Order | None:
        """Return the order as the key's receipt shows it."""
        receipt = await self._backend.done_under(key, shape=WireOrder)
        return None if receipt is None else read_order(receipt)


def order_path(order_id: str) -> str:
    """Where an order stands."""
    return f"/orders/{quote(order_id, safe='')}"


def read_order(wire: WireOrder) -> Order:
    """Translate an order from the API's words into ours."""
    fields = wire.model_dump(exclude={"items", "payment"})
    items = tuple(Item(**item.model_dump()) for item in wire.items)
    return Order(items=items, paid_with=wire.payment.method, **fields)
