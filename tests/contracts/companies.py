"""A company to test a port against: a fake one, the sample shop over HTTP, or a vendor's stand-in."""

from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import count
from typing import Any

import aiohttp

from app.connectors import connect_systems
from app.settings import load_settings
from tests.fakes.aftercare import FakeAftercare
from tests.fakes.company import MARTA, Books, FakeCrm, FakeOrders, FakePayments, FakeTickets, an_order
from tests.integration.shop_process import ShopProcess
from tests.peers import hubspot, shopify, stripe, zendesk
from tests.peers.faults import Faults, Says, line_to
from tests.peers.vendor import answering, open_peer
from tools.aftercare.port import Aftercare
from tools.catalogue import Connections, rest_connections
from tools.crm.port import Crm
from tools.orders.port import Order, Orders, Status
from tools.payments.port import Payments
from tools.service import Service
from tools.spec import ActionKey
from tools.tickets.port import Tickets

MARTA_ID = MARTA.id
PATIENCE_S = 1.0
"""How long adapters wait for an answer that never comes: several tests sit it out."""
LEISURE_S = 20.0
"""How long they wait otherwise: every answer comes, however busy the machine is."""
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
    faults: Faults | None = None
    """Spoils what goes over the wire; none where nothing does."""
    marta: str = MARTA_ID
    """The id of a customer whom everybody knows."""
    aftercare: Aftercare | None = None
    """What follows an order, where the company has a system for it."""
    service: Service = field(default_factory=Service)
    """Accounts, subscriptions, declined payments and documents, where the company has systems for them."""

    @property
    def care(self) -> Aftercare:
        """The system for what follows an order."""
        assert self.aftercare is not None
        return self.aftercare


def fake_company(books: Books | None = None) -> Company:
    """A company in memory."""
    books = books or Books()

    async def order_in(status: Status) -> Order:
        order = an_order(f"{len(books.orders) + 1000}", status)
        books.orders[order.id] = order
        return order

    systems = FakeOrders(books), FakePayments(books), FakeCrm(books), FakeTickets(books)
    return Company(*systems, order_in, aftercare=FakeAftercare(books))


def rest_company(shop: ShopProcess, session: aiohttp.ClientSession) -> Company:
    """The sample shop, through the adapters."""
    systems = rest_connections(session, shop.url, shop.token, lambda: shop.today)
    return company_of(systems, lambda status: shop_order(systems, shop, status))


async def shop_order(systems: Connections, shop: ShopProcess, status: Status) -> Order:
    """A fresh order of the sample shop."""
    return await systems.orders.get((await shop.fresh_order(status))["id"])


def company_of(
    systems: Connections,
    order_in: Callable[[Status], Coroutine[Any, Any, Order]],
    faults: Faults | None = None,
) -> Company:
    """A company behind these adapters."""
    ports = systems.orders, systems.payments, systems.crm, systems.tickets
    return Company(*ports, order_in, faults, aftercare=systems.aftercare, service=systems.service)


@asynccontextmanager
async def spoilt_rest_company(shop: ShopProcess, patience_s: float) -> AsyncIterator[Company]:
    """The sample shop at the end of a line that can fail."""
    says = Says(
        error=answering(500, {"code": "internal"}),
        unauthorised=answering(401, {"code": "unauthorised"}),
        throttled=lambda wait: answering(429, {"code": "rate_limited"}, **{"Retry-After": wait})(),
    )
    faults = Faults(lambda request: request.method != "GET", says)
    async with line_to(shop.url, faults) as url, aiohttp.ClientSession() as session:
        systems = rest_connections(session, url, shop.token, lambda: shop.today, timeout_s=patience_s)
        yield company_of(systems, lambda status: shop_order(systems, shop, status), faults)


@asynccontextmanager
async def adapters(patience_s: float = LEISURE_S, **given: str) -> AsyncIterator[Connections]:
    """What these settings connect."""
    async with aiohttp.ClientSession() as session:
        yield connect_systems(load_settings(**given), session, date.today, timeout_s=patience_s)


