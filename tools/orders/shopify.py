"""Orders in Shopify: Admin REST API 2024-10 (orders, fulfilment events, metafields).

Shopify has neither idempotency keys nor `If-Match` on orders. Our key is
written to a metafield of the order before a cancellation and together with a
new address, so what was done under it can be looked up; an order can only be
cancelled once, and an address that is set twice is the same address. The
version is compared here, in the moment before the effect. Orders older than
60 days are only seen with the scope `read_all_orders`.
"""

import asyncio
import re
from collections.abc import Sequence
from hashlib import sha256
from typing import Any

from pydantic import BaseModel

from tools.errors import (
    BackendFailed,
    BackendRefused,
    NoSuchThing,
    OutcomeUnknown,
    ToolError,
    VersionConflict,
    key_reused,
)
from tools.orders.port import Order
from tools.orders.shopify_wire import WireEvent, WireOrder, bare, parts_of, read_order
from tools.spec import ActionKey
from tools.vendor import PAGES, Reply, VendorApi

API = "/admin/api/2024-10"
NAMESPACE = "frontdesk"
TRACKED = 10
"""For so many of a customer's newest sent orders the carrier is asked as well."""
NEXT_PAGE = re.compile(r"<[^>]*[?&]page_info=(?P<page>[^&>]+)[^>]*>;\s*rel=\"?next\"?")


class WireOrders(BaseModel):
    """A page of orders."""

    orders: list[WireOrder]


class WireOne(BaseModel):
    """One order, wrapped."""

    order: WireOrder


class WireEvents(BaseModel):
    """What the carrier said."""

    fulfillment_events: list[WireEvent]


class WireMark(BaseModel):
    """A metafield: under which key something was begun, and what."""

    key: str
    value: str


class WireMarks(BaseModel):
    """Metafields of one order."""

    metafields: list[WireMark]


