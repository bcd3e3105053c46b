"""The shop's rules once an order was placed: what may come back, be sent again, be searched for."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from examples.shop.aftercare.repository import AftercareBooks
from examples.shop.aftercare.schema import (
    ExchangeRequest,
    ReplacementRequest,
    ReplacementView,
    ReturnRequest,
    ReturnView,
    SendingView,
    TraceRequest,
    TraceView,
)
from examples.shop.aftercare.shipments import invoice_of, shipment_of
from examples.shop.aftercare.stock import ARTICLES
from examples.shop.aftercare.values import OWN_FAULT, Invoice, Replacement, Return, Sending, Shipment, Trace
from examples.shop.company import Company, Receipt
from examples.shop.problems import Refusal
from examples.shop.values import Item, Order

FREE_ABOVE = 7500
"""From an order of this value on the way back is free, in cents."""
LABEL_COSTS = 490
TO_SEND = timedelta(days=14)
TO_SEARCH = timedelta(days=7)
TO_ARRIVE = timedelta(days=4)


class Aftercare:
    """Everything that may follow an order; each change is one transaction with its receipt."""

    def __init__(self, company: Company, books: AftercareBooks, now: Callable[[], datetime]) -> None:
        self.company = company
        self.books = books
        self._now = now
        company.forget_with(books.forget)
        company.promise_with(self.promised)

    @property
    def today(self) -> date:
        """The shop's date."""
        return self._now().date()

    def promised(self, order_id: str) -> int:
        """Cents that go back once announced returns are here."""
        return sum(one.credit + one.fee for one in self.books.returns(order_id))

    def shipment(self, order_id: str) -> Shipment:
        """Where an order's parcel is."""
        return shipment_of(self.company.order(order_id), self.today)

    def invoice(self, number: str) -> Invoice:
        """One invoice by its number, or a refusal."""
        found = invoice_of(self.company.order(number.removeprefix("KB-")))
        if found is None or found.number != number:
            raise Refusal("no_such_invoice")
        return found

    def invoices(self, order_id: str) -> list[Invoice]:
        """The invoices of an order; none before it has left."""
        found = invoice_of(self.company.order(order_id))
        return [found] if found else []

    def take_back(self, asked: ReturnRequest, version: int | None) -> Receipt:
        """Announce a return; money goes back once the goods are here."""
        order = self._delivered(asked.order_id, version)
        items = self._free_lines(order, asked.skus)
        worth = sum(item.cents * item.quantity for item in items)
        fee = 0 if asked.reason in OWN_FAULT or order.total > FREE_ABOVE else LABEL_COSTS
        return self._announced(
            order,
            Return(
                id=self.books.next_id("returns"),
                kind="return",
                order_id=order.id,
                items=items,
                wanted=None,
                reason=asked.reason,
                condition=asked.condition,
                fee=fee,
                credit=max(min(worth, order.refundable - self.promised(order.id)) - fee, 0),
                label=label_of(order, len(self.books.returns(order.id)) + 1),
                send_by=self.today + TO_SEND,
                made_at=self._now(),
            ),
        )

    def exchange(self, asked: ExchangeRequest, version: int | None) -> Receipt:
        """Announce a return for another article, which is set aside at once."""
        order = self._delivered(asked.order_id, version)
        (old,) = self._free_lines(order, (asked.sku,))
        product = ARTICLES.get(asked.wanted_sku)
        if product is None or product.sku == old.sku:
            raise Refusal("no_such_product")
        new = Item(sku=product.sku, name=product.name, quantity=old.quantity, cents=product.cents)
        if new.cents > old.cents:
            raise Refusal("dearer")
        if not self.books.take([new]):
            raise Refusal("sold_out")
        return self._announced(
            order,
            Return(
                id=self.books.next_id("returns"),
                kind="exchange",
                order_id=order.id,
                items=(old,),
                wanted=new,
                reason=asked.reason,
                condition=asked.condition,
                fee=0,
                credit=(old.cents - new.cents) * old.quantity,
                label=label_of(order, len(self.books.returns(order.id)) + 1),
                send_by=self.today + TO_SEND,
                made_at=self._now(),
            ),
        )

    def send_again(self, asked: ReplacementRequest, version: int | None) -> Receipt:
        """Send goods once more, at no cost, if they are there and were not settled already."""
        order = self.company.unchanged(asked.order_id, version)
        if order.status not in ("shipped", "delivered"):
            raise Refusal("not_sent")
        items = self._free_lines(order, asked.skus)
        if not self.books.take(items):
            raise Refusal("sold_out")
        made = Replacement(
            id=self.books.next_id("replacements"),
            order_id=order.id,
            items=items,
            reason=asked.reason,
            expected_on=self.today + TO_ARRIVE,
            made_at=self._now(),
        )
        self.books.add("replacements", order.id, made)
        self.company.stored(order)
        return ReplacementView.of(made).model_dump(mode="json")

    def search(self, asked: TraceRequest, version: int | None) -> Receipt:
        """Ask the carrier to search for a parcel, once an order."""
        order = self.company.unchanged(asked.order_id, version)
        if order.status not in ("shipped", "delivered"):
            raise Refusal("not_sent")
        if self.books.traces(order.id):
            raise Refusal("searched_already")
        made = Trace(
            id=self.books.next_id("traces"),
            order_id=order.id,
            problem=asked.problem,
            answer_by=self.today + TO_SEARCH,
            made_at=self._now(),
        )
        self.books.add("traces", order.id, made)
        self.company.stored(order)
        return TraceView.of(made).model_dump(mode="json")

    def send_invoice(self, number: str, email: str) -> Receipt:
        """Send an invoice once more, to its customer's own address only."""
        invoice = self.invoice(number)
        owner = self.company.customer(self.company.order(invoice.order_id).customer_id)
        if email.casefold() != owner.email.casefold():
            raise Refusal("another_address")
        made = Sending(
            id=self.books.next_id("sendings"), number=number, sent_to=owner.email, made_at=self._now()
        )
        self.books.add("sendings", number, made)
        return SendingView.of(made).model_dump(mode="json")

    def _delivered(self, order_id: str, version: int | None) -> Order:
        order = self.company.unchanged(order_id, version)
        if order.status != "delivered":
            raise Refusal("not_delivered")
        return order

    def _free_lines(self, order: Order, skus: Sequence[str]) -> tuple[Item, ...]:
        """The wanted lines of an order that have not come back and were not sent again."""
        unknown = set(skus) - {item.sku for item in order.items}
        if unknown:
            raise Refusal("not_in_order")
        gone = {item.sku for one in self.books.returns(order.id) for item in one.items}
        gone |= {item.sku for one in self.books.replacements(order.id) for item in one.items}
        wanted = tuple(item for item in order.items if item.sku in (skus or [item.sku]))
        free = tuple(item for item in wanted if item.sku not in gone)
        if not free or (skus and len(free) < len(wanted)):
            raise Refusal("settled_already")
        return free

    def _announced(self, order: Order, made: Return) -> Receipt:
        self.books.add("returns", order.id, made)
        # The version goes up, so that a refund that was read before is read again.
        self.company.stored(replace(order))
        return ReturnView.of(made).model_dump(mode="json")


def label_of(order: Order, number: int) -> str:
    """The number that stands on a return label."""
    return f"{order.id}-{number:02}-{sum(map(ord, order.customer_id)) % 97:02}"
