"""A retail company as a system that our tools call: it keeps its own books and remembers keys.

Each request becomes a `Change` first and is made whole or not at all. A key that was seen gets its first
answer again; a lost answer can be looked up. `lose` says which answers get lost on the way back.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

from evals.retail.arguments import (
    AddressChange,
    Cancellation,
    Exchange,
    ItemChange,
    MoveHouse,
    PaymentChange,
    Return,
)
from evals.retail.cases import Database
from tools.errors import BackendRefused, NoSuchThing, OutcomeUnknown, key_reused

Request = Cancellation | Exchange | Return | ItemChange | PaymentChange | AddressChange | MoveHouse
Record = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Change:
    """What a request does: fields of one record, steps of payment, and money on gift cards."""

    table: str
    row: str
    fields: Mapping[str, Any]
    payments: Sequence[Record] = ()
    credits: Sequence[tuple[str, float]] = ()


@dataclass(kw_only=True)
class RetailShop:
    """The company; `customer` is whoever the call was made for, and nobody else's things are to be seen."""

    database: Database
    lose: Callable[[int], bool] = lambda number: False
    answered: dict[str, tuple[Request, dict[str, Any]]] = field(default_factory=dict)
    lost: int = 0
    made: int = 0

    def order(self, customer: str | None, order_id: str) -> dict[str, Any]:
        """Return a customer's own order."""
        found = self.database.orders.get(order_id)
        if found is None or found["user_id"] != customer:
            raise NoSuchThing("order")
        return found

    def user(self, customer: str | None, user_id: str) -> dict[str, Any]:
        """Return a customer's own record."""
        if user_id != customer or user_id not in self.database.users:
            raise NoSuchThing("customer")
        return self.database.users[user_id]

    def change(self, customer: str | None, request: Request, key: str) -> dict[str, Any]:
        """Make a change once per key, and answer with the record as it then is, if the answer arrives."""
        if key in self.answered:
            before, answer = self.answered[key]
            if before != request:
                raise key_reused()
            return answer
        change = self._plan(customer, request)
        record = self._make(customer, change)
        self.answered[key] = (request, deepcopy(record))
        self.made += 1
        if self.lose(self.made):
            self.lost += 1
            raise OutcomeUnknown("connection_lost", "the answer got lost on its way", answered=False)
        return self.answered[key][1]

    def known(self, key: str) -> dict[str, Any] | None:
        """Return what was answered under a key; None means that nothing was done."""
        return self.answered[key][1] if key in self.answered else None

    def _make(self, customer: str | None, change: Change) -> dict[str, Any]:
        """Write a planned change into the books."""
        record: dict[str, Any] = getattr(self.database, change.table)[change.row]
        methods = self.database.users[customer or ""]["payment_methods"]
        record.update(change.fields)
        if change.payments:
            record["payment_history"] = [*record["payment_history"], *change.payments]
        for name, amount in change.credits:
            if methods[name]["source"] == "gift_card":
                methods[name] = {**methods[name], "balance": round(methods[name]["balance"] + amount, 2)}
        return record

    def _plan(self, customer: str | None, request: Request) -> Change:
        """Work out what a request would do, or refuse it."""
        if isinstance(request, MoveHouse):
            self.user(customer, request.user_id)
            return Change(table="users", row=request.user_id, fields={"address": request.place()})
        order = self.order(customer, request.order_id)
        match request:
            case AddressChange():
                _be(order, "pending", "pending (item modified)")
                return _of(order, {"address": request.place()})
            case Cancellation():
                return self._cancelled(order, request)
            case Return():
                return self._returned(order, request)
            case PaymentChange():
                return self._paid_otherwise(order, request)
            case Exchange() | ItemChange():
                return self._swapped(order, request)

    def _cancelled(self, order: Record, request: Cancellation) -> Change:
        _be(order, "pending")
        back = [{**paid, "transaction_type": "refund"} for paid in order["payment_history"]]
        return _of(
            order,
            {"status": "cancelled", "cancel_reason": request.reason},
            payments=back,
            credits=[(paid["payment_method_id"], paid["amount"]) for paid in back],
        )

    def _returned(self, order: Record, request: Return) -> Change:
        _be(order, "delivered")
        method = self._method(order, request.payment_method_id)
        paid_with = order["payment_history"][0]["payment_method_id"]
        if request.payment_method_id != paid_with and method["source"] != "gift_card":
            raise BackendRefused("other_payment", "money goes back the way it came, or on a gift card")
        _contains(order, request.item_ids)
        told = {"return_items": sorted(request.item_ids), "return_payment_method_id": method["id"]}
        return _of(order, {"status": "return requested", **told})

    def _paid_otherwise(self, order: Record, request: PaymentChange) -> Change:
        _be(order, "pending", "pending (item modified)")
        method = self._method(order, request.payment_method_id)
        match order["payment_history"]:
            case [{"transaction_type": "payment", "amount": amount, "payment_method_id": old}]:
                if old == method["id"]:
                    raise BackendRefused("same_payment", "it is paid that way already")
                _covers(method, amount)
            case _:
                raise BackendRefused("paid_in_steps", "it was paid in several steps")
        new = {"transaction_type": "payment", "amount": amount, "payment_method_id": method["id"]}
        back = {"transaction_type": "refund", "amount": amount, "payment_method_id": old}
        return _of(order, {}, payments=[new, back], credits=[(method["id"], -amount), (old, amount)])

    def _swapped(self, order: Record, request: Exchange | ItemChange) -> Change:
        """Exchange what was delivered later, or change what is not packed yet at once."""
        _be(order, "delivered" if isinstance(request, Exchange) else "pending")
        items, cost = self._new_items(order, request)
        method = self._method(order, request.payment_method_id)
        _covers(method, cost)
        if isinstance(request, Exchange):
            return _of(
                order,
                {
                    "status": "exchange requested",
                    "exchange_items": sorted(request.item_ids),
                    "exchange_new_items": sorted(request.new_item_ids),
                    "exchange_payment_method_id": method["id"],
                    "exchange_price_difference": cost,
                },
            )
        kind = "payment" if cost > 0 else "refund"
        step = {"transaction_type": kind, "amount": abs(cost), "payment_method_id": method["id"]}
        fields = {"items": items, "status": "pending (item modified)"}
        return _of(order, fields, payments=[step], credits=[(method["id"], -cost)])

    def _new_items(self, order: Record, request: Exchange | ItemChange) -> tuple[list[dict[str, Any]], float]:
        """Return the order's items after a swap, and what the swap costs."""
        _contains(order, request.item_ids)
        if len(request.item_ids) != len(request.new_item_ids):
            raise BackendRefused("uneven", "each item needs one in its place")
        wanted: dict[str, list[str]] = {}
        for old, new in zip(request.item_ids, request.new_item_ids, strict=True):
            wanted.setdefault(old, []).append(new)
        items, cost = [], 0.0
        for item in order["items"]:
            if not wanted.get(item["item_id"]):
                items.append(item)
                continue
            variant = self._variant(item["product_id"], wanted[item["item_id"]].pop(0))
            cost += variant["price"] - item["price"]
            changed = {name: variant[name] for name in ("item_id", "price", "options")}
            items.append({**item, **changed})
        return items, round(cost, 2)

    def _variant(self, product_id: str, item_id: str) -> Record:
        """Return an available variant of a product."""
        variants: Mapping[str, Record] = self.database.products[product_id]["variants"]
        if item_id not in variants or not variants[item_id]["available"]:
            raise BackendRefused("unavailable", "the new item is no available variant of the old one")
        return variants[item_id]

    def _method(self, order: Record, name: str) -> Record:
        """Return one of the customer's ways to pay."""
        methods: Mapping[str, Record] = self.database.users[order["user_id"]]["payment_methods"]
        if name not in methods:
            raise BackendRefused("no_such_payment", "the customer has no such way to pay")
        return methods[name]


def _of(
    order: Record,
    fields: Mapping[str, Any],
    *,
    payments: Sequence[Record] = (),
    credits: Sequence[tuple[str, float]] = (),
) -> Change:
    return Change(table="orders", row=order["order_id"], fields=fields, payments=payments, credits=credits)


def _be(order: Record, *statuses: str) -> None:
    """Refuse what an order's status does not allow."""
    if order["status"] not in statuses:
        raise BackendRefused("status", f"the order is {order['status']}")


def _contains(order: Record, wanted: Sequence[str]) -> None:
    """Refuse items that an order does not hold so often."""
    held = Counter(item["item_id"] for item in order["items"])
    if not wanted or any(count > held[item_id] for item_id, count in Counter(wanted).items()):
        raise BackendRefused("not_held", "not all of these are in the order")


def _covers(method: Record, cost: float) -> None:
    """Refuse a gift card that holds too little."""
    if method["source"] == "gift_card" and method["balance"] < cost:
        raise BackendRefused("balance", "the gift card does not cover it")
