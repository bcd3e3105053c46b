"""Money actions while everything fails: the company's ledger holds what was approved, and nothing else."""

import asyncio
import contextlib
import time
from collections import Counter
from collections.abc import AsyncIterator, Coroutine, Mapping
from dataclasses import dataclass, field
from itertools import cycle
from random import Random
from typing import Any

import pytest

from tests.chaos.accounts import until_quiet
from tests.chaos.counter import Counter as Desk
from tests.chaos.counter import Fault
from tests.chaos.house import TENANT, House
from tests.chaos.orders import Orders
from tests.chaos.people import Approver, Customer
from tests.chaos.watching import ENDED, Patience, Watch

SLOW_MS, LATE_MS = 4000, 300
BAD_DAYS: tuple[Mapping[str, Any], ...] = (
    {"kind": "latency", "path": "/", "probability": 0.05, "ms": LATE_MS, "seed": 1},
    {"kind": "latency", "path": "/refunds", "method": "POST", "probability": 0.04, "ms": SLOW_MS, "seed": 2},
    {"kind": "drop_after_effect", "path": "/refunds", "method": "POST", "probability": 0.15, "seed": 3},
    {"kind": "drop_before_effect", "path": "/refunds", "method": "POST", "probability": 0.08, "seed": 4},
    {"kind": "error500", "path": "/refunds", "method": "POST", "probability": 0.08, "seed": 5},
    {"kind": "reset", "path": "/refunds", "method": "POST", "probability": 0.05, "seed": 6},
    {"kind": "error500", "path": "/operations/", "probability": 0.15, "seed": 7},
)
ACTIONS = """select a.action_id, a.status, p.approval_id, p.status as decided,
    exists (select from tasks t where t.tenant_id = a.tenant_id and t.action_id = a.action_id
      and t.status = 'open') as listed
  from actions a left join approvals p on p.tenant_id = a.tenant_id and p.action_id = a.action_id
  where a.tenant_id = %s and a.conversation_id = any(%s)"""
TOLD_EVERY_S = 30.0
MISHAPS: tuple[Fault, ...] = ("down", "lost before", "lost after", "error after", "dies after")


@dataclass
class Claimant:
    """A customer who wants money back again and again, a little each time."""

    customer: Customer
    order: Mapping[str, Any]
    watch: Watch
    asked: int = 0
    asked_again: int = 0
    """How often another yes was wanted: what was agreed to had changed, or nothing could begin just then."""

    async def wants(self, times: int) -> None:
        """Ask, agree, and wait for the end, so many times."""
        for _ in range(times):
            if self.customer.handed_over:
                return
            if not await self.customer.asks(f"I want my money back for order {self.order['id']}"):
                continue
            self.asked += await self.customer.confirms()
            await self._sees_it_end()

    async def _sees_it_end(self) -> None:
        """Wait as long as it goes on, and say yes to whatever is asked once more."""
        patience = Patience()
        while rows := await self.watch.sees(self.customer.conversation_id):
            patience.with_(rows)
            if not self.customer.handed_over and any(row["status"] == "confirming" for row in rows):
                self.asked_again += 1
                await self.customer.confirms()


def a_little(random: Random) -> Any:
    """Approve a few cents, nearly each time another sum, so that every order has enough; or nothing."""
    sums = cycle(range(10, 210))

    def decide(approval: Mapping[str, Any]) -> dict[str, Any]:
        if random.random() < 0.1:
            return {"type": "ignore"}
        return {"type": "edit", "args": {"amount": next(sums) / 100}}

    return decide


@dataclass
class Night:
    """Kills engines and the shop, one after the other, until it is over."""

    house: House
    random: Random
    every_s: float
    killed: Counter[str] = field(default_factory=Counter)

    async def falls(self) -> None:
        """Kill now an engine, now the shop."""
        while True:
            await asyncio.sleep(self.random.uniform(0.5, 1.5) * self.every_s)
            if self.random.random() < 0.3:
                self.house.kill_shop()
                self.killed["shop"] += 1
                continue
            engine = self.random.choice(self.house.engines)
            await engine.kill()
            self.killed["engine"] += 1
            await engine.start()
            await engine.until_ready("/healthz")


