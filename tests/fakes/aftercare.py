"""What follows an order, in memory, over the same books as the other systems."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import TypeVar

from tests.fakes.company import NOON, Books
from tools.aftercare.port import (
    Article,
    Condition,
    GoodsBack,
    Invoice,
    InvoiceSent,
    Problem,
    Reason,
    Replacement,
    Shipment,
    Trace,
)
from tools.errors import BackendRefused
from tools.orders.port import Item, Order
from tools.spec import ActionKey

T = TypeVar("T")
TODAY = NOON.date()


def first_articles() -> dict[str, Article]:
    """A lamp in two glasses and a throw in three colours; one of each kind cannot be had."""
    rows = [
        ("LMP-S", "Ostra pendant, smoked glass", "149.99", 9),
        ("LMP-C", "Ostra pendant, clear glass", "139.99", 9),
        ("LMP-G", "Ostra pendant, gold", "189.00", 9),
        ("LIN-S", "Linen throw, sand", "59.00", 9),
        ("LIN-O", "Linen throw, oat", "59.00", 9),
        ("LIN-W", "Linen throw, white", "59.00", 0),
    ]
    return {
        sku: Article(sku=sku, name=name, price=Decimal(price), available=count)
        for sku, name, price, count in rows
    }


@dataclass
class FakeAftercare:
    """The system for what follows an order."""

    books: Books
    articles: dict[str, Article] = field(default_factory=first_articles)
    backs: list[GoodsBack] = field(default_factory=list)
    sent: list[Replacement] = field(default_factory=list)
    searches: list[Trace] = field(default_factory=list)
    invoices_sent: list[InvoiceSent] = field(default_factory=list)

    async def variants(self, article: str) -> Sequence[Article]:
        family = article.partition(",")[0].casefold()
        return [one for one in self.articles.values() if one.name.casefold().startswith(family)]

    async def shipment(self, order_id: str) -> Shipment:
        order = self.books.order(order_id)
        late = (TODAY - order.expected_on).days if order.status == "shipped" and order.expected_on else 0
        on_way = "delayed" if late > 0 else "on_its_way"
        states = {"processing": "not_sent", "shipped": on_way, "cancelled": "stopped"}
        return Shipment(
            carrier="Nordpost",
            tracking_number=f"{order_id}000001",
            state=states.get(order.status, "delivered"),  # type: ignore[arg-type]
            last_event="on its way",
            days_late=max(late, 0),
            left_with=order.signed_by,
        )

    async def goods_back(self, order_id: str) -> Sequence[GoodsBack]:
        return [one for one in self.backs if one.order_id == order_id]

    async def replacements(self, order_id: str) -> Sequence[Replacement]:
        return [one for one in self.sent if one.order_id == order_id]

    async def traces(self, order_id: str) -> Sequence[Trace]:
        return [one for one in self.searches if one.order_id == order_id]

    async def invoice(self, order_id: str) -> Invoice | None:
        order = self.books.order(order_id)
        if order.status in ("processing", "cancelled"):
            return None
        return Invoice(
            number=f"KB-{order_id}",
            order_id=order_id,
            amount=order.total,
            vat=Decimal("1.00"),
            currency="EUR",
            issued_on=date(2026, 11, 18),
            paid=True,
        )

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
        meaning = ("return", order_id, tuple(skus), reason, condition)
        return self.books.once(key, meaning, lambda: self._announce(order_id, skus, version, None))

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
        sku, wanted = skus
        meaning = ("exchange", order_id, skus, reason, condition)
        return self.books.once(
            key, meaning, lambda: self._announce(order_id, [sku], version, self.articles[wanted])
        )

    async def send_again(
        self, order_id: str, skus: Sequence[str], problem: Problem, *, version: int, key: ActionKey
    ) -> Replacement:
        def act() -> Replacement:
            order = self._changed(order_id, version)
            items = self._free(order, skus)
            made = Replacement(
                id=f"RP-{len(self.sent) + 1:04}",
                order_id=order_id,
                skus=tuple(item.sku for item in items),
                items=tuple(item.name for item in items),
                expected_on=TODAY + timedelta(days=4),
            )
            self.sent.append(made)
            return made

        return self.books.once(key, ("again", order_id, tuple(skus), problem), act)

    async def search(self, order_id: str, problem: Problem, *, version: int, key: ActionKey) -> Trace:
        def act() -> Trace:
            self._changed(order_id, version)
            if any(one.order_id == order_id for one in self.searches):
                raise BackendRefused("searched_already", "it is searched for")
            made = Trace(
                id=f"TR-{len(self.searches) + 1:04}",
                order_id=order_id,
                answer_by=TODAY + timedelta(days=7),
            )
            self.searches.append(made)
            return made

        return self.books.once(key, ("search", order_id, problem), act)

    async def send_invoice(self, number: str, email: str, *, key: ActionKey) -> InvoiceSent:
        def act() -> InvoiceSent:
            order = self.books.order(number.removeprefix("KB-"))
            if self.books.customers[order.customer_id].email != email:
                raise BackendRefused("another_address", "not the customer's")
            made = InvoiceSent(id=f"IS-{len(self.invoices_sent) + 1:04}", number=number, sent_to=email)
            self.invoices_sent.append(made)
            return made

        return self.books.once(key, ("invoice", number, email), act)

    async def goods_back_under(self, key: ActionKey) -> GoodsBack | None:
        return self._receipt(key, GoodsBack)

    async def replacement_under(self, key: ActionKey) -> Replacement | None:
        return self._receipt(key, Replacement)

    async def trace_under(self, key: ActionKey) -> Trace | None:
        return self._receipt(key, Trace)

    async def invoice_sent_under(self, key: ActionKey) -> InvoiceSent | None:
        return self._receipt(key, InvoiceSent)

    def _receipt(self, key: ActionKey, kind: Callable[..., T]) -> T | None:
        known = self.books.receipts.get(key)
        return known[1] if known else None

    def _changed(self, order_id: str, version: int) -> Order:
        order = self.books.unchanged(order_id, version)
        if order.status not in ("shipped", "delivered"):
            raise BackendRefused("not_sent", "it has not left")
        self.books.orders[order_id] = replace(order, version=version + 1)
        return order

    def _free(self, order: Order, skus: Sequence[str]) -> list[Item]:
        records: list[GoodsBack | Replacement] = [*self.backs, *self.sent]
        gone = {sku for one in records if one.order_id == order.id for sku in one.skus}
        items = [item for item in order.items if item.sku in (skus or [item.sku]) and item.sku not in gone]
        if not items:
            raise BackendRefused("settled_already", "it has come back or was sent again")
        return items

    def _announce(
        self, order_id: str, skus: Sequence[str], version: int, wanted: Article | None
    ) -> GoodsBack:
        before = self.books.order(order_id)
        if before.status != "delivered":
            raise BackendRefused("not_delivered", "it has not arrived")
        items = self._free(before, skus)
        if wanted and wanted.price > items[0].unit_price:
            raise BackendRefused("dearer", "it costs more")
        if wanted and wanted.available < items[0].quantity:
            raise BackendRefused("sold_out", "there is none")
        order = self._changed(order_id, version)
        worth = sum((item.unit_price * item.quantity for item in items), Decimal(0))
        credit = worth - wanted.price * items[0].quantity if wanted else min(worth, order.refundable)
        made = GoodsBack(
            id=f"RT-{len(self.backs) + 1:04}",
            order_id=order_id,
            skus=tuple(item.sku for item in items),
            items=tuple(item.name for item in items),
            wanted=wanted.name if wanted else None,
            fee=Decimal(0),
            credit=credit,
            currency="EUR",
            label=f"{order_id}-01",
            send_by=TODAY + timedelta(days=14),
        )
        self.backs.append(made)
        return made
