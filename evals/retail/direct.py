"""The actions read off directly: each changes the tables in place, and nothing stands between.

This is the second opinion. It knows no runner, no journal, no rules and no keys, and shares no code with the
tools whose work it is compared with; what an action means is taken from the data's own policy and tool list.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from evals.retail.cases import Action, Database

Args = Mapping[str, Any]
PLACE = ("address1", "address2", "city", "state", "country", "zip")
REASONS = ("no longer needed", "ordered by mistake")


class NotDone(Exception):
    """The action may not be: nothing was changed."""


def interpret(database: Database, actions: Sequence[Action]) -> list[str]:
    """Do the actions one after the other; returns those that were refused, and reads change nothing."""
    refused = []
    for action in actions:
        change = CHANGES.get(action.name)
        if change is None:
            continue
        try:
            change(database, action.args)
        except NotDone as why:
            refused.append(f"{action.name}: {why}")
    return refused


def _order(database: Database, args: Args, *statuses: str) -> dict[str, Any]:
    order = database.orders.get(args["order_id"])
    if order is None:
        raise NotDone("no such order")
    if order["status"] not in statuses:
        raise NotDone(f"the order is {order['status']}")
    return order


def _method(database: Database, order: dict[str, Any], name: str) -> dict[str, Any]:
    methods: dict[str, dict[str, Any]] = database.users[order["user_id"]]["payment_methods"]
    if name not in methods:
        raise NotDone("no such way to pay")
    return methods[name]


def _move(method: dict[str, Any], amount: float) -> None:
    """Put money on a gift card, or take it off; other ways to pay keep no balance here."""
    if method["source"] == "gift_card":
        method["balance"] = round(method["balance"] + amount, 2)


def cancel(database: Database, args: Args) -> None:
    """Cancel, and pay everything back where it came from."""
    order = _order(database, args, "pending")
    if args["reason"] not in REASONS:
        raise NotDone("no reason for which it may be cancelled")
    for payment in list(order["payment_history"]):
        name = payment["payment_method_id"]
        order["payment_history"].append(
            {"transaction_type": "refund", "amount": payment["amount"], "payment_method_id": name}
        )
        _move(_method(database, order, name), payment["amount"])
    order["status"] = "cancelled"
    order["cancel_reason"] = args["reason"]


def _held(order: dict[str, Any], wanted: Sequence[str]) -> None:
    held = Counter(item["item_id"] for item in order["items"])
    if not wanted or Counter(wanted) - held:
        raise NotDone("not all of these are in the order")


def _swap(database: Database, order: dict[str, Any], args: Args) -> tuple[list[Any], float]:
    """Find each new item beside its old one; returns them and what the swap costs."""
    old, new = args["item_ids"], args["new_item_ids"]
    _held(order, old)
    if len(old) != len(new):
        raise NotDone("each item needs one in its place")
    pairs, left = [], list(order["items"])
    for old_id, new_id in zip(old, new, strict=True):
        item = next(one for one in left if one["item_id"] == old_id)
        left.remove(item)
        variant = database.products[item["product_id"]]["variants"].get(new_id)
        if variant is None or not variant["available"]:
            raise NotDone("the new item is no available variant of the old one")
        pairs.append((item, variant))
    return pairs, round(sum(variant["price"] - item["price"] for item, variant in pairs), 2)


def _afford(method: dict[str, Any], cost: float) -> None:
    if method["source"] == "gift_card" and method["balance"] < cost:
        raise NotDone("the gift card does not cover it")


def exchange(database: Database, args: Args) -> None:
    """Note the exchange; goods and money move when the parcel is back."""
    order = _order(database, args, "delivered")
    _, cost = _swap(database, order, args)
    _afford(_method(database, order, args["payment_method_id"]), cost)
    order["status"] = "exchange requested"
    order["exchange_items"] = sorted(args["item_ids"])
    order["exchange_new_items"] = sorted(args["new_item_ids"])
    order["exchange_payment_method_id"] = args["payment_method_id"]
    order["exchange_price_difference"] = cost


def give_back(database: Database, args: Args) -> None:
    """Note the return; money goes back the way it came, or on a gift card."""
    order = _order(database, args, "delivered")
    name = args["payment_method_id"]
    method = _method(database, order, name)
    if name != order["payment_history"][0]["payment_method_id"] and method["source"] != "gift_card":
        raise NotDone("money goes back the way it came, or on a gift card")
    _held(order, args["item_ids"])
    order["status"] = "return requested"
    order["return_items"] = sorted(args["item_ids"])
    order["return_payment_method_id"] = name


def change_items(database: Database, args: Args) -> None:
    """Put other variants into an order that is not packed yet; this is possible once."""
    order = _order(database, args, "pending")
    pairs, cost = _swap(database, order, args)
    name = args["payment_method_id"]
    method = _method(database, order, name)
    _afford(method, cost)
    kind = "payment" if cost > 0 else "refund"
    order["payment_history"].append(
        {"transaction_type": kind, "amount": abs(cost), "payment_method_id": name}
    )
    _move(method, -cost)
    for item, variant in pairs:
        item.update(item_id=variant["item_id"], price=variant["price"], options=variant["options"])
    order["status"] = "pending (item modified)"


def change_payment(database: Database, args: Args) -> None:
    """Pay another way: the new one pays, the old one is paid back."""
    order = _order(database, args, "pending", "pending (item modified)")
    name, history = args["payment_method_id"], order["payment_history"]
    method = _method(database, order, name)
    if len(history) != 1 or history[0]["transaction_type"] != "payment":
        raise NotDone("it was paid in several steps")
    old, amount = history[0]["payment_method_id"], history[0]["amount"]
    if old == name:
        raise NotDone("it is paid that way already")
    _afford(method, amount)
    history.append({"transaction_type": "payment", "amount": amount, "payment_method_id": name})
    history.append({"transaction_type": "refund", "amount": amount, "payment_method_id": old})
    _move(method, -amount)
    _move(_method(database, order, old), amount)


def change_order_address(database: Database, args: Args) -> None:
    """Send a parcel that is not packed yet elsewhere."""
    order = _order(database, args, "pending", "pending (item modified)")
    order["address"] = {part: args[part] for part in PLACE}


def change_own_address(database: Database, args: Args) -> None:
    """Move a customer."""
    if args["user_id"] not in database.users:
        raise NotDone("no such customer")
    database.users[args["user_id"]]["address"] = {part: args[part] for part in PLACE}


CHANGES: Mapping[str, Callable[[Database, Args], None]] = {
    "cancel_pending_order": cancel,
    "exchange_delivered_order_items": exchange,
    "return_delivered_order_items": give_back,
    "modify_pending_order_items": change_items,
    "modify_pending_order_payment": change_payment,
    "modify_pending_order_address": change_order_address,
    "modify_user_address": change_own_address,
}
"""Everything that changes a table; all other tools only read, reckon or pass on."""
