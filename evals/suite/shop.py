"""The sample company's books, and the choice of customers and orders that scenarios need."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

import aiohttp

from evals.errors import ShopUnfit
from evals.house import DemoCustomer
from evals.suite.accounts import Account, account_fits, words_of
from evals.suite.scenarios import PLACEHOLDER, Scenario
from evals.suite.schema import OrderWanted

MOST = 1000
ORDINARY_TIERS = frozenset({"standard", "silver", "gold"})
OPEN = frozenset({"processing", "shipped"})


@dataclass(frozen=True, kw_only=True)
class Order:
    """An order as the shop holds it."""

    id: str
    customer_id: str
    status: str
    total: float
    refunded: float
    address: str
    product: str
    delivered_at: datetime | None
    refunds: tuple[float, ...] = ()
    second: str = ""
    """Its second article, where it has one."""
    lines: int = 1
    due: date | None = None
    followed: tuple[str, ...] = ()
    """What was begun about it: returns, exchanges, replacements, traces, invoices sent again."""


@dataclass(frozen=True, kw_only=True)
class Cast:
    """Who plays a scenario, with which orders."""

    customer: DemoCustomer
    orders: Mapping[str, Order]
    words: Mapping[str, str]
    """What stands for each placeholder."""
    account: Account | None = None
    """The customer's account before the conversation, where the scenario is about it."""

    def fill(self, text: str) -> str:
        """Put the words in place of the placeholders."""
        return PLACEHOLDER.sub(lambda found: self.words.get(found[1], found[0]), text)


async def read_orders(session: aiohttp.ClientSession, shop_url: str) -> list[Order]:
    """All orders of the shop, newest first."""
    async with session.get(f"{shop_url}/orders", params={"limit": MOST}) as answer:
        answer.raise_for_status()
        return [_order(row) for row in await answer.json()]


async def read_order(session: aiohttp.ClientSession, shop_url: str, order_id: str) -> Order:
    """One order with its refunds, as it is now."""
    async with session.get(f"{shop_url}/orders/{order_id}") as answer:
        answer.raise_for_status()
        row = await answer.json()
    async with session.get(f"{shop_url}/refunds", params={"order_id": order_id}) as answer:
        answer.raise_for_status()
        refunds = tuple(float(refund["amount"]) for refund in await answer.json())
    return replace(_order(row, refunds), followed=await _followed(session, shop_url, order_id))


async def _followed(session: aiohttp.ClientSession, shop_url: str, order_id: str) -> tuple[str, ...]:
    """What was begun about an order, each by its kind, in the order of the alphabet."""

    async def rows(path: str, **params: str) -> list[Mapping[str, Any]]:
        async with session.get(f"{shop_url}{path}", params=params) as answer:
            answer.raise_for_status()
            return list(await answer.json())

    kinds = [str(row["kind"]) for row in await rows("/returns", order_id=order_id)]
    kinds += ["replacement" for _ in await rows("/replacements", order_id=order_id)]
    kinds += ["trace" for _ in await rows("/traces", order_id=order_id)]
    for invoice in await rows("/invoices", order_id=order_id):
        kinds += ["invoice" for _ in await rows(f"/invoices/{invoice['number']}/sendings")]
    return tuple(sorted(kinds))


