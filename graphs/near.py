"""Values that were probably meant: numbers with one slip in them, orders of a named article."""

from collections.abc import Mapping, Sequence
from typing import Any

from graphs.reads import read_fact
from graphs.turn import Turn

OWN_ORDERS = "list_orders"
"""The tool that lists the customer's own orders."""
MOST = 3
SURE_PRODUCT = 0.8
"""A product's name that was recognised with less is asked about before it is used."""


async def own_orders(turn: Turn) -> Sequence[Mapping[str, Any]]:
    """Return the customer's orders, newest first; nobody who is not verified has any."""
    if not (turn.caller.verified and turn.caller.customer_id):
        return ()
    listed = await read_fact(turn, OWN_ORDERS, {})
    orders: Sequence[Mapping[str, Any]] = (listed or {}).get("orders", ())
    return orders


def near_numbers(number: str, orders: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return numbers of orders one slip of the finger away: a digit wrong, missing, extra or swapped."""
    return [str(order["order_id"]) for order in orders if one_slip(number, str(order["order_id"]))][:MOST]


def with_product(product: str, orders: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return the numbers of orders that hold an article; its name may leave the variant open."""
    wanted = product.casefold()
    held = (order for order in orders if wanted in str(order.get("items") or "").casefold())
    return [str(order["order_id"]) for order in held][:MOST]


def one_slip(one: str, other: str) -> bool:
    """Say whether two different numbers differ by one digit, or by two neighbours in the wrong order."""
    if one == other or abs(len(one) - len(other)) > 1:
        return False
    same = next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), None)
    if same is None:
        return True
    first, second = one[same:], other[same:]
    swapped = first[:2] == second[:2][::-1] and first[2:] == second[2:]
    return swapped or first[1:] == second[1:] or first[1:] == second or first == second[1:]


def options(numbers: Sequence[str]) -> list[str]:
    """Write order numbers as customers read them."""
    return [f"#{number}" for number in numbers]
