"""Whose order it is: the one place that decides who may see or touch one."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

from tools.crm.port import Crm
from tools.errors import BackendRefused, NoSuchThing, VersionConflict
from tools.orders.port import Order, Orders
from tools.spec import Caller

T = TypeVar("T")


async def own_order(orders: Orders, caller: Caller, order_id: str) -> Order:
    """Return the caller's order; somebody else's looks as if it did not exist."""
    order = await orders.get(order_id)
    if not caller.verified or caller.customer_id is None or order.customer_id != caller.customer_id:
        raise NoSuchThing("order")
    return order


async def order_with_email(orders: Orders, crm: Crm, order_id: str, email: str | None) -> Order:
    """Return an order to somebody who knows the address it was placed with."""
    if email is None:
        raise BackendRefused("email_needed", "an unverified sender needs the order's number and email")
    order = await orders.get(order_id)
    owner = await crm.get(order.customer_id)
    if owner.email.strip().casefold() != email.strip().casefold():
        raise NoSuchThing("order")
    return order


async def on_own_order(
    orders: Orders,
    caller: Caller,
    order_id: str,
    read_version: int | None,
    act: Callable[[int], Awaitable[T]],
) -> T:
    """Act on the caller's order; when it has changed since it was read, once more on its fresh state.

    Whether the fresh state still allows it is the backend's decision: it
    alone knows whether this very key has acted already.
    """
    order = await own_order(orders, caller, order_id)
    try:
        return await act(order.version if read_version is None else read_version)
    except VersionConflict:
        fresh = await own_order(orders, caller, order_id)
        return await act(fresh.version)
