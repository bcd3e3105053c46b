"""The shop's API. Reading is open on loopback; everything with an effect needs the token."""

import hashlib
from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Header, Query, Request
from starlette.responses import Response

from examples.shop.company import Company
from examples.shop.problems import answer
from examples.shop.schema import (
    AddressRequest,
    CancelRequest,
    CustomerView,
    OperationView,
    OrderView,
    RefundRequest,
    RefundView,
    Strict,
    TicketRequest,
    TicketView,
)
from examples.shop.values import Status

Key = Annotated[str | None, Header(alias="Idempotency-Key", max_length=200)]
Version = Annotated[int | None, Header(alias="If-Match", description="The order's version as it was read")]
Limit = Annotated[int, Query(ge=1, le=1000)]


def routes(company: Company) -> APIRouter:
    """All of the shop's paths over one company."""
    router = APIRouter()
    add_orders(router, company)
    add_payments(router, company)
    add_customers(router, company)
    add_tickets(router, company)
    return router


def fingerprint(request: Request, body: Strict) -> str:
    """What an operation means: its path and body; the version is only its precondition."""
    meaning = f"{request.method} {request.url.path} {body.model_dump_json()}"
    return hashlib.sha256(meaning.encode()).hexdigest()


def add_orders(router: APIRouter, company: Company) -> None:
    """Orders: read, cancel, send elsewhere."""

    @router.get("/orders/{order_id}", response_model=OrderView, tags=["orders"])
    async def order(order_id: str) -> Response:
        """One order."""
        return answer(OrderView.of(company.order(order_id)).model_dump(mode="json"))

    @router.get("/orders", response_model=list[OrderView], tags=["orders"])
    async def orders(
        customer_id: str | None = None, status: Status | None = None, limit: Limit = 100
    ) -> Response:
        """Orders, newest first."""
        found = company.books.orders(customer_id=customer_id, status=status, limit=limit)
        return answer([OrderView.of(order).model_dump(mode="json") for order in found])

    @router.post("/orders/{order_id}/cancel", response_model=OrderView, tags=["orders"])
    async def cancel(
        request: Request, order_id: str, body: CancelRequest, key: Key = None, version: Version = None
    ) -> Response:
        """Cancel an order that is still processing."""
        effect = partial(company.cancel, order_id, version)
        return answer(company.once(key, fingerprint(request, body), effect))

    @router.patch("/orders/{order_id}/address", response_model=OrderView, tags=["orders"])
    async def address(
        request: Request, order_id: str, body: AddressRequest, key: Key = None, version: Version = None
    ) -> Response:
        """Send an order that is still processing somewhere else."""
        effect = partial(company.change_address, order_id, version, body.address)
        return answer(company.once(key, fingerprint(request, body), effect))

    @router.get("/operations/{key:path}", response_model=OperationView, tags=["operations"])
    async def operation(key: str) -> Response:
        """What was done under an idempotency key; 404 means nothing was."""
        return answer({"key": key, "receipt": company.operation(key)})


def add_payments(router: APIRouter, company: Company) -> None:
    """Payments: the refund ledger."""

    @router.post("/refunds", response_model=RefundView, status_code=201, tags=["payments"])
    async def refund(
        request: Request, body: RefundRequest, key: Key = None, version: Version = None
    ) -> Response:
        """Pay back a part or all of an order, to the card it was paid with."""
        effect = partial(company.refund, body.order_id, version, body.amount, body.reason)
        return answer(company.once(key, fingerprint(request, body), effect), 201)

    @router.get("/refunds", response_model=list[RefundView], tags=["payments"])
    async def refunds(order_id: str | None = None) -> Response:
        """The ledger, of one order or of all."""
        found = company.books.refunds(order_id)
        return answer([RefundView.of(refund).model_dump(mode="json") for refund in found])


def add_customers(router: APIRouter, company: Company) -> None:
    """CRM: who buys here."""

    @router.get("/customers/{customer_id}", response_model=CustomerView, tags=["customers"])
    async def customer(customer_id: str) -> Response:
        """One customer."""
        return answer(CustomerView.of(company.customer(customer_id)).model_dump(mode="json"))

    @router.get("/customers", response_model=list[CustomerView], tags=["customers"])
    async def customers(email: str | None = None, limit: Limit = 100) -> Response:
        """Everybody, or the one with this address."""
        found = company.books.customers(email=email, limit=limit)
        return answer([CustomerView.of(customer).model_dump(mode="json") for customer in found])

    @router.post("/customers/{customer_id}/reset", response_model=list[OrderView], tags=["customers"])
    async def reset(customer_id: str) -> Response:
        """Put a customer's orders, refunds and tickets back to the shop's first day."""
        found = company.start_over(customer_id)
        return answer([OrderView.of(order).model_dump(mode="json") for order in found])


def add_tickets(router: APIRouter, company: Company) -> None:
    """Tickets: what a person has to look at."""

    @router.post("/tickets", response_model=TicketView, status_code=201, tags=["tickets"])
    async def ticket(request: Request, body: TicketRequest, key: Key = None) -> Response:
        """Open a ticket."""
        effect = partial(company.open_ticket, **body.model_dump())
        return answer(company.once(key, fingerprint(request, body), effect), 201)

    @router.get("/tickets", response_model=list[TicketView], tags=["tickets"])
    async def tickets(customer_id: str | None = None) -> Response:
        """Tickets, of one customer or of all."""
        found = company.books.tickets(customer_id)
        return answer([TicketView.of(ticket).model_dump(mode="json") for ticket in found])

    @router.get("/healthz", tags=["service"])
    async def healthz() -> dict[str, Any]:
        """The service answers."""
        return {"status": "ok"}
