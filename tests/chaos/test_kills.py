"""Engines die at random moments; no message is lost or answered twice, no effect is missing or doubled."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from random import Random
from typing import Any

import pytest

from app.embedded.children import NLU
from app.embedded.supervisor import Supervisor
from tests.chaos.accounts import DEAD, unanswered, until_quiet
from tests.chaos.house import TENANT, House, until
from tests.chaos.orders import Held, Orders, Wish, held
from tests.chaos.people import Approver, Customer
from tests.chaos.storm import FEW_FAULTS, MANY_FAULTS, Storm

PENDING = "select approval_id from approvals where tenant_id = %s and status = 'pending'"
WISHES: tuple[Wish, ...] = ("refund", "big refund", "cancel")
CHAT = ("Where is my order {order}?", "How long does a refund take?", "Thank you", "Hello there")


@dataclass
class Errand:
    """One wish of a customer, and what became of it in words."""

    customer: Customer
    order: Mapping[str, Any]
    wish: Wish
    yes: bool
    went_on: bool = False

    async def run(self) -> None:
        """Ask, decide, and remember whether the assistant took it on."""
        verb = "Cancel order" if self.wish == "cancel" else "I want my money back for order"
        if await self.customer.asks(f"{verb} {self.order['id']}"):
            if self.yes:
                self.went_on = await self.customer.confirms()
            else:
                await self.customer.says("No, keep it", "/deny")

    def expected(self, decisions: Mapping[str, Mapping[str, Any]]) -> Held:
        """What the shop must hold, from the customer's word and a person's decision."""
        if not self.went_on:
            return Held(refunds=(), cancelled=False)
        if self.wish == "cancel":
            return Held(refunds=(), cancelled=True)
        total = self.order["refundable"]
        if self.wish == "refund":
            return Held(refunds=(total,), cancelled=False)
        decision = decisions[self.order["id"]]
        amounts = {"accept": (total,), "edit": (lowered(total),), "ignore": ()}
        return Held(refunds=amounts[decision["type"]], cancelled=False)


def lowered(amount: float) -> float:
    """A lower amount that a person approves instead."""
    return round(amount / 2, 2)


def decide(random: Random) -> Callable[[Mapping[str, Any]], dict[str, Any]]:
    """Decide as a person might: yes, less, or no."""

    def choose(approval: Mapping[str, Any]) -> dict[str, Any]:
        kind = random.choice(("accept", "edit", "ignore"))
        amount = approval["request"]["action_request"]["args"]["amount"]
        return {"type": kind} | ({"args": {"amount": lowered(amount)}} if kind == "edit" else {})

    return choose


async def live(customer: Customer, errands: list[Errand], storm: Storm) -> None:
    """Run the errands with talk between them, and go on talking until the storm is over."""
    random = customer.random
    for errand in errands:
        await asyncio.sleep(random.uniform(0.0, 2.0))
        await errand.run()
        if not customer.handed_over:
            await customer.says(random.choice(CHAT).format(order=errand.order["id"]))
    while not storm.over.is_set() and not customer.handed_over:
        await asyncio.sleep(random.uniform(0.5, 4.0))
        await customer.says(random.choice(CHAT).format(order=errands[0].order["id"]))


def errands_of(house: House, orders: Orders, count: int, random: Random) -> list[list[Errand]]:
    """Give each of so many customers a first wish, and more where they have the orders for it."""
    lives = []
    for number in range(count):
        wish = WISHES[number % len(WISHES)]
        order = orders.take(wish)
        customer = Customer(house, order["customer_id"], Random(random.random()))
        errands = [Errand(customer, order, wish, yes=random.random() < 0.85)]
        errands += [
            Errand(customer, more, other, yes=random.random() < 0.85)
            for other in WISHES
            if (more := orders.another(order["customer_id"], other)) is not None
        ]
        lives.append(errands)
    return lives


async def weather(storm: Storm, lives: list[list[Errand]], approver: Approver) -> None:
    """Let everybody live through the storm, until every event is settled."""
    deciding = asyncio.create_task(approver.work())
    raging = asyncio.create_task(storm.rage())
    await asyncio.gather(*(live(errands[0].customer, errands, storm) for errands in lives))
    await raging
    await until_quiet(storm.house)
    await until(partial(nothing_pending, storm.house, deciding), 30.0, "approvals are still pending")
    await until_quiet(storm.house)
    deciding.cancel()
    await asyncio.gather(deciding, return_exceptions=True)


async def nothing_pending(house: House, deciding: "asyncio.Task[None]") -> bool:
    """Whether every approval was decided; an approver who failed says why."""
    if deciding.done():
        await deciding
    return not await house.rows(PENDING, TENANT)


async def reckoning(house: House, lives: list[list[Errand]], approver: Approver) -> list[str]:
    """Compare every timeline and every order with what was said and decided."""
    faults = [f"dead letter {row}" for row in await house.rows(DEAD, TENANT)]
    for errands in lives:
        customer = errands[0].customer
        shown = await house.conversation(customer.conversation_id)
        faults += unanswered(customer, shown["timeline"])
        decisions = {
            approval["request"]["action_request"]["args"]["order_id"]: approver.decided[
                approval["approval_id"]
            ]
            for approval in shown["approvals"]
        }
        for errand in errands:
            found, expected = await held(house, errand.order["id"]), errand.expected(decisions)
            if found != expected:
                faults.append(f"order {errand.order['id']}: {found}, but {expected} was decided")
        done = sum(action["status"] == "done" for action in shown["actions"])
        wanted = sum(errand.expected(decisions) != Held(refunds=(), cancelled=False) for errand in errands)
        if done != wanted:
            faults.append(f"{customer.conversation_id}: {done} actions done, {wanted} expected")
    return faults


@pytest.mark.parametrize(
    ("customers", "kills", "faults", "seed"),
    [
        pytest.param(8, 2, FEW_FAULTS, 11, id="2 kills"),
        pytest.param(50, 100, MANY_FAULTS, 12, id="100 kills", marks=pytest.mark.slow),
    ],
)
async def test_nothing_is_lost_or_doubled_under_kill_9(
    house: House,
    orders: Orders,
    supervisor: Supervisor,
    customers: int,
    kills: int,
    faults: tuple[Mapping[str, Any], ...],
    seed: int,
) -> None:
    random = Random(seed)
    lives = errands_of(house, orders, customers, random)
    approver = Approver(house, Random(seed), decide(Random(seed)))
    nlu = supervisor.kept[NLU]
    storm = Storm(house, random, kills, lambda: nlu.running.pid, neighbour_every=max(5, kills // 10))
    await house.spoil(*faults)

    await weather(storm, lives, approver)

    assert await reckoning(house, lives, approver) == []
    messages = sum(len(errands[0].customer.said) for errands in lives)
    effects = sum(errand.went_on for errands in lives for errand in errands)
    handed_over = sum(errands[0].customer.handed_over for errands in lives)
    print(
        f"{messages} messages, {house.swallowed} requests swallowed, {effects} actions confirmed, "
        f"{len(approver.decided)} approvals, {handed_over} handed over, killed {dict(storm.done)}"
    )