class ShopifyOrders:
    """A Shopify shop."""

    def __init__(self, api: VendorApi) -> None:
        self._api = api

    async def get(self, order_id: str) -> Order:
        """Return an order by the number that customers know, or raise `NoSuchThing`."""
        return await self._tracked(await self._named(order_id))

    async def of_customer(self, customer_id: str) -> Sequence[Order]:
        """Return a customer's orders, newest first; none for somebody unknown."""
        if not (customer_id.isascii() and customer_id.isdecimal()):
            return []
        try:
            wires = await self._listed(customer_id)
        except NoSuchThing:
            return []
        wires.sort(key=lambda wire: wire.created_at, reverse=True)
        tracked = await asyncio.gather(*(self._tracked(wire) for wire in wires[:TRACKED]))
        return [*tracked, *(read_order(wire, []) for wire in wires[TRACKED:])]

    async def cancel(self, order_id: str, reason: str, *, version: int, key: ActionKey) -> Order:
        """Cancel; what was already paid goes back with it, a reservation is given up."""
        wire = await self._named(order_id)
        begun = await self._meaning(wire, key, "cancel")
        if begun and wire.cancelled_at:
            return await self._tracked(wire)
        if not wire.open():
            raise BackendRefused("not_cancellable", "the order has left or is closed")
        unchanged(wire, version)
        await self._mark(wire, key)
        body: dict[str, Any] = {"reason": "customer", "note": reason}
        if left := wire.taken() - wire.refunded():
            body |= {"amount": str(left), "currency": wire.currency}
        path = f"{API}/orders/{wire.id}/cancel.json"
        try:
            done = await self._api.act(path, what="order", shape=WireOne, json=body)
        except BackendRefused as refusal:
            raise BackendRefused("not_cancellable", refusal.detail) from refusal
        return await self._tracked(done.order)

    async def change_address(self, order_id: str, address: str, *, version: int, key: ActionKey) -> Order:
        """Send it elsewhere; key and address are written in one request."""
        wire, meaning = await self._named(order_id), f"address {sha256(address.encode()).hexdigest()}"
        if await self._meaning(wire, key, meaning):
            return await self._tracked(wire)
        if not wire.open():
            raise BackendRefused("address_fixed", "the order has left or is closed")
        unchanged(wire, version)
        changes = {"shipping_address": parts_of(address), "metafields": [mark(key, meaning)]}
        done = await self._put(wire, changes)
        return await self._tracked(done.order)

    async def done_under(self, key: ActionKey, order_id: str | None = None) -> Order | None:
        """Return the order as it stands, if it carries this key and the effect shows on it."""
        if order_id is None:
            raise BackendFailed("order_needed", "Shopify keeps keys on the order: name it as well")
        try:
            wire = await self._named(order_id)
        except NoSuchThing:
            return None
        begun = await self._marked(wire, key)
        done = begun is not None and (begun != "cancel" or wire.cancelled_at is not None)
        return await self._tracked(wire) if done else None

    async def _named(self, order_id: str) -> WireOrder:
        """The one order with this name; Shopify's filter is looser than that."""
        name = f"#{order_id}" if order_id.isdecimal() else order_id
        params = {"name": name, "status": "any"}
        reply = await self._api.read(f"{API}/orders.json", what="order", params=params)
        for wire in reply.of(WireOrders).orders:
            if bare(wire.name) == bare(order_id):
                return wire
        raise NoSuchThing("order")

    async def _listed(self, customer_id: str) -> list[WireOrder]:
        """All pages of a customer's orders."""
        found: list[WireOrder] = []
        path, params = f"{API}/customers/{customer_id}/orders.json", {"status": "any", "limit": "250"}
        for _ in range(PAGES):
            reply = await self._api.read(path, what="customer", params=params)
            found += reply.of(WireOrders).orders
            if not (following := NEXT_PAGE.search(reply.headers.get("Link", ""))):
                break
            params = {"limit": "250", "page_info": following["page"]}
        return found

    async def _tracked(self, wire: WireOrder) -> Order:
        """An order with what the carriers said of its parcels."""
        told = await asyncio.gather(*(self._events(wire.id, parcel.id) for parcel in wire.sent()))
        return read_order(wire, [event for events in told for event in events])

    async def _events(self, order: int, parcel: int) -> list[WireEvent]:
        path = f"{API}/orders/{order}/fulfillments/{parcel}/events.json"
        return (await self._api.read(path, what="order")).of(WireEvents).fulfillment_events

    async def _marked(self, wire: WireOrder, key: ActionKey) -> str | None:
        """What was begun on this order under a key."""
        params = {"namespace": NAMESPACE, "key": mark_name(key)}
        reply = await self._api.read(f"{API}/orders/{wire.id}/metafields.json", what="order", params=params)
        marks = reply.of(WireMarks).metafields
        return next((one.value for one in marks if one.key == mark_name(key)), None)

    async def _meaning(self, wire: WireOrder, key: ActionKey, meaning: str) -> bool:
        """Whether this was begun under the key; a key that means something else is refused."""
        begun = await self._marked(wire, key)
        if begun not in (None, meaning):
            raise key_reused()
        return begun is not None

    async def _mark(self, wire: WireOrder, key: ActionKey) -> None:
        """Write down what is about to be done; nothing is done yet, so nothing is in doubt."""
        try:
            await self._put(wire, {"metafields": [mark(key, "cancel")]})
        except OutcomeUnknown as lost:
            raise BackendFailed(lost.code, lost.detail) from lost

    async def _put(self, wire: WireOrder, changes: dict[str, Any]) -> WireOne:
        body = {"order": {"id": wire.id} | changes}
        path = f"{API}/orders/{wire.id}.json"
        return await self._api.act(path, method="PUT", what="order", shape=WireOne, json=body)


def unchanged(wire: WireOrder, version: int) -> None:
    """Refuse to act on an order that is no longer the one that was read."""
    if wire.version() != version:
        raise VersionConflict("version_conflict", "the order has changed: read it again")


def mark_name(key: ActionKey) -> str:
    """A key as a metafield's name, which takes few signs and at most 64."""
    return sha256(key.encode()).hexdigest()[:40]


def mark(key: ActionKey, meaning: str) -> dict[str, str]:
    """A metafield that tells what was begun under a key."""
    return {
        "namespace": NAMESPACE,
        "key": mark_name(key),
        "value": meaning,
        "type": "single_line_text_field",
    }


def explain_shopify(reply: Reply) -> ToolError | None:
    """Read Shopify's error document: `errors` or `error`, a sentence or a list a field."""
    said = reply.said()
    if reply.status == 404 or not ({"errors", "error"} & said.keys()):
        return None
    return BackendRefused(f"http_{reply.status}", f"Shopify refused: {words(said)}")


def words(said: dict[str, Any]) -> str:
    """What Shopify says, on one line; a field's name stands before its faults."""
    match said.get("errors") or said.get("error"):
        case str(sentence):
            return sentence
        case dict(fields):
            return "; ".join(f"{name}: {faults}" for name, faults in fields.items())
        case _:
            return "no reason given"
