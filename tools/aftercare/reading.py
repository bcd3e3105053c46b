"""Tools that look at what follows an order."""

from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal

from tools.aftercare.port import Aftercare, Article, GoodsBack, Replacement, ShipmentState
from tools.arguments import Answer, Arguments, Email, OrderNumber, Reason
from tools.crm.port import Crm
from tools.errors import NoSuchThing
from tools.orders.authority import order_with_email, own_order
from tools.orders.port import Item, Order, Orders
from tools.orders.wording import day_text, list_text
from tools.spec import ActionKey, Caller, ToolSpec


class OneOrder(Arguments):
    """Which order."""

    order_id: OrderNumber


class ParcelOf(Arguments):
    """Which order; the email is for senders who are not verified."""

    order_id: OrderNumber
    email: Email | None = None


class ItemOf(Arguments):
    """Which article of which order, by its name."""

    order_id: OrderNumber
    item: Reason


class FoundParcel(Answer):
    """Where a parcel is, and what was done about it."""

    order_id: str
    state: ShipmentState
    carrier: str | None
    tracking_number: str | None
    last_event: str
    days_late: int
    left_with: str | None
    searched: bool
    search_until: str | None
    """The day by which the carrier has to answer, as "28 November"."""
    replaced: bool
    replacement_text: str | None
    """The day on which what was sent again should arrive."""


class FoundItem(Answer):
    """One line of an order, and what it may be exchanged for."""

    order_id: str
    name: str
    quantity: int
    unit_price: float
    amount: float
    """What the line costs as a whole."""
    currency: str
    available: bool
    """True when there is enough of it to send it once more."""
    settled: bool
    """True when it has come back or was sent again already."""
    others: list[str]
    """Its other colours and sizes that are in stock and not dearer."""
    other_count: int
    others_text: str | None
    not_now: str | None
    """Those that are sold out, or dearer, in words."""


class FoundReturn(Answer):
    """What was announced to come back of an order; the newest counts."""

    order_id: str
    count: int
    complete: bool
    """True when nothing of the order is left to come back or to be sent again."""
    number: str | None
    items: str | None
    wanted: str | None
    label: str | None
    send_by: str | None
    fee: float | None
    credit: float | None
    currency: str | None


class FoundInvoice(Answer):
    """An order's invoice; `written` is false before it has left."""

    order_id: str
    written: bool
    number: str | None
    amount: float | None
    vat: float | None
    currency: str | None
    issued_text: str | None
    paid: bool


def track_parcel(
    orders: Orders, aftercare: Aftercare, crm: Crm, today: Callable[[], date]
) -> ToolSpec[ParcelOf, FoundParcel]:
    """Make the tool that tells where a parcel is."""

    async def run(caller: Caller, args: ParcelOf, key: ActionKey | None) -> FoundParcel:
        if caller.verified and caller.customer_id:
            await own_order(orders, caller, args.order_id)
        else:
            await order_with_email(orders, crm, args.order_id, args.email)
        parcel = await aftercare.shipment(args.order_id)
        traces = await aftercare.traces(args.order_id)
        sent = await aftercare.replacements(args.order_id)
        return FoundParcel(
            order_id=args.order_id,
            state=parcel.state,
            carrier=parcel.carrier,
            tracking_number=parcel.tracking_number,
            last_event=parcel.last_event,
            days_late=parcel.days_late,
            left_with=parcel.left_with if caller.verified else None,
            searched=bool(traces),
            search_until=day_text(traces[-1].answer_by, today()) if traces else None,
            replaced=bool(sent),
            replacement_text=day_text(sent[-1].expected_on, today()) if sent else None,
        )

    return ToolSpec(
        name="track_parcel",
        description="Tell where an order's parcel is, and whether it is being searched for.",
        args=ParcelOf,
        result=FoundParcel,
        risk="read",
        run=run,
        needs_verified=False,
    )


