"""The shop's first day: 200 customers and 600 orders, the same for the same seed and date."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any

from examples.shop.assortment import (
    BOARD,
    CARDS,
    FIRST_NAMES,
    LAST_NAMES,
    OSTRA,
    PRODUCTS,
    STREETS,
    THROW,
    THROW_OAT,
    TOWNS,
    Product,
)
from examples.shop.values import Customer, Item, Order, Refund, Status, Tier

CUSTOMERS = 200
ORDERS = 600
FIRST_ORDER = 501
DAYS_BACK = 60
WORKSHOP_DAYS = 25
TIERS: tuple[Tier, ...] = ("standard", "silver", "gold", "platinum")
FRESH: tuple[Status, ...] = ("processing", "cancelled")
UNDER_WAY: tuple[Status, ...] = ("shipped", "delivered")
ENDS: tuple[Status, ...] = ("delivered", "cancelled", "refunded", "returned")

MARTA = "C-1001"
MARTAS_ADDRESS = "Amiralsgatan 12, 211 55 Malmö, Sweden"
MARTAS_ORDERS = ("0987", "1042", "1077", "1090")


@dataclass(frozen=True, kw_only=True)
class FirstDay:
    """Everything the shop holds before anybody has written to it."""

    customers: tuple[Customer, ...]
    orders: tuple[Order, ...]
    refunds: tuple[Refund, ...]


def first_day(seed: int, today: date) -> FirstDay:
    """Invent a shop; orders are numbered in the sequence in which they were placed."""
    random = Random(seed)
    customers = invent_customers(random, today)
    buyers = deal_buyers(random, customers)
    orders = [
        martas_order(number, today)
        if number in MARTAS_ORDERS
        else invent_order(random, number, buyers.pop(), placed(number, today), today)
        for number in (f"{FIRST_ORDER + i:04}" for i in range(ORDERS))
    ]
    return FirstDay(customers=customers, orders=tuple(orders), refunds=past_refunds(orders))


def invent_customers(random: Random, today: date) -> tuple[Customer, ...]:
    """Marta first, then people nobody has met."""
    names = random.sample([(f, n) for f in FIRST_NAMES for n in LAST_NAMES], CUSTOMERS - 1)
    marta = Customer(
        id=MARTA,
        name="Marta Lindqvist",
        email="marta.lindqvist@example.com",
        tier="gold",
        language="en",
        city="Malmö",
        since=today - timedelta(days=1130),
    )
    return marta, *(
        Customer(
            id=f"C-{1002 + i}",
            name=f"{first} {last}",
            email=f"{first}.{last}@example.com".lower(),
            tier=random.choices(TIERS, (70, 18, 9, 3))[0],
            language="en",
            city=random.choice(TOWNS)[0],
            since=today - timedelta(days=random.randint(60, 2000)),
        )
        for i, (first, last) in enumerate(names)
    )


def deal_buyers(random: Random, customers: tuple[Customer, ...]) -> list[Customer]:
    """Three orders each, in no particular sequence; Marta's are written by hand."""
    buyers = [customer for customer in customers if customer.id != MARTA] * 3
    random.shuffle(buyers)
    return buyers


def placed(number: str, today: date) -> datetime:
    """When an order was placed: evenly over the last weeks, the newest number last night."""
    age = (FIRST_ORDER + ORDERS - 1 - int(number)) / ORDERS * DAYS_BACK
    moment = datetime.combine(today, time(0)) - timedelta(days=age, hours=2)
    return moment.replace(second=0, microsecond=0)


def invent_order(random: Random, number: str, buyer: Customer, at: datetime, today: date) -> Order:
    """One order with a fate that fits its age."""
    items = invent_items(random)
    total = sum(item.cents * item.quantity for item in items)
    status = fate(random, items, (today - at.date()).days)
    town, code, country = next(t for t in TOWNS if t[0] == buyer.city)
    return Order(
        id=number,
        customer_id=buyer.id,
        status=status,
        version=1,
        total=total,
        refunded=total if status == "refunded" else 0,
        address=f"{random.choice(STREETS)} {random.randint(1, 90)}, {code} {town}, {country}",
        items=items,
        placed_at=at,
        paid_with=f"{random.choice(CARDS)} ending {random.randint(1000, 9999)}",
        **journey(random, status, at, today, signed_by=initialled(buyer.name)),
    )


