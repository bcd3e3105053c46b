"""What follows an order, over a plain REST API."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from urllib.parse import quote

from pydantic import BaseModel

from tools.aftercare.port import (
    Article,
    Condition,
    GoodsBack,
    Invoice,
    InvoiceSent,
    Problem,
    Reason,
    Replacement,
    Shipment,
    ShipmentState,
    Trace,
)
from tools.rest import RestBackend, each_shaped, shaped
from tools.spec import ActionKey


class WireLine(BaseModel):
    """One line of an order, as the API writes it."""

    sku: str
    name: str
    quantity: int

    @property
    def words(self) -> str:
        """The line as people write it."""
        return self.name if self.quantity == 1 else f"{self.quantity} x {self.name}"


class WireArticle(BaseModel):
    """One article, as the API writes it."""

    sku: str
    name: str
    price: Decimal
    available: int


class WireShipment(BaseModel):
    """Where a parcel is, as the API writes it."""

    carrier: str | None = None
    tracking_number: str | None = None
    state: ShipmentState
    last_event: str
    days_late: int = 0
    left_with: str | None = None


class WireReturn(BaseModel):
    """A return or an exchange, as the API writes it."""

    id: str
    order_id: str
    items: list[WireLine]
    wanted: WireLine | None = None
    fee: Decimal = Decimal(0)
    credit: Decimal = Decimal(0)
    currency: str
    label: str
    send_by: date


class WireReplacement(BaseModel):
    """A replacement, as the API writes it."""

    id: str
    order_id: str
    items: list[WireLine]
    expected_on: date


class WireTrace(BaseModel):
    """A search, as the API writes it."""

    id: str
    order_id: str
    answer_by: date


class WireInvoice(BaseModel):
    """An invoice, as the API writes it."""

    number: str
    order_id: str
    amount: Decimal
    vat: Decimal
    currency: str
    issued_on: date
    paid: bool


class WireSending(BaseModel):
    """An invoice sent again, as the API writes it."""

    id: str
    number: str
    sent_to: str


class RestAftercare:
    """The system's `/returns`, `/exchanges`, `/replacements`, `/traces`, `/invoices` and `/products`."""

    def __init__(self, backend: RestBackend) -> None:
        self._backend = backend

    async def variants(self, article: str) -> Sequence[Article]:
        """Return the colours and sizes of an article."""
        found = await self._backend.get("/products", what="article", family_of=article)
        return [Article(**wire.model_dump()) for wire in each_shaped(WireArticle, found)]

    async def shipment(self, order_id: str) -> Shipment:
        """Return where an order's parcel is."""
        path = f"/orders/{quote(order_id, safe='')}/shipment"
        return Shipment(**shaped(WireShipment, await self._backend.get(path, what="shipment")).model_dump())

    async def goods_back(self, order_id: str) -> Sequence[GoodsBack]:
        """Return what was announced to come back."""
        found = await self._backend.get("/returns", what="order", order_id=order_id)
        return [read_return(wire) for wire in each_shaped(WireReturn, found)]

    async def replacements(self, order_id: str) -> Sequence[Replacement]:
        """Return what was sent once more."""
        found = await self._backend.get("/replacements", what="order", order_id=order_id)
        return [read_replacement(wire) for wire in each_shaped(WireReplacement, found)]

    async def traces(self, order_id: str) -> Sequence[Trace]:
        """Return the searches for a parcel."""
        found = await self._backend.get("/traces", what="order", order_id=order_id)
        return [Trace(**wire.model_dump()) for wire in each_shaped(WireTrace, found)]

    async def invoice(self, order_id: str) -> Invoice | None:
        """Return the invoice of an order, or None before it is written."""
        found = each_shaped(
            WireInvoice, await self._backend.get("/invoices", what="order", order_id=order_id)
        )
        return Invoice(**found[-1].model_dump()) if found else None

    async def take_back(
        self,
        order_id: str,
        skus: Sequence[str],
        reason: Reason,
        condition: Condition,
        *,
        version: int,
        key: ActionKey,
    ) -> GoodsBack:
        """Announce a return."""
        body = {"order_id": order_id, "skus": [*skus], "reason": reason, "condition": condition}
        return read_return(
            await self._backend.act(
                "POST", "/returns", body, key=key, version=version, what="order", shape=WireReturn
            )
        )

    async def exchange(
        self,
        order_id: str,
        skus: tuple[str, str],
        reason: Reason,
        condition: Condition,
        *,
        version: int,
        key: ActionKey,
    ) -> GoodsBack:
        """Announce an exchange."""
        sku, wanted = skus
        body = {"order_id": order_id, "sku": sku, "wanted_sku": wanted, "reason": reason}
        return read_return(
            await self._backend.act(
                "POST",
                "/exchanges",
                body | {"condition": condition},
                key=key,
                version=version,
                what="order",
                shape=WireReturn,
            )
        )

    async def send_again(
        self, order_id: str, skus: Sequence[str], problem: Problem, *, version: int, key: ActionKey
    ) -> Replacement:
        """Send goods once more."""
        body = {"order_id": order_id, "skus": [*skus], "reason": problem}
        return read_replacement(
            await self._backend.act(
                "POST", "/replacements", body, key=key, version=version, what="order", shape=WireReplacement
            )
        )

    async def search(self, order_id: str, problem: Problem, *, version: int, key: ActionKey) -> Trace:
        """Ask the carrier to search."""
        body = {"order_id": order_id, "problem": problem}
        wire = await self._backend.act(
            "POST", "/traces", body, key=key, version=version, what="order", shape=WireTrace
        )
        return Trace(**wire.model_dump())

    async def send_invoice(self, number: str, email: str, *, key: ActionKey) -> InvoiceSent:
        """Send an invoice once more."""
        path = f"/invoices/{quote(number, safe='')}/send"
        wire = await self._backend.act(
            "POST", path, {"email": email}, key=key, what="invoice", shape=WireSending
        )
        return InvoiceSent(**wire.model_dump())

    async def goods_back_under(self, key: ActionKey) -> GoodsBack | None:
        """Return what the key's receipt shows."""
        receipt = await self._backend.done_under(key, shape=WireReturn)
        return read_return(receipt) if receipt else None

    async def replacement_under(self, key: ActionKey) -> Replacement | None:
        """Return what the key's receipt shows."""
        receipt = await self._backend.done_under(key, shape=WireReplacement)
        return read_replacement(receipt) if receipt else None

    async def trace_under(self, key: ActionKey) -> Trace | None:
        """Return what the key's receipt shows."""
        receipt = await self._backend.done_under(key, shape=WireTrace)
        return Trace(**receipt.model_dump()) if receipt else None

    async def invoice_sent_under(self, key: ActionKey) -> InvoiceSent | None:
        """Return what the key's receipt shows."""
        receipt = await self._backend.done_under(key, shape=WireSending)
        return InvoiceSent(**receipt.model_dump()) if receipt else None


def read_return(wire: WireReturn) -> GoodsBack:
    """Translate a return from the API's words into ours."""
    fields = wire.model_dump(exclude={"items", "wanted"})
    return GoodsBack(
        skus=tuple(line.sku for line in wire.items),
        items=tuple(line.words for line in wire.items),
        wanted=wire.wanted.words if wire.wanted else None,
        **fields,
    )


def read_replacement(wire: WireReplacement) -> Replacement:
    """Translate a replacement from the API's words into ours."""
    return Replacement(
        skus=tuple(line.sku for line in wire.items),
        items=tuple(line.words for line in wire.items),
        **wire.model_dump(exclude={"items"}),
    )
