"""The shop's API around orders that were placed."""

from functools import partial

from fastapi import APIRouter, Request
from starlette.responses import Response

from examples.shop.aftercare.company import Aftercare
from examples.shop.aftercare.schema import (
    ExchangeRequest,
    InvoiceView,
    ProductView,
    ReplacementRequest,
    ReplacementView,
    ReturnRequest,
    ReturnView,
    SendingRequest,
    SendingView,
    ShipmentView,
    TraceRequest,
    TraceView,
)
from examples.shop.aftercare.stock import ARTICLES, family
from examples.shop.problems import answer
from examples.shop.routes import Key, Version, fingerprint


def aftercare_routes(care: Aftercare) -> APIRouter:
    """All paths for what follows an order."""
    router = APIRouter()
    add_products(router, care)
    add_returns(router, care)
    add_shipments(router, care)
    add_invoices(router, care)
    return router


def add_products(router: APIRouter, care: Aftercare) -> None:
    """Articles: what there is, and how much of it."""

    @router.get("/products", response_model=list[ProductView], tags=["products"])
    async def products(family_of: str | None = None) -> Response:
        """All articles, or the variants of one by its name."""
        wanted = family(family_of).casefold() if family_of else None
        shown = [
            ProductView.of(one, family(one.name), care.books.available(one.sku))
            for one in ARTICLES.values()
            if wanted in (None, family(one.name).casefold())
        ]
        return answer([one.model_dump(mode="json") for one in shown])


def add_returns(router: APIRouter, care: Aftercare) -> None:
    """Goods that come back."""

    @router.post("/returns", response_model=ReturnView, status_code=201, tags=["returns"])
    async def take_back(
        request: Request, body: ReturnRequest, key: Key = None, version: Version = None
    ) -> Response:
        """Announce a return of some lines or of all; the receipt holds its label."""
        effect = partial(care.take_back, body, version)
        return answer(care.company.once(key, fingerprint(request, body), effect), 201)

    @router.post("/exchanges", response_model=ReturnView, status_code=201, tags=["returns"])
    async def exchange(
        request: Request, body: ExchangeRequest, key: Key = None, version: Version = None
    ) -> Response:
        """Announce a return for another article, which is set aside at once."""
        effect = partial(care.exchange, body, version)
        return answer(care.company.once(key, fingerprint(request, body), effect), 201)

    @router.get("/returns", response_model=list[ReturnView], tags=["returns"])
    async def returns(order_id: str | None = None) -> Response:
        """Returns and exchanges, of one order or of all."""
        return answer([ReturnView.of(one).model_dump(mode="json") for one in care.books.returns(order_id)])


def add_shipments(router: APIRouter, care: Aftercare) -> None:
    """Parcels: where they are, searching for them, sending once more."""

    @router.get("/orders/{order_id}/shipment", response_model=ShipmentView, tags=["shipments"])
    async def shipment(order_id: str) -> Response:
        """What the carrier tells of an order's parcel."""
        return answer(ShipmentView.of(care.shipment(order_id)).model_dump(mode="json"))

    @router.post("/traces", response_model=TraceView, status_code=201, tags=["shipments"])
    async def search(
        request: Request, body: TraceRequest, key: Key = None, version: Version = None
    ) -> Response:
        """Ask the carrier to search for a parcel."""
        effect = partial(care.search, body, version)
        return answer(care.company.once(key, fingerprint(request, body), effect), 201)

    @router.get("/traces", response_model=list[TraceView], tags=["shipments"])
    async def traces(order_id: str | None = None) -> Response:
        """Searches, of one order or of all."""
        return answer([TraceView.of(one).model_dump(mode="json") for one in care.books.traces(order_id)])

    @router.post("/replacements", response_model=ReplacementView, status_code=201, tags=["shipments"])
    async def send_again(
        request: Request, body: ReplacementRequest, key: Key = None, version: Version = None
    ) -> Response:
        """Send some lines or all once more, at no cost."""
        effect = partial(care.send_again, body, version)
        return answer(care.company.once(key, fingerprint(request, body), effect), 201)

    @router.get("/replacements", response_model=list[ReplacementView], tags=["shipments"])
    async def replacements(order_id: str | None = None) -> Response:
        """What was sent once more, of one order or of all."""
        found = care.books.replacements(order_id)
        return answer([ReplacementView.of(one).model_dump(mode="json") for one in found])


def add_invoices(router: APIRouter, care: Aftercare) -> None:
    """Invoices: looked at, and sent again."""

    @router.get("/invoices", response_model=list[InvoiceView], tags=["invoices"])
    async def invoices(order_id: str) -> Response:
        """The invoices of an order; none before it has left."""
        return answer([InvoiceView.of(one).model_dump(mode="json") for one in care.invoices(order_id)])

    @router.post("/invoices/{number}/send", response_model=SendingView, status_code=201, tags=["invoices"])
    async def send(request: Request, number: str, body: SendingRequest, key: Key = None) -> Response:
        """Send an invoice once more to its customer's own address."""
        effect = partial(care.send_invoice, number, body.email)
        return answer(care.company.once(key, fingerprint(request, body), effect), 201)

    @router.get("/invoices/{number}/sendings", response_model=list[SendingView], tags=["invoices"])
    async def sendings(number: str) -> Response:
        """When an invoice was sent again."""
        return answer([SendingView.of(one).model_dump(mode="json") for one in care.books.sendings(number)])
