"""Tools around money that goes back."""

from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from typing import Literal

from tools.arguments import Amount, Answer, Arguments, OrderNumber, Reason, Version
from tools.orders.authority import on_own_order, own_order
from tools.orders.changing import EFFECT_S
from tools.orders.port import Order, Orders
from tools.orders.wording import day_text
from tools.payments.port import Payments, Refund
from tools.spec import ActionKey, Caller, ToolSpec


class RefundOrder(Arguments):
    """How much of which order goes back, and why; the version is the one the customer was told about."""

    order_id: OrderNumber
    amount: Amount
    reason: Reason = "asked by the customer"
    version: Version = None


class RefundMade(Answer):
    """The receipt of a refund."""

    refund_id: str
    order_id: str
    amount: float
    currency: str
    made_on: str


class WhichOrder(Arguments):
    """Which order."""

    order_id: OrderNumber


class RefundStatus(Answer):
    """What was paid back for an order, and what still could be."""

    order_id: str
    state: Literal["none", "part", "full"]
    refunded: float
    refundable: float
    currency: str
    count: int
    last_amount: float | None
    last_on: str | None
    last_text: str | None
    """The day of the last refund, as "18 November"."""
    paid_with: str


def refund_order(orders: Orders, payments: Payments) -> ToolSpec[RefundOrder, RefundMade]:
    """Make the tool that pays money back."""

    async def run(caller: Caller, args: RefundOrder, key: ActionKey | None) -> RefundMade:
        assert key is not None

        async def pay_back(_: Order, version: int) -> Refund:
            return await payments.refund(args.order_id, args.amount, args.reason, version=version, key=key)

        return receipt(await on_own_order(orders, caller, args.order_id, args.version, pay_back))

    async def settle(caller: Caller, args: RefundOrder, key: ActionKey) -> RefundMade | None:
        made = await payments.done_under(key, args.order_id)
        return receipt(made) if made else None

    return ToolSpec(
        name="refund_order",
        description="Pay money back for an order, to where it came from.",
        args=RefundOrder,
        result=RefundMade,
        risk="money",
        run=run,
        settle=settle,
        timeout_s=EFFECT_S,
    )


def refund_status(
    orders: Orders, payments: Payments, today: Callable[[], date]
) -> ToolSpec[WhichOrder, RefundStatus]:
    """Make the tool that tells what was paid back."""

    async def run(caller: Caller, args: WhichOrder, key: ActionKey | None) -> RefundStatus:
        order = await own_order(orders, caller, args.order_id)
        return summed_up(order, await payments.refunds_of(args.order_id), today())

    return ToolSpec(
        name="refund_status",
        description="Tell what was paid back for an order and what still could be.",
        args=WhichOrder,
        result=RefundStatus,
        risk="read",
        run=run,
    )


def receipt(made: Refund) -> RefundMade:
    """A refund as its receipt."""
    return RefundMade(
        refund_id=made.id,
        order_id=made.order_id,
        amount=float(made.amount),
        currency=made.currency,
        made_on=made.made_at.date().isoformat(),
    )


def summed_up(order: Order, refunds: Sequence[Refund], today: date) -> RefundStatus:
    """An order's refunds in one view; the ledger counts, not the order."""
    paid_back = sum((refund.amount for refund in refunds), Decimal(0))
    last = refunds[-1] if refunds else None
    return RefundStatus(
        order_id=order.id,
        state="none" if not paid_back else "full" if paid_back >= order.total else "part",
        refunded=float(paid_back),
        refundable=float(order.refundable),
        currency=order.currency,
        count=len(refunds),
        last_amount=last and float(last.amount),
        last_on=last and last.made_at.date().isoformat(),
        last_text=last and day_text(last.made_at.date(), today),
        paid_with=order.paid_with,
    )
