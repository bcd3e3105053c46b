"""What the shop does, and when it refuses: every change is one transaction with its receipt."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from examples.shop.problems import Refusal
from examples.shop.repository import Repository
from examples.shop.schema import OrderView, RefundView, TicketView
from examples.shop.seed import FirstDay
from examples.shop.values import Customer, Order, Refund, Ticket

Receipt = Mapping[str, Any]


class Company:
    """The shop's rules over its books."""

    def __init__(
        self, books: Repository, now: Callable[[], datetime], first_day_on: Callable[[date], FirstDay]
    ) -> None:
        self._books = books
        self._now = now
        self._first_day_on = first_day_on
        self._forgets: list[Callable[[str], None]] = []
        self._promises: list[Callable[[str], int]] = []

    @property
    def now(self) -> Callable[[], datetime]:
        """The shop's clock."""
        return self._now

    def promise_with(self, promised: Callable[[str], int]) -> None:
        """Let cents of an order that go back another way not be paid back twice."""
        self._promises.append(promised)

    def forget_with(self, forget: Callable[[str], None]) -> None:
        """Let what is kept beside the orders be dropped, too, when a customer starts over."""
        self._forgets.append(forget)

    @property
    def books(self) -> Repository:
        """For reading; changes go through the methods here."""
        return self._books

    def order(self, order_id: str) -> Order:
        """One order, or a refusal."""
        order = self._books.order(order_id)
        if order is None:
            raise Refusal("no_such_order")
        return order

    def customer(self, customer_id: str) -> Customer:
        """One customer, or a refusal."""
        customer = self._books.customer(customer_id)
        if customer is None:
            raise Refusal("no_such_customer")
        return customer

    def operation(self, key: str) -> Receipt:
        """The receipt of what was done under a key, or a refusal."""
        known = self._books.operation(key)
        if known is None:
            raise Refusal("no_such_operation")
        return known[1]

    def once(self, key: str | None, fingerprint: str, effect: Callable[[], Receipt]) -> Receipt:
        """Do it once per key: the same key again gets the first receipt, whatever has changed since."""
        with self._books.transaction():
            known = self._books.operation(key) if key else None
            if known and known[0] != fingerprint:
                raise Refusal("key_reused")
            if known:
                return known[1]
            receipt = effect()
            if key:
                self._books.add_operation(key, fingerprint, receipt)
            return receipt

    def cancel(self, order_id: str, version: int | None) -> Receipt:
        """Cancel an order that has not left the house; the reserved money is let go."""
        order = self.unchanged(order_id, version)
        if order.status != "processing":
            raise Refusal("not_cancellable")
        return self.stored(replace(order, status="cancelled"))

    def change_address(self, order_id: str, version: int | None, address: str) -> Receipt:
        """Send an order that has not left the house somewhere else."""
        order = self.unchanged(order_id, version)
        if order.status != "processing":
            raise Refusal("address_fixed")
        return self.stored(replace(order, address=address))

    def refund(self, order_id: str, version: int | None, money: Decimal, reason: str) -> Receipt:
        """Pay money back; the ledger and the order change together."""
        order, cents = self.unchanged(order_id, version), int(money * 100)
        if order.payment != "captured":
            raise Refusal("nothing_paid")
        if cents > order.refundable:
            raise Refusal("more_than_paid")
        if cents > order.refundable - sum(promised(order_id) for promised in self._promises):
            raise Refusal("promised_already")
        number = self._books.next_number("refunds")
        refund = Refund(
            id=f"R-{number:04}", order_id=order_id, cents=cents, reason=reason, made_at=self._now()
        )
        self._books.add_refund(refund)
        self.stored(paid_back(order, cents))
        return RefundView.of(refund).model_dump(mode="json")

    def open_ticket(self, customer_id: str, subject: str, body: str) -> Receipt:
        """Ask a person of the shop to look at something."""
        customer = self.customer(customer_id)
        number = self._books.next_number("tickets")
        ticket = Ticket(
            id=f"T-{number:04}", customer_id=customer.id, subject=subject, body=body, opened_at=self._now()
        )
        self._books.add_ticket(ticket)
        return TicketView.of(ticket).model_dump(mode="json")

    def start_over(self, customer_id: str) -> list[Order]:
        """Put a customer's orders, refunds and tickets back to the first day, as if that were today."""
        customer, day = self.customer(customer_id), self._first_day_on(self._now().date())
        if (customer.id, customer.name) not in {(one.id, one.name) for one in day.customers}:
            raise Refusal("another_seed")
        orders = {order.id: order for order in day.orders if order.customer_id == customer.id}
        refunds = [refund for refund in day.refunds if refund.order_id in orders]
        with self._books.transaction():
            for forget in self._forgets:
                forget(customer.id)
            self._books.put_back(customer.id, list(orders.values()), refunds)
        return [self.order(order_id) for order_id in orders]

    def first_customer(self, customer_id: str) -> Customer | None:
        """A customer as the shop first knew them."""
        day = self._first_day_on(self._now().date())
        return next((customer for customer in day.customers if customer.id == customer_id), None)

    def unchanged(self, order_id: str, version: int | None) -> Order:
        """The order, if it is still the one the caller has read."""
        order = self.order(order_id)
        if version is not None and version != order.version:
            raise Refusal("version_conflict")
        return order

    def stored(self, order: Order) -> Receipt:
        """Write an order under its next version, and show it."""
        self._books.store(order)
        return OrderView.of(self.order(order.id)).model_dump(mode="json")


def paid_back(order: Order, cents: int) -> Order:
    """The order after a refund; with nothing left to pay back it is closed as refunded."""
    refunded = order.refunded + cents
    status = "refunded" if refunded == order.total else order.status
    return replace(order, refunded=refunded, status=status)