@dataclass
class Casting:
    """Gives every scenario a customer of its own, so that none can disturb another."""

    customers: Sequence[DemoCustomer]
    orders: Sequence[Order]
    now: datetime
    accounts: Mapping[str, Account] = field(default_factory=dict)
    taken: set[str] = field(default_factory=set)

    def cast_all(self, scenarios: Sequence[Scenario]) -> dict[str, Cast]:
        """Choose for as many scenarios as there are customers for; `ShopUnfit` names one that never fits."""
        casts: dict[str, Cast] = {}
        # Whoever asks for more chooses first.
        for one in sorted(
            scenarios, key=lambda one: (one.script.customer_id is None, -len(one.script.given))
        ):
            try:
                casts[one.name] = self.cast(one)
            except ShopUnfit:
                replace(self, taken=set()).cast(one)
        return casts

    def cast(self, scenario: Scenario) -> Cast:
        """Choose the first customers whose orders fit; `ShopUnfit` names the scenario when none do."""
        for customer in self._candidates(scenario):
            own = self._choose(scenario, customer)
            if own is not None:
                self.taken |= {customer.id, *(order.customer_id for order in own.values())}
                account = self.accounts.get(customer.id) if about_account(scenario) else None
                words = self._words(customer, own) | words_of(account)
                return Cast(customer=customer, orders=own, words=words, account=account)
        raise ShopUnfit(
            f"{scenario.file}:{scenario.line}: the shop has no customer whose orders fit '{scenario.name}'. "
            f"Ask for less in `given`, or run against a fresh demo (leave --url out)."
        )

    def _candidates(self, scenario: Scenario) -> Iterator[DemoCustomer]:
        wanted = scenario.script.customer_id
        for customer in self.customers:
            if wanted is not None:
                fits = customer.id == wanted
            else:
                tiers = {scenario.script.tier} if scenario.script.tier else ORDINARY_TIERS
                fits = customer.id not in self.taken and customer.tier in tiers
            if fits and self._open_orders_fit(scenario, customer) and self._account_fits(scenario, customer):
                yield customer

    def _open_orders_fit(self, scenario: Scenario, customer: DemoCustomer) -> bool:
        wanted = scenario.script.open_orders
        count = sum(o.customer_id == customer.id and o.status in OPEN for o in self.orders)
        return wanted is None or count == wanted

    def _account_fits(self, scenario: Scenario, customer: DemoCustomer) -> bool:
        wanted, account = scenario.script.account, self.accounts.get(customer.id)
        return wanted is None or (account is not None and account_fits(account, wanted, self.now.date()))

    def _choose(self, scenario: Scenario, customer: DemoCustomer) -> dict[str, Order] | None:
        chosen: dict[str, Order] = {}
        for name, wanted in scenario.script.given.items():
            pool = self._pool(wanted, customer)
            used = {order.id for order in chosen.values()}
            found = next((o for o in pool if o.id not in used and fits(o, wanted, self.now)), None)
            if found is None:
                return None
            chosen[name] = found
        return chosen

    def _pool(self, wanted: OrderWanted, customer: DemoCustomer) -> Iterable[Order]:
        if wanted.of == "customer":
            return (order for order in self.orders if order.customer_id == customer.id)
        return (o for o in self.orders if o.customer_id != customer.id and o.customer_id not in self.taken)

    def _words(self, customer: DemoCustomer, orders: Mapping[str, Order]) -> dict[str, str]:
        people = {one.id: one for one in self.customers}
        words = {
            "customer.name": customer.name,
            "customer.first_name": customer.name.split()[0],
            "customer.email": customer.email,
            "customer.id": customer.id,
        }
        for name, order in orders.items():
            owner = people[order.customer_id]
            words |= {
                name: order.id,
                f"{name}.total": f"{order.total:.2f}",
                f"{name}.money": f"€{order.total:,.2f}",
                f"{name}.product": order.product,
                f"{name}.second": order.second,
                f"{name}.address": order.address,
                f"{name}.owner": owner.name,
                f"{name}.email": owner.email,
            }
        return words


def about_account(scenario: Scenario) -> bool:
    """Whether a scenario says anything about an account."""
    return scenario.script.account is not None or scenario.script.leaves_account is not None


def fits(order: Order, wanted: OrderWanted, now: datetime) -> bool:
    """Whether an order is such as a scenario needs."""
    age = (now - order.delivered_at).days if order.delivered_at else None
    asked = (
        wanted.number in (None, order.id),
        wanted.status in (None, order.status),
        wanted.under is None or order.total < wanted.under,
        wanted.over is None or order.total > wanted.over,
        wanted.delivered_within_days is None or (age is not None and age < wanted.delivered_within_days),
        wanted.delivered_before_days is None or (age is not None and age > wanted.delivered_before_days),
        wanted.late in (None, order.due is not None and (now.date() - order.due).days > 1),
        wanted.lines in (None, order.lines),
        wanted.product is None or wanted.product in order.product,
    )
    return all(asked)


def _order(row: Mapping[str, Any], refunds: tuple[float, ...] = ()) -> Order:
    delivered = row.get("delivered_at")
    return Order(
        id=row["id"],
        customer_id=row["customer_id"],
        status=row["status"],
        total=float(row["total"]),
        refunded=float(row["refunded"]),
        address=row["address"],
        product=row["items"][0]["name"],
        delivered_at=datetime.fromisoformat(delivered) if delivered else None,
        refunds=refunds,
        second=row["items"][1]["name"] if len(row["items"]) > 1 else "",
        lines=len(row["items"]),
        due=date.fromisoformat(row["expected_on"]) if row.get("expected_on") else None,
    )
