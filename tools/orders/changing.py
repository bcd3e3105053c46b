"""Tools that change orders."""

from tools.arguments import Address, Answer, Arguments, OrderNumber, Reason, Version
from tools.orders.authority import on_own_order
from tools.orders.port import Order, Orders, Status
from tools.spec import ActionKey, Caller, ToolSpec

EFFECT_S = 3.0
"""An effect reads first and may try again on fresh state, so it gets longer than one request."""


class CancelOrder(Arguments):
    """Which order, and why; the version is the one the customer was told about."""

    order_id: OrderNumber
    reason: Reason = "asked by the customer"
    version: Version = None


class ChangeAddress(Arguments):
    """Which order, and where it shall go instead."""

    order_id: OrderNumber
    address: Address
    version: Version = None


class ChangedOrder(Answer):
    """The order right after the change."""

    order_id: str
    status: Status
    address_line: str
    version: int


def changed(order: Order) -> ChangedOrder:
    """What matters about an order that was just changed."""
    return ChangedOrder(
        order_id=order.id, status=order.status, address_line=order.address, version=order.version
    )


def cancel_order(orders: Orders) -> ToolSpec[CancelOrder, ChangedOrder]:
    """Make the tool that cancels an order."""

    async def run(caller: Caller, args: CancelOrder, key: ActionKey | None) -> ChangedOrder:
        assert key is not None

        async def cancel(_: Order, version: int) -> Order:
            return await orders.cancel(args.order_id, args.reason, version=version, key=key)

        return changed(await on_own_order(orders, caller, args.order_id, args.version, cancel))

    async def settle(caller: Caller, args: CancelOrder, key: ActionKey) -> ChangedOrder | None:
        done = await orders.done_under(key, args.order_id)
        return changed(done) if done else None

    return ToolSpec(
        name="cancel_order",
        description="Cancel an order that has not left the house.",
        args=CancelOrder,
        result=ChangedOrder,
        risk="write",
        run=run,
        settle=settle,
        timeout_s=EFFECT_S,
    )


def change_address(orders: Orders) -> ToolSpec[ChangeAddress, ChangedOrder]:
    """Make the tool that sends an order elsewhere."""

    async def run(caller: Caller, args: ChangeAddress, key: ActionKey | None) -> ChangedOrder:
        assert key is not None

        async def redirect(_: Order, version: int) -> Order:
            return await orders.change_address(args.order_id, args.address, version=version, key=key)

        return changed(await on_own_order(orders, caller, args.order_id, args.version, redirect))

    async def settle(caller: Caller, args: ChangeAddress, key: ActionKey) -> ChangedOrder | None:
        done = await orders.done_under(key, args.order_id)
        return changed(done) if done else None

    return ToolSpec(
        name="change_address",
        description="Send an order that has not left the house to another address.",
        args=ChangeAddress,
        result=ChangedOrder,
        risk="write",
        run=run,
        settle=settle,
        timeout_s=EFFECT_S,
    )
