"""A company in memory: its four systems over one set of books."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any, TypeVar

from tools.crm.port import Customer
from tools.errors import BackendRefused, NoSuchThing, VersionConflict
from tools.orders.port import Item, Order, Status
from tools.payments.port import Refund
from tools.spec import ActionKey
from tools.tickets.port import Ticket

T = TypeVar("T")
NOON = datetime(2026, 11, 21, 12)
MARTA = Customer(
    id="C-1001",
    name="Marta Lindqvist",
    email="marta.lindqvist@example.com",
    tier="gold",
    language="en",
    city="Malmö",
    since=date(2023, 10, 18),
)
OTHER = replace(MARTA, id="C-1002", name="Ivo Berg", email="ivo.berg@example.com", tier="standard")


def an_order(number: str, status: Status, **changes: Any) -> Order:
    """An order of Marta's with a plausible fate."""
    total = Decimal("149.99")
    order = Order(
        id=number,
        customer_id=MARTA.id,
        status=status,
        currency="EUR",
        total=total,
        refunded=Decimal(0),
        refundable=total if status in ("shipped", "delivered", "returned") else Decimal(0),
        cancellable=status == "processing",
        version=1,
        items=(
            Item(
                name="Ostra pendant, smoked glass",
                quantity=1,
                sku="LMP-S",
                unit_price=total,
            ),
        ),
        placed_at=datetime(2026, 11, 15, 9, 30),
        expected_on=date(2026, 11, 23) if status in ("processing", "shipped") else None,
        delivered_at=datetime(2026, 11, 19, 14, 5) if status == "delivered" else None,
        signed_by="M. Lindqvist" if status == "delivered" else None,
        address="Amiralsgatan 12, 211 55 Malmö, Sweden",
        paid_with="Visa ending 4417",
    )
    return replace(order, **changes)


@dataclass
class Books:
    """What the company knows."""

    orders: dict[str, Order] = field(default_factory=dict)
    customers: dict[str, Customer] = field(default_factory=lambda: {c.id: c for c in (MARTA, OTHER)})
    refunds: list[Refund] = field(default_factory=list)
    tickets: list[Ticket] = field(default_factory=list)
    receipts: dict[ActionKey, tuple[object, Any]] = field(default_factory=dict)

    def order(self, order_id: str) -> Order:
        """One order."""
        if order_id not in self.orders:
            raise NoSuchThing("order")
        return self.orders[order_id]

    def once(self, key: ActionKey, meaning: object, act: Callable[[], T]) -> T:
        """Act once per key."""
        if key not in self.receipts:
            self.receipts[key] = (meaning, act())
        known, receipt = self.receipts[key]
        if known != meaning:
            raise BackendRefused("key_reused", "this key was used for something else")
        return receipt  # type: ignore[no-any-return]

    def change(self, order_id: str, version: int, refusal: str, **changes: Any) -> Order:
        """Change an order that is still processing."""
        order = self.unchanged(order_id, version)
        if order.status != "processing":
            raise BackendRefused(refusal, "it is too late")
        self.orders[order_id] = replace(order, version=version + 1, **changes)
        return self.orders[order_id]

    def unchanged(self, order_id: str, version: int) -> Order:
        """The order, if it is still the one that was read."""
        order = self.order(order_id)
        if order.version != version:
            raise VersionConflict("version_conflict", "read it again")
        return order


class FakeOrders:
    """The order system."""

    def __init__(self, books: Books) -> None:
        self._books = books

    async def get(self, order_id: str) -> Order:
        return self._books.order(order_id)

    async def of_customer(self, customer_id: str) -> Sequence[Order]:
        own = [order for order in self._books.orders.values() if order.customer_id == customer_id]
        return sorted(own, key=lambda order: order.id, reverse=True)

    async def cancel(self, order_id: str, reason: str, *, version: int, key: ActionKey) -> Order:
        return self._books.once(
            key,
            ("cancel", order_id, reason),
            lambda: self._books.change(
                order_id, version, "not_cancellable", status="cancelled", cancellable=False
            ),
        )

    async def change_address(self, order_id: str, address: str, *, version: int, key: ActionKey) -> Order:
        return self._books.once(
            key,
            ("address", order_id, address),
            lambda: self._books.change(order_id, version, "address_fixed", address=address),
        )

    async def done_under(self, key: ActionKey, order_id: str | None = None) -> Order | None:
        known = self._books.receipts.get(key)
        return known[1] if known else None


class FakePayments:
    """The payment system."""

    def __init__(self, books: Books) -> None:
        self._books = books

    async def refund(
        self, order_id: str, amount: Decimal, reason: str, *, version: int, key: ActionKey
    ) -> Refund:
        return self._books.once(
            key, ("refund", order_id, amount, reason), lambda: self._pay_back(order_id, amount, version)
        )

    async def refunds_of(self, order_id: str) -> Sequence[Refund]:
        return [refund for refund in self._books.refunds if refund.order_id == order_id]

    async def done_under(self, key: ActionKey, order_id: str | None = None) -> Refund | None:
        known = self._books.receipts.get(key)
        return known[1] if known else None

    def _pay_back(self, order_id: str, amount: Decimal, version: int) -> Refund:
        order, books = self._books.unchanged(order_id, version), self._books
        if order.status in ("processing", "cancelled"):
            raise BackendRefused("nothing_paid", "no money was taken")
        if amount > order.refundable:
            raise BackendRefused("more_than_paid", "that is too much")
        left = order.refundable - amount
        books.orders[order_id] = replace(
            order,
            version=version + 1,
            refunded=order.refunded + amount,
            refundable=left,
            status=order.status if left else "refunded",
        )
        number = f"R-{len(books.refunds) + 1}"
        books.refunds.append(
            Refund(id=number, order_id=order_id, amount=amount, currency="EUR", made_at=NOON)
        )
        return books.refunds[-1]


class FakeCrm:
    """The customer records."""

    def __init__(self, books: Books) -> None:
        self._books = books

    async def get(self, customer_id: str) -> Customer:
        if customer_id not in self._books.customers:
            raise NoSuchThing("customer")
        return self._books.customers[customer_id]

    async def with_email(self, email: str) -> Customer | None:
        return next((c for c in self._books.customers.values() if c.email == email.lower()), None)


class FakeTickets:
    """The ticket system."""

    def __init__(self, books: Books) -> None:
        self._books = books

    async def create(self, customer_id: str, subject: str, body: str, *, key: ActionKey) -> Ticket:
        await FakeCrm(self._books).get(customer_id)
        number = f"T-{len(self._books.tickets) + 1}"
        ticket = Ticket(id=number, customer_id=customer_id, subject=subject)

        def write_down() -> Ticket:
            self._books.tickets.append(ticket)
            return ticket

        return self._books.once(key, ("ticket", customer_id, subject, body), write_down)

    async def done_under(self, key: ActionKey) -> Ticket | None:
        known = self._books.receipts.get(key)
        return known[1] if known else None