async def reckoning(
    house: House, claimants: list[Claimant], approver: Approver
) -> tuple[list[str], Counter[str]]:
    """Hold the shop's ledger against what was approved and what we say became of it."""
    faults: list[str] = []
    ends: Counter[str] = Counter()
    for claimant in claimants:
        order = claimant.order["id"]
        paid = Counter(refund["amount"] for refund in await house.shop(f"/refunds?order_id={order}"))
        due: Counter[float] = Counter()
        open_: Counter[float] = Counter()
        for row in await house.rows(ACTIONS, TENANT, [claimant.customer.conversation_id]):
            ends[row["status"]] += 1
            decision = approver.decided.get(row["approval_id"] or "", {})
            amount = (decision.get("args") or {}).get("amount")
            if row["status"] == "unknown" and not row["listed"]:
                faults.append(f"{row['action_id']} is unknown and on nobody's list")
            if row["status"] == "done":
                due[amount] += 1
            elif row["status"] == "unknown":
                open_[amount] += 1
            elif row["status"] not in ENDED:
                faults.append(f"{row['action_id']} is still {row['status']}")
        if not (due <= paid <= due + open_):
            faults.append(f"order {order}: paid {paid}, done {due}, in doubt {open_}")
    return faults, ends


@pytest.mark.parametrize(
    ("customers", "rounds", "every_s"),
    [
        pytest.param(7, 3, 3.0, id="about 20", marks=pytest.mark.timeout(900)),
        pytest.param(27, 42, 8.0, id="1,000", marks=pytest.mark.timeout(3600)),
    ],
)
@pytest.mark.slow
async def test_the_ledger_holds_what_was_approved_and_nothing_else(
    house: House, orders: Orders, customers: int, rounds: int, every_s: float
) -> None:
    random, watch = Random(4), Watch(house)
    claimants = []
    for _ in range(customers):
        order = orders.take("big refund")
        customer = Customer(house, order["customer_id"], Random(random.random()))
        claimants.append(Claimant(customer, order, watch))
    approver = Approver(house, Random(5), a_little(Random(6)))
    night = Night(house, Random(7), every_s)
    await house.spoil(*BAD_DAYS)

    began = time.monotonic()
    async with going_on(approver.work(), watch.work(), telling(claimants, night, began)):
        async with going_on(night.falls()):
            await asyncio.gather(*(claimant.wants(rounds) for claimant in claimants))
        await house.mend()
        await until_quiet(house)

    faults, ends = await reckoning(house, claimants, approver)
    begun = sum(claimant.asked for claimant in claimants)
    again = sum(claimant.asked_again for claimant in claimants)
    print(f"{begun} money actions in {time.monotonic() - began:.0f} s: {dict(ends)}, {again} asked again")
    print(f"killed {dict(night.killed)}; in the shop's ledger {await refunds(house, claimants)} refunds")
    assert faults == []
    assert begun >= customers * rounds * 0.8


async def refunds(house: House, claimants: list[Claimant]) -> int:
    """Count what the shop paid to these customers."""
    return sum([len(await house.shop(f"/refunds?order_id={one.order['id']}")) for one in claimants])


@contextlib.asynccontextmanager
async def going_on(*works: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    """Let this go on beside the block; what fails there ends the block too, instead of leaving it to wait."""
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(work) for work in works]
        yield
        for task in tasks:
            task.cancel()


async def telling(claimants: list[Claimant], night: Night, began: float) -> None:
    """Say now and then how far it is, and what is waited for."""
    while True:
        await asyncio.sleep(TOLD_EVERY_S)
        asked = sum(claimant.asked for claimant in claimants)
        so_far = f"{time.monotonic() - began:.0f} s: {asked} asked, {night.killed.total()} killed"
        print(f"{so_far}; {claimants[0].watch.tells()}", flush=True)


async def test_twenty_refunds_on_bad_days_are_paid_as_they_were_approved(counter: Desk) -> None:
    """The same in one process: answers lost before and after the effect, errors, workers that die."""
    random, approved = Random(8), Counter[float]()
    for number in range(20):
        await counter.serves("I want my money back for 1042")
        await counter.serves("yes", payload="/affirm")
        counter.faults.blind = random.random() < 0.2
        counter.faults.next["refund_order"] = random.choices(MISHAPS, k=random.randrange(4))
        for approval in await counter.pending():
            await decide_a_little(counter, approval.approval_id, number, approved, random)
        await counter.works()
        await counter.retries()
        for task in await counter.tasks():
            happened = f"{task.action_id}:run" in counter.books.receipts
            counter.faults.blind = False
            if task.kind == "unknown_outcome":
                await counter.finds(task.task_id, "happened" if happened else "did_not_happen")
            await counter.works()

    done = Counter(counter.refunds("1042"))
    states = Counter(await counter.states())
    assert done <= approved
    assert states["done"] == done.total() > 5
    assert set(states) <= {"done", "failed", "rejected"}
    assert states["rejected"] == 20 - approved.total()


async def decide_a_little(
    counter: Desk, approval_id: str, number: int, approved: Counter[float], random: Random
) -> None:
    """Approve a few cents, each time another sum; now and then nothing."""
    if random.random() < 0.1:
        await counter.decides(approval_id, "ignore")
        return
    amount = (10 + number) / 100
    approved[amount] += 1
    await counter.decides(approval_id, "edit", {"amount": amount})
