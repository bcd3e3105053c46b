"""All tools over a company's systems."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

import aiohttp

from tools.aftercare.acting import (
    exchange_item,
    return_items,
    send_invoice,
    send_replacement,
    trace_parcel,
)
from tools.aftercare.port import Aftercare
from tools.aftercare.reading import find_invoice, find_item, find_return, track_parcel
from tools.aftercare.rest import RestAftercare
from tools.crm.looking_up import look_up_customer
from tools.crm.port import Crm
from tools.crm.rest import RestCrm
from tools.orders.changing import cancel_order, change_address
from tools.orders.port import Orders
from tools.orders.reading import find_order, list_orders
from tools.orders.rest import RestOrders
from tools.payments.port import Payments
from tools.payments.refunding import refund_order, refund_status
from tools.payments.rest import RestPayments
from tools.registry import AnyTool, Registry
from tools.rest import RestBackend
from tools.service import Service, rest_service, service_tools
from tools.tickets.creating import create_ticket
from tools.tickets.port import Tickets
from tools.tickets.rest import RestTickets


@dataclass(frozen=True, kw_only=True)
class Connections:
    """A company's systems, and its calendar."""

    orders: Orders
    payments: Payments
    crm: Crm
    tickets: Tickets
    today: Callable[[], date]
    service: Service = field(default_factory=Service)
    aftercare: Aftercare | None = None
    """None: returns, parcels and invoices are in no system that can be asked, and have no tools."""


def build_registry(connections: Connections) -> Registry:
    """Make every tool there is over these systems."""
    c = connections
    return Registry(
        [
            look_up_customer(c.crm),
            find_order(c.orders, c.crm, c.today),
            list_orders(c.orders, c.today),
            refund_status(c.orders, c.payments, c.today),
            cancel_order(c.orders),
            refund_order(c.orders, c.payments),
            change_address(c.orders),
            create_ticket(c.tickets),
            *service_tools(c.service, c.today),
            *(aftercare_tools(c, c.aftercare) if c.aftercare else ()),
        ]
    )


def aftercare_tools(c: Connections, aftercare: Aftercare) -> list[AnyTool]:
    """Make the tools for what follows an order."""
    return [
        track_parcel(c.orders, aftercare, c.crm, c.today),
        find_item(c.orders, aftercare),
        find_return(c.orders, aftercare, c.today),
        find_invoice(c.orders, aftercare, c.today),
        return_items(c.orders, aftercare),
        exchange_item(c.orders, aftercare),
        send_replacement(c.orders, aftercare),
        trace_parcel(c.orders, aftercare),
        send_invoice(c.orders, aftercare, c.crm),
    ]


def rest_connections(
    session: aiohttp.ClientSession,
    base_url: str,
    token: str,
    today: Callable[[], date],
    *,
    timeout_s: float = 1.5,
) -> Connections:
    """Reach all systems through one plain REST API."""
    backend = RestBackend(session, base_url, token, timeout_s=timeout_s)
    return Connections(
        orders=RestOrders(backend),
        payments=RestPayments(backend),
        crm=RestCrm(backend),
        tickets=RestTickets(backend),
        today=today,
        service=rest_service(backend),
        aftercare=RestAftercare(backend),
    )