def invent_items(random: Random) -> tuple[Item, ...]:
    """One to three different articles."""
    chosen = random.sample(PRODUCTS, random.choices((1, 2, 3), (70, 22, 8))[0])
    return tuple(line(product, random.choices((1, 2, 4), (80, 16, 4))[0]) for product in chosen)


def line(product: Product, quantity: int) -> Item:
    """A product as it stands in an order."""
    return Item(sku=product.sku, name=product.name, quantity=quantity, cents=product.cents)


def fate(random: Random, items: tuple[Item, ...], age_days: int) -> Status:
    """What has become of an order; the young ones wait, and so does what is made to order."""
    if age_days <= 2:
        return random.choices(FRESH, (92, 8))[0]
    if age_days <= WORKSHOP_DAYS and random.random() < workshop_share(items):
        return "processing"
    if age_days <= 6:
        return random.choices(UNDER_WAY, (60, 40))[0]
    return random.choices(ENDS, (82, 6, 6, 6))[0]


def workshop_share(items: tuple[Item, ...]) -> float:
    """How likely an order still stands in the workshop."""
    made = {product.sku for product in PRODUCTS if product.delivery == "made_to_order"}
    return 0.85 if any(item.sku in made for item in items) else 0.15


def journey(random: Random, status: Status, at: datetime, today: date, *, signed_by: str) -> dict[str, Any]:
    """The dates of an order's way, as far as it has come."""
    if status == "cancelled":
        return {}
    if status == "processing":
        return {"expected_on": today + timedelta(days=random.randint(3, 12))}
    shipped = at + timedelta(days=1, hours=random.randint(1, 9))
    if status == "shipped":
        soon = today + timedelta(days=random.randint(1, 3))
        return {"shipped_at": shipped, "expected_on": overdue(at, shipped) or soon}
    days = random.randint(1, 3)
    day = min(shipped.date() + timedelta(days=days), today)
    delivered = datetime.combine(day, time(random.randint(9, 17), random.randrange(0, 60, 5)))
    return {"shipped_at": shipped, "delivered_at": max(delivered, shipped), "signed_by": signed_by}


def overdue(placed_at: datetime, shipped: datetime) -> date | None:
    """The day on which every other older parcel should have come; it is late."""
    is_late = placed_at.hour % 2 == 0
    return shipped.date() + timedelta(days=1) if is_late else None


def initialled(name: str) -> str:
    """A name as it stands on a delivery note: M. Lindqvist."""
    first, last = name.split(" ", 1)
    return f"{first[0]}. {last}"


def martas_order(number: str, today: date) -> Order:
    """The orders the demo talks about, always at the same distance from today."""
    product, quantity, way = martas_ways(datetime.combine(today, time(12)))[number]
    return Order(
        id=number,
        customer_id=MARTA,
        version=1,
        total=product.cents * quantity,
        refunded=0,
        address=MARTAS_ADDRESS,
        items=(line(product, quantity),),
        placed_at=placed(number, today),
        paid_with="Visa ending 4417",
        **way,
    )


def martas_ways(noon: datetime) -> dict[str, tuple[Product, int, dict[str, Any]]]:
    """What Marta bought, how many, and how far it has come."""
    ago = [noon - timedelta(days=days) for days in range(12)]
    came, came_long_ago = ago[2].replace(hour=14, minute=5), ago[8].replace(hour=11, minute=20)
    arrived = {"status": "delivered", "signed_by": "M. Lindqvist"}
    soon, later = (noon + timedelta(days=2)).date(), (noon + timedelta(days=5)).date()
    return {
        "0987": (THROW_OAT, 2, arrived | {"shipped_at": ago[10], "delivered_at": came_long_ago}),
        "1042": (OSTRA, 1, arrived | {"shipped_at": ago[4], "delivered_at": came}),
        "1077": (THROW, 1, {"status": "shipped", "shipped_at": ago[1], "expected_on": soon}),
        "1090": (BOARD, 1, {"status": "processing", "expected_on": later}),
    }


def past_refunds(orders: list[Order]) -> tuple[Refund, ...]:
    """The ledger lines behind orders that were refunded long ago."""
    refunded = [order for order in orders if order.refunded]
    return tuple(
        Refund(
            id=f"R-{i:04}",
            order_id=order.id,
            cents=order.refunded,
            reason="sent back",
            made_at=(order.delivered_at or order.placed_at) + timedelta(days=3),
        )
        for i, order in enumerate(refunded, start=1)
    )
