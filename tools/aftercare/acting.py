"""Tools that act on what follows an order: returns, exchanges, replacements, searches, invoices."""

from collections.abc import Awaitable, Callable
from typing import Annotated, TypeVar

from pydantic import BaseModel, StringConstraints

from tools.aftercare.port import (
    Aftercare,
    Condition,
    GoodsBack,
    InvoiceSent,
    Problem,
    Reason,
    Replacement,
    Trace,
)
from tools.aftercare.reading import line_named
from tools.arguments import Answer, Arguments, OrderNumber, Version
from tools.crm.port import Crm
from tools.errors import NoSuchThing
from tools.orders.authority import on_own_order, own_order
from tools.orders.changing import EFFECT_S
from tools.orders.port import Order, Orders
from tools.spec import ActionKey, Caller, ToolSpec

ArticleName = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
R = TypeVar("R", bound=BaseModel)
T = TypeVar("T")


class ReturnItems(Arguments):
    """What of which order comes back, and why; without an article all of it."""

    order_id: OrderNumber
    item: ArticleName | None = None
    reason: Reason
    condition: Condition = "unused"
    version: Version = None


class ExchangeItem(Arguments):
    """Which article of which order is exchanged for which other one."""

    order_id: OrderNumber
    item: ArticleName
    wanted: ArticleName
    reason: Reason = "changed_mind"
    condition: Condition = "unused"
    version: Version = None


class SendReplacement(Arguments):
    """What of which order is sent once more, and why; without an article all of it."""

    order_id: OrderNumber
    item: ArticleName | None = None
    problem: Problem
    version: Version = None


class TraceParcel(Arguments):
    """Which order's parcel is searched for, and what is wrong with it."""

    order_id: OrderNumber
    problem: Problem
    version: Version = None


class SendInvoice(Arguments):
    """Which order's invoice is sent once more, to its customer's own address."""

    order_id: OrderNumber


A = TypeVar("A", ReturnItems, ExchangeItem, SendReplacement, TraceParcel)


class ReturnAnnounced(Answer):
    """The receipt of a return or an exchange."""

    return_id: str
    order_id: str
    label: str
    send_by: str
    credit: float
    currency: str
    wanted: str | None


class ReplacementSent(Answer):
    """The receipt of a replacement."""

    replacement_id: str
    order_id: str
    expected_on: str


class TraceBegun(Answer):
    """The receipt of a search."""

    trace_id: str
    order_id: str
    answer_by: str


class InvoiceGone(Answer):
    """The receipt of an invoice that was sent again."""

    sending_id: str
    number: str
    sent_to: str


def return_items(orders: Orders, aftercare: Aftercare) -> ToolSpec[ReturnItems, ReturnAnnounced]:
    """Make the tool that announces a return."""

    async def act(order: Order, args: ReturnItems, version: int, key: ActionKey) -> GoodsBack:
        skus = skus_of(order, args.item)
        return await aftercare.take_back(
            order.id, skus, args.reason, args.condition, version=version, key=key
        )

    return _on_order(
        ("return_items", "Announce that an article, or a whole order, comes back."),
        (ReturnItems, ReturnAnnounced),
        orders,
        act,
        aftercare.goods_back_under,
        announced,
    )


def exchange_item(orders: Orders, aftercare: Aftercare) -> ToolSpec[ExchangeItem, ReturnAnnounced]:
    """Make the tool that exchanges an article for another of its colours and sizes."""

    async def act(order: Order, args: ExchangeItem, version: int, key: ActionKey) -> GoodsBack:
        line = line_named(order, args.item)
        named = {one.name.casefold(): one.sku for one in await aftercare.variants(line.name)}
        wanted = named.get(args.wanted.casefold())
        if wanted is None:
            raise NoSuchThing("other colour or size")
        pair = (line.sku, wanted)
        return await aftercare.exchange(order.id, pair, args.reason, args.condition, version=version, key=key)

    return _on_order(
        ("exchange_item", "Exchange an article of an order for another colour or size of it."),
        (ExchangeItem, ReturnAnnounced),
        orders,
        act,
        aftercare.goods_back_under,
        announced,
    )


