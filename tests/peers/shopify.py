"""Shopify's Admin REST API 2024-10 on loopback: orders, metafields, fulfilment events, pages."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from typing import Any

from aiohttp import web

from tests.peers.faults import Faults, Says
from tests.peers.vendor import Refusal, answering

TOKEN = "shpat_loopback"
CLIENT = {"client_id": "app", "client_secret": "app-secret"}
API = "/admin/api/2024-10"
LOCAL = timezone(timedelta(hours=1))
SAYS = Says(
    error=answering(500, {"errors": "Internal Server Error"}),
    unauthorised=answering(401, {"errors": "[API] Invalid API key or access token (unrecognized login)"}),
    throttled=lambda wait: web.json_response(
        {"errors": "Exceeded 2 calls per second for api client. Reduce request rates to resume service."},
        status=429,
        headers={"Retry-After": wait, "X-Shopify-Shop-Api-Call-Limit": "40/40"},
    ),
)
MARTA: dict[str, Any] = {
    "id": 7_001,
    "first_name": "Marta",
    "last_name": "Lindqvist",
    "email": "marta.lindqvist@example.com",
    "tags": "newsletter, tier:gold",
    "created_at": "2023-10-18T10:15:00+02:00",
    "default_address": {"city": "Malmö", "country": "Sweden"},
}
IVO = MARTA | {"id": 7_002, "first_name": None, "last_name": None, "email": "ivo@example.com", "tags": ""}
ADDRESS = {
    "address1": "Amiralsgatan 12",
    "address2": None,
    "zip": "211 55",
    "city": "Malmö",
    "country": "Sweden",
}


def cancels(request: web.Request) -> bool:
    """Whether a request cancels an order."""
    return request.path.endswith("/cancel.json")


@dataclass
class ShopifyPeer:
    """One shop, with a clock that moves on at every change."""

    orders: dict[int, dict[str, Any]] = field(default_factory=dict)
    marks: dict[int, list[dict[str, Any]]] = field(default_factory=dict)
    events: dict[int, list[dict[str, Any]]] = field(default_factory=dict)
    customers: dict[int, dict[str, Any]] = field(default_factory=lambda: {7_001: MARTA, 7_002: IVO})
    tokens: set[str] = field(default_factory=lambda: {TOKEN})
    page_size: int = 250
    before_cancel: Callable[[dict[str, Any]], None] | None = None
    """What somebody else does to an order in the last moment."""
    now: datetime = datetime(2026, 11, 15, 9, 30, tzinfo=LOCAL)
    faults: Faults = field(default_factory=lambda: Faults(cancels, SAYS))

    def admits(self, request: web.Request) -> bool:
        """An admin token in a header of Shopify's own."""
        sent = request.headers.get("X-Shopify-Access-Token")
        return request.path == "/admin/oauth/access_token" or sent in self.tokens

    def routes(self) -> list[web.RouteDef]:
        """What it answers."""
        return [
            web.post("/admin/oauth/access_token", self.issue),
            web.get(f"{API}/orders.json", self.list_orders),
            web.get(f"{API}/customers/search.json", self.search_customers),
            web.get(f"{API}/customers/{{customer}}.json", self.get_customer),
            web.get(f"{API}/customers/{{customer}}/orders.json", self.list_orders),
            web.put(f"{API}/orders/{{order}}.json", self.update),
            web.post(f"{API}/orders/{{order}}/cancel.json", self.cancel),
            web.get(f"{API}/orders/{{order}}/metafields.json", self.list_marks),
            web.get(f"{API}/orders/{{order}}/fulfillments/{{parcel}}/events.json", self.list_events),
        ]

    def tick(self) -> str:
        """The next second."""
        self.now += timedelta(seconds=1)
        return self.now.isoformat()

    def place(self, status: str, customer: int = 7_001, *, paid: bool = True) -> str:
        """An order in a status; its number."""
        number, moment = 1001 + len(self.orders), self.tick()
        order_id = 450_789_000 + number
        self.marks[order_id] = []
        self.orders[order_id] = {
            "id": order_id,
            "name": f"#{number}",
            "order_number": number,
            "customer": {"id": customer, "first_name": "Marta"},
            "currency": "EUR",
            "total_price": "149.99",
            "total_outstanding": "0.00" if paid else "149.99",
            "financial_status": "paid" if paid else "authorized",
            "fulfillment_status": "fulfilled" if status in ("shipped", "delivered") else None,
            "cancelled_at": moment if status == "cancelled" else None,
            "created_at": moment,
            "updated_at": moment,
            "line_items": [{"id": 1, "name": "Ostra pendant, smoked glass", "quantity": 1}],
            "fulfillments": self.parcels(number, status),
            "refunds": [],
            "shipping_address": ADDRESS,
            "payment_gateway_names": ["shopify_payments"],
        }
        return str(number)

    def parcels(self, number: int, status: str) -> list[dict[str, Any]]:
        """What has left, with the carrier's events."""
        if status not in ("shipped", "delivered"):
            return []
        parcel = 255_858_000 + number
        event = {"status": "in_transit", "happened_at": self.now.isoformat(), "message": None}
        self.events[parcel] = [event | {"estimated_delivery_at": "2026-11-23T12:00:00+01:00"}]
        if status == "delivered":
            arrived = {"status": "delivered", "happened_at": "2026-11-19T14:05:00+01:00"}
            self.events[parcel].append(arrived | {"estimated_delivery_at": None})
        shipment = "delivered" if status == "delivered" else "in_transit"
        return [{"id": parcel, "status": "success", "shipment_status": shipment}]

    async def issue(self, request: web.Request) -> web.Response:
        """A token for a day, to an app of the shop's own organisation."""
        if dict(await request.post()) != CLIENT | {"grant_type": "client_credentials"}:
            return web.json_response({"error": "invalid_client"}, status=400)
        token = f"shpat_{len(self.tokens)}"
        self.tokens.add(token)
        scope = "read_orders,write_orders"
        return web.json_response({"access_token": token, "scope": scope, "expires_in": 86399})

    async def list_orders(self, request: web.Request) -> web.Response:
        """Filtered and paged by cursor; a page's link names the next."""
        found = [*self.orders.values()]
        if customer := request.match_info.get("customer"):
            if int(customer) not in self.customers:
                raise Refusal(missing())
            found = [order for order in found if order["customer"]["id"] == int(customer)]
        elif wanted := request.query.get("name"):
            found = [order for order in found if order["name"].startswith(wanted)]
        start = int(request.query.get("page_info", "0"))
        size = min(self.page_size, int(request.query.get("limit", "50")))
        headers = {}
        if len(found) > start + size:
            url = f"https://shop.example{request.path}?limit={size}&page_info={start + size}"
            headers["Link"] = f'<{url}>; rel="next"'
        return web.json_response({"orders": found[start : start + size]}, headers=headers)

    async def get_customer(self, request: web.Request) -> web.Response:
        number = int(request.match_info["customer"])
        if number not in self.customers:
            raise Refusal(missing())
        return web.json_response({"customer": self.customers[number]})

    async def search_customers(self, request: web.Request) -> web.Response:
        """By the beginning of a word, in any case of letters."""
        wanted = request.query["query"].removeprefix("email:").strip('"').lower()
        found = [one for one in self.customers.values() if one["email"].lower().startswith(wanted)]
        return web.json_response({"customers": found})

    async def update(self, request: web.Request) -> web.Response:
        order = self.known(request)
        given = (await request.json())["order"]
        for mark in given.pop("metafields", []):
            kept = [one for one in self.marks[order["id"]] if one["key"] != mark["key"]]
            self.marks[order["id"]] = [*kept, mark]
        order |= given | {"updated_at": self.tick()}
        self.orders[order["id"]] = order
        return web.json_response({"order": order})

    async def cancel(self, request: web.Request) -> web.Response:
        order, given = self.known(request), await request.json()
        if self.before_cancel:
            self.before_cancel(order)
        if order["cancelled_at"] or order["fulfillments"]:
            said = "Cannot cancel a paid and fulfilled order"
            raise Refusal(web.json_response({"error": said}, status=422))
        if amount := given.get("amount"):
            back = {"kind": "refund", "status": "success", "amount": amount}
            order["refunds"] = [{"id": 1, "transactions": [back]}]
            order["financial_status"] = "refunded"
        else:
            order["financial_status"] = "voided"
        moment = self.tick()
        order |= {"cancelled_at": moment, "updated_at": moment, "cancel_reason": given["reason"]}
        return web.json_response({"order": order, "notice": "Order has been canceled"})

    async def list_marks(self, request: web.Request) -> web.Response:
        order, query = self.known(request), request.query
        found = [
            mark
            for mark in self.marks[order["id"]]
            if (mark["namespace"], mark["key"]) == (query["namespace"], query["key"])
        ]
        return web.json_response({"metafields": found})

    async def list_events(self, request: web.Request) -> web.Response:
        self.known(request)
        parcel = int(request.match_info["parcel"])
        return web.json_response({"fulfillment_events": self.events[parcel]})

    def known(self, request: web.Request) -> dict[str, Any]:
        """The order of a path."""
        if (number := int(request.match_info["order"])) not in self.orders:
            raise Refusal(missing())
        return self.orders[number]


def missing() -> web.Response:
    """There is no such thing."""
    return web.json_response({"errors": "Not Found"}, status=404)