@asynccontextmanager
async def shopify_company(
    peer: shopify.ShopifyPeer | None = None, *, patience_s: float = LEISURE_S
) -> AsyncIterator[Company]:
    """A shop at Shopify."""
    peer, given = peer or shopify.ShopifyPeer(), {"orders_from": "shopify", "crm_from": "shopify"}
    async with (
        open_peer(peer) as url,
        adapters(patience_s, shopify_url=url, shopify_token=shopify.TOKEN, **given) as systems,
    ):

        async def order_in(status: Status) -> Order:
            return await systems.orders.get(peer.place(status))

        yield replace(company_of(systems, order_in, peer.faults), marta="7001")


@asynccontextmanager
async def stripe_company(
    peer: stripe.StripePeer | None = None, *, patience_s: float = LEISURE_S
) -> AsyncIterator[Company]:
    """A company that takes its money through Stripe; its orders are elsewhere."""
    peer, fakes = peer or stripe.StripePeer(), fake_company()
    async with (
        open_peer(peer) as url,
        adapters(patience_s, payments_from="stripe", stripe_url=url, stripe_key=stripe.KEY) as systems,
    ):

        async def order_in(status: Status) -> Order:
            order = await fakes.order_in(status)
            paid = status not in ("processing", "cancelled")
            peer.take(order.id, int(order.total * 100), captured=paid)
            return order

        yield company_of(replace(systems, orders=fakes.orders), order_in, peer.faults)


@asynccontextmanager
async def hubspot_company(
    peer: hubspot.HubSpotPeer | None = None, *, patience_s: float = LEISURE_S
) -> AsyncIterator[Company]:
    """A company whose customers and tickets are in HubSpot."""
    peer = peer or hubspot.HubSpotPeer()
    given = {"crm_from": "hubspot", "tickets_from": "hubspot", "hubspot_customer_property": "customer_number"}
    async with (
        open_peer(peer) as url,
        adapters(patience_s, hubspot_url=url, hubspot_token=hubspot.PRIVATE_APP, **given) as systems,
    ):
        add_marta(peer)
        yield company_of(systems, fake_company().order_in, peer.faults)


def add_marta(peer: hubspot.HubSpotPeer) -> str:
    """Let HubSpot know Marta; its own id of her."""
    first, last = MARTA.name.split()
    return peer.add_contact(
        customer_number=MARTA.id,
        firstname=first,
        lastname=last,
        email=MARTA.email,
        city=MARTA.city,
        hs_language="en-gb",
        customer_tier=MARTA.tier,
    )


@asynccontextmanager
async def zendesk_company(
    peer: zendesk.ZendeskPeer | None = None, *, patience_s: float = LEISURE_S
) -> AsyncIterator[Company]:
    """A company whose tickets are in Zendesk."""
    peer = peer or zendesk.ZendeskPeer()
    given = {"tickets_from": "zendesk", "zendesk_email": zendesk.AGENT, "zendesk_token": zendesk.TOKEN}
    async with open_peer(peer) as url, adapters(patience_s, zendesk_url=url, **given) as systems:
        peer.add_user(MARTA.id, MARTA.name)
        yield company_of(systems, fake_company().order_in, peer.faults)


@asynccontextmanager
async def open_company(kind: str, shop: ShopProcess, patience_s: float) -> AsyncIterator[Company]:
    """A company by the name of what serves it; over a wire, its adapters wait so long for an answer."""
    match kind:
        case "fake":
            yield fake_company()
        case "rest":
            async with aiohttp.ClientSession() as session:
                yield rest_company(shop, session)
        case "rest over a bad line":
            async with spoilt_rest_company(shop, patience_s) as company:
                yield company
        case vendor:
            async with VENDORS[vendor](patience_s=patience_s) as company:
                yield company


VENDORS = {
    "shopify": shopify_company,
    "stripe": stripe_company,
    "hubspot": hubspot_company,
    "zendesk": zendesk_company,
}
