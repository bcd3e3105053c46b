"""`/api/v1/customers`: what the company's own systems know of a customer."""

from typing import Any

from fastapi import APIRouter

from app.auth.rights import ReadsCustomers
from app.console import repository as sql
from app.console.deps import ConsoleDeps
from app.console.shapes import Order, Orders
from app.conversations.seal import open_json
from app.problems import Problem, not_found
from tools.spec import Caller, NotFound, Succeeded

LIST_ORDERS = "list_orders"


async def orders_of(deps: ConsoleDeps, tenant_id: str, customer_id: str) -> Orders:
    """List a customer's orders, as the company's systems hold them now."""
    async with deps.tenants.tenant(tenant_id) as conn:
        index = deps.vault.blind_index(tenant_id, customer_id)
        found = await sql.customer(conn, tenant_id, customer_id, index)
    if found is None:
        raise not_found("customer")
    profile = open_json(deps.vault, tenant_id, found.profile, f"customers:profile:{found.customer_id}")
    external_id = profile.get("external_id")
    items = await purchases(deps, tenant_id, external_id) if external_id else []
    if items is None:
        raise Problem(
            503,
            "system-away",
            "The order system does not answer.",
            "Try again in a moment.",
            headers={"Retry-After": "5"},
        )
    return Orders(items=items)


async def purchases(deps: ConsoleDeps, tenant_id: str, external_id: str) -> list[Order] | None:
    """Ask for the orders of one of the company's customers; None when the order system does not answer."""
    caller = Caller(tenant_id=tenant_id, conversation_id="", customer_id=external_id, verified=True)
    outcome = await deps.read_tool(LIST_ORDERS, caller, {})
    match outcome:
        case Succeeded(result=result):
            return [_order(order) for order in result.get("orders") or ()]
        case NotFound():
            return []
        case _:
            return None


def _order(order: dict[str, Any]) -> Order:
    return Order(
        order_id=str(order["order_id"]),
        product=str(order.get("items") or order.get("product") or ""),
        total=float(order.get("total") or 0.0),
        currency=str(order.get("currency") or ""),
        status=str(order["status"]),
    )


def build_router(deps: ConsoleDeps) -> APIRouter:
    """Build the routes."""
    router = APIRouter(prefix="/api/v1/customers", tags=["customers"])

    @router.get("/{customer_id}/orders")
    async def orders(caller: ReadsCustomers, customer_id: str) -> Orders:
        """List a customer's orders."""
        return await orders_of(deps, caller.tenant_id, customer_id)

    return router
