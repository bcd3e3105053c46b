"""A company to test a port against: the fake one, or the sample shop over HTTP."""

from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from itertools import count
from typing import Any

import aiohttp

from tests.fakes.company import MARTA, Books, FakeCrm, FakeOrders, FakePayments, FakeTickets, an_order
from tests.integration.shop_process import ShopProcess
from tools.catalogue import rest_connections
from tools.crm.port import Crm
from tools.orders.port import Order, Orders, Status
from tools.payments.port import Payments
from tools.spec import ActionKey
from tools.tickets.port import Tickets

_numbers = count(1)


def a_key() -> ActionKey:
    """A key that was never used."""
    return ActionKey(f"conversation:action:{next(_numbers)}")


@dataclass(frozen=True)
class Company:
    """The four systems of one company, and a way to get an order in a given status."""

    orders: Orders
    payments: Payments
    crm: Crm
    tickets: Tickets
    order_in: Callable[[Status], Coroutine[Any, Any, Order]]


def fake_company() -> Company:
    """A company in memory."""
    books = Books()

    async def order_in(status: Status) -> Order:
        order = an_order(f"{len(books.orders) + 1000}", status)
        books.orders[order.id] = order
        return order

    return Company(FakeOrders(books), FakePayments(books), FakeCrm(books), FakeTickets(books), order_in)


def rest_company(shop: ShopProcess, session: aiohttp.ClientSession) -> Company:
    """The sample shop, through the adapters."""
    systems = rest_connections(session, shop.url, shop.token, lambda: shop.today)

    async def order_in(status: Status) -> Order:
        return await systems.orders.get((await shop.fresh_order(status))["id"])

    return Company(systems.orders, systems.payments, systems.crm, systems.tickets, order_in)


MARTA_ID = MARTA.id
