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
    act: Callable[[Order, int], Awaitable[T]],
) -> T:
    """Act on the caller's order as it was read; when it has changed since, raise `VersionConflict`.

    Whether it may still be done then is not for a tool to say: the rules are asked again. Only who
    named no version has promised nothing to anybody, and is tried once more on the fresh state.
    """
    order = await own_order(orders, caller, order_id)
    if read_version is not None:
        return await act(order, read_version)
    try:
        return await act(order, order.version)
    except VersionConflict:
        fresh = await own_order(orders, caller, order_id)
        return await act(fresh, fresh.version)