def find_item(orders: Orders, aftercare: Aftercare) -> ToolSpec[ItemOf, FoundItem]:
    """Make the tool that looks at one article of an order."""

    async def run(caller: Caller, args: ItemOf, key: ActionKey | None) -> FoundItem:
        order = await own_order(orders, caller, args.order_id)
        line = line_named(order, args.item)
        variants = await aftercare.variants(line.name)
        back, sent = await aftercare.goods_back(order.id), await aftercare.replacements(order.id)
        return described(order, line, variants, settled_skus(back, sent))

    return ToolSpec(
        name="find_item",
        description="Look at one article of an order: its price, and the other colours and sizes in stock.",
        args=ItemOf,
        result=FoundItem,
        risk="read",
        run=run,
    )


def find_return(
    orders: Orders, aftercare: Aftercare, today: Callable[[], date]
) -> ToolSpec[OneOrder, FoundReturn]:
    """Make the tool that tells what of an order comes back."""

    async def run(caller: Caller, args: OneOrder, key: ActionKey | None) -> FoundReturn:
        order = await own_order(orders, caller, args.order_id)
        back, sent = await aftercare.goods_back(order.id), await aftercare.replacements(order.id)
        last = back[-1] if back else None
        return FoundReturn(
            order_id=order.id,
            count=len(back),
            complete={line.sku for line in order.items} <= settled_skus(back, sent),
            number=last and last.id,
            items=last and list_text(last.items),
            wanted=last and last.wanted,
            label=last and last.label,
            send_by=last and day_text(last.send_by, today()),
            fee=last and (float(last.fee) or None),
            credit=last and float(last.credit),
            currency=last and last.currency,
        )

    return ToolSpec(
        name="find_return",
        description="Tell what of an order was announced to come back, with its label.",
        args=OneOrder,
        result=FoundReturn,
        risk="read",
        run=run,
    )


def find_invoice(
    orders: Orders, aftercare: Aftercare, today: Callable[[], date]
) -> ToolSpec[OneOrder, FoundInvoice]:
    """Make the tool that looks at an order's invoice."""

    async def run(caller: Caller, args: OneOrder, key: ActionKey | None) -> FoundInvoice:
        order = await own_order(orders, caller, args.order_id)
        found = await aftercare.invoice(order.id)
        return FoundInvoice(
            order_id=order.id,
            written=found is not None,
            number=found and found.number,
            amount=found and float(found.amount),
            vat=found and float(found.vat),
            currency=found and found.currency,
            issued_text=found and day_text(found.issued_on, today()),
            paid=bool(found and found.paid),
        )

    return ToolSpec(
        name="find_invoice",
        description="Look at an order's invoice: its number, amount, day and whether it is paid.",
        args=OneOrder,
        result=FoundInvoice,
        risk="read",
        run=run,
    )


def line_named(order: Order, name: str) -> Item:
    """Return the line of an order that a name means; `NoSuchThing` when none or several do."""
    wanted = name.casefold().strip()
    exact = [line for line in order.items if line.name.casefold() == wanted]
    near = exact or [line for line in order.items if wanted in line.name.casefold()]
    if len(near) != 1:
        raise NoSuchThing("article in this order")
    return near[0]


def settled_skus(back: Sequence[GoodsBack], sent: Sequence[Replacement]) -> set[str]:
    """Name what has come back or was sent again."""
    return {sku for one in back for sku in one.skus} | {sku for one in sent for sku in one.skus}


def described(order: Order, line: Item, variants: Sequence[Article], settled: set[str]) -> FoundItem:
    """Describe one line beside its other colours and sizes."""
    stock = {one.sku: one.available for one in variants}
    others = [one for one in variants if one.sku != line.sku]
    free = [one.name for one in others if one.available >= line.quantity and one.price <= line.unit_price]
    rest = [f"{one.name} ({why_not(one, line)})" for one in others if one.name not in free]
    return FoundItem(
        order_id=order.id,
        name=line.name,
        quantity=line.quantity,
        unit_price=float(line.unit_price),
        amount=float(line.unit_price * Decimal(line.quantity)),
        currency=order.currency,
        available=stock.get(line.sku, 0) >= line.quantity,
        settled=line.sku in settled,
        others=free,
        other_count=len(free),
        others_text=list_text(free, last="or") or None,
        not_now=list_text(rest) or None,
    )


def why_not(article: Article, line: Item) -> str:
    """Say in two words why an article cannot be had in exchange."""
    return "sold out" if article.available < line.quantity else "costs more"