def send_replacement(orders: Orders, aftercare: Aftercare) -> ToolSpec[SendReplacement, ReplacementSent]:
    """Make the tool that sends goods once more."""

    async def act(order: Order, args: SendReplacement, version: int, key: ActionKey) -> Replacement:
        skus = skus_of(order, args.item)
        return await aftercare.send_again(order.id, skus, args.problem, version=version, key=key)

    def receipt(made: Replacement) -> ReplacementSent:
        return ReplacementSent(
            replacement_id=made.id, order_id=made.order_id, expected_on=made.expected_on.isoformat()
        )

    return _on_order(
        ("send_replacement", "Send an article, or a whole order, once more at no cost."),
        (SendReplacement, ReplacementSent),
        orders,
        act,
        aftercare.replacement_under,
        receipt,
    )


def trace_parcel(orders: Orders, aftercare: Aftercare) -> ToolSpec[TraceParcel, TraceBegun]:
    """Make the tool that has a parcel searched for."""

    async def act(order: Order, args: TraceParcel, version: int, key: ActionKey) -> Trace:
        return await aftercare.search(order.id, args.problem, version=version, key=key)

    def receipt(made: Trace) -> TraceBegun:
        return TraceBegun(trace_id=made.id, order_id=made.order_id, answer_by=made.answer_by.isoformat())

    return _on_order(
        ("trace_parcel", "Ask the carrier to search for an order's parcel."),
        (TraceParcel, TraceBegun),
        orders,
        act,
        aftercare.trace_under,
        receipt,
    )


def send_invoice(orders: Orders, aftercare: Aftercare, crm: Crm) -> ToolSpec[SendInvoice, InvoiceGone]:
    """Make the tool that sends an invoice once more."""

    async def run(caller: Caller, args: SendInvoice, key: ActionKey | None) -> InvoiceGone:
        assert key is not None
        order = await own_order(orders, caller, args.order_id)
        invoice = await aftercare.invoice(order.id)
        if invoice is None:
            raise NoSuchThing("invoice")
        owner = await crm.get(order.customer_id)
        return gone(await aftercare.send_invoice(invoice.number, owner.email, key=key))

    async def settle(caller: Caller, args: SendInvoice, key: ActionKey) -> InvoiceGone | None:
        sent = await aftercare.invoice_sent_under(key)
        return gone(sent) if sent else None

    return ToolSpec(
        name="send_invoice",
        description="Send an order's invoice once more, to its customer's own email address.",
        args=SendInvoice,
        result=InvoiceGone,
        risk="write",
        run=run,
        settle=settle,
        timeout_s=EFFECT_S,
    )


def _on_order(
    called: tuple[str, str],
    shapes: tuple[type[A], type[R]],
    orders: Orders,
    act: Callable[[Order, A, int, ActionKey], Awaitable[T]],
    look_up: Callable[[ActionKey], Awaitable[T | None]],
    receipt: Callable[[T], R],
) -> ToolSpec[A, R]:
    """Make a tool that acts on the caller's own order under a key; its arguments name order and version."""

    async def run(caller: Caller, args: A, key: ActionKey | None) -> R:
        assert key is not None

        async def once(order: Order, version: int) -> T:
            return await act(order, args, version, key)

        return receipt(await on_own_order(orders, caller, args.order_id, args.version, once))

    async def settle(caller: Caller, args: A, key: ActionKey) -> R | None:
        made = await look_up(key)
        return receipt(made) if made is not None else None

    (name, description), (takes, gives) = called, shapes
    return ToolSpec(
        name=name,
        description=description,
        args=takes,
        result=gives,
        risk="write",
        run=run,
        settle=settle,
        timeout_s=EFFECT_S,
    )


def skus_of(order: Order, item: str | None) -> tuple[str, ...]:
    """Name the lines that are meant; none stands for all of the order."""
    return () if item is None else (line_named(order, item).sku,)


def announced(made: GoodsBack) -> ReturnAnnounced:
    """A return as its receipt."""
    return ReturnAnnounced(
        return_id=made.id,
        order_id=made.order_id,
        label=made.label,
        send_by=made.send_by.isoformat(),
        credit=float(made.credit),
        currency=made.currency,
        wanted=made.wanted,
    )


def gone(sent: InvoiceSent) -> InvoiceGone:
    """A sending as its receipt."""
    return InvoiceGone(sending_id=sent.id, number=sent.number, sent_to=sent.sent_to)
