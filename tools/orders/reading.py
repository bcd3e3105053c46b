"""Tools that look at orders."""

from collections.abc import Callable, Sequence
from datetime import date

from tools.arguments import Answer, Arguments, Email, NoArguments, OrderNumber
from tools.crm.port import Crm
from tools.orders.authority import order_with_email, own_order
from tools.orders.port import Order, Orders
from tools.orders.wording import FoundOrder, described, status_of
from tools.spec import ActionKey, Caller, ToolSpec

OPEN = frozenset({"processing", "shipped"})


class FindOrder(Arguments):
    """Which order; the email is for senders who are not verified."""

    order_id: OrderNumber
    email: Email | None = None


class ListedOrders(Answer):
    """A customer's orders, newest first."""

    orders: list[FoundOrder]
    count: int
    open_count: int
    """How many are still processing or on their way."""
    only_open: str | None
    """The number of the one open order, if there is exactly one."""
    newest: str | None
    """The number of the newest order."""


def find_order(orders: Orders, crm: Crm, today: Callable[[], date]) -> ToolSpec[FindOrder, FoundOrder]:
    """Make the tool that looks up one order."""

    async def run(caller: Caller, args: FindOrder, key: ActionKey | None) -> FoundOrder:
        if caller.verified and caller.customer_id:
            return described(await own_order(orders, caller, args.order_id), today())
        return status_of(await order_with_email(orders, crm, args.order_id, args.email), today())

    return ToolSpec(
        name="find_order",
        description="Look up one order: all of it for its verified owner, its status for number and email.",
        args=FindOrder,
        result=FoundOrder,
        risk="read",
        run=run,
        needs_verified=False,
    )


def list_orders(orders: Orders, today: Callable[[], date]) -> ToolSpec[NoArguments, ListedOrders]:
    """Make the tool that lists the caller's orders."""

    async def run(caller: Caller, args: NoArguments, key: ActionKey | None) -> ListedOrders:
        assert caller.customer_id is not None
        own = [o for o in await orders.of_customer(caller.customer_id) if o.customer_id == caller.customer_id]
        return listed(own, today())

    return ToolSpec(
        name="list_orders",
        description="List the customer's own orders, newest first.",
        args=NoArguments,
        result=ListedOrders,
        risk="read",
        run=run,
    )


def listed(orders: Sequence[Order], today: date) -> ListedOrders:
    """Describe orders, and say which one a question without a number may mean."""
    still_open = [order.id for order in orders if order.status in OPEN]
    return ListedOrders(
        orders=[described(order, today) for order in orders],
        count=len(orders),
        open_count=len(still_open),
        only_open=still_open[0] if len(still_open) == 1 else None,
        newest=orders[0].id if orders else None,
    )
