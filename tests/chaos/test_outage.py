"""The database goes away under running engines: nothing acknowledged is lost, and nobody has to help."""

import asyncio
import time
from dataclasses import dataclass, field
from random import Random
from typing import Any

import aiohttp
import orjson
import pytest

from tests.chaos.accounts import unanswered, until_quiet
from tests.chaos.house import Engine, House, until
from tests.chaos.orders import Orders
from tests.chaos.people import Customer

RECOVERED_WITHIN_S = 20.0
REFUSED_WITHIN_S = 11.0
"""A request to an engine whose database is down must be refused by then, not kept hanging."""
SHORT_S = 4.0
LONG_S = 60.0
ANYBODY = "Is anybody there?"


@dataclass
class Refusals:
    """What requests were told while the database was gone."""

    told: list[tuple[int, str | None, str, float]] = field(default_factory=list)

    async def collect(self, house: House, at: Engine, body: dict[str, Any]) -> None:
        """Send a message once and keep status, Retry-After, problem type and time."""
        began = time.monotonic()
        headers = {"X-API-Key": house.key, "Content-Type": "application/json"}
        url, timeout = f"{at.url}/api/v1/messages", aiohttp.ClientTimeout(total=60)
        async with house.http.post(url, data=orjson.dumps(body), headers=headers, timeout=timeout) as answer:
            told = await answer.json(content_type=None)
            after = answer.headers.get("Retry-After")
            self.told.append((answer.status, after, told.get("type", ""), time.monotonic() - began))


async def talking(customer: Customer, until_back: asyncio.Event) -> None:
    """Write on and on, as somebody who sees no answer sends again."""
    while not until_back.is_set():
        await customer.says("Where is my order?")
        await asyncio.sleep(0.1)
    await customer.says("Thank you")


async def refused(house: House, customer: Customer, seconds: float) -> Refusals:
    """Send new messages for so long, each to every engine; nobody waits for the other."""
    refusals, ends, number = Refusals(), time.monotonic() + seconds, 0
    while time.monotonic() < ends:
        numbers = range(number + 1, number + 1 + len(house.engines))
        bodies = [customer.message(f"{customer.customer_id}-{n}", ANYBODY) for n in numbers]
        sending = zip(house.engines, bodies, strict=True)
        await asyncio.gather(*(refusals.collect(house, engine, body) for engine, body in sending))
        number = numbers[-1]
        await asyncio.sleep(0.1)
    return refusals


def assert_refused_properly(refusals: Refusals) -> None:
    assert refusals.told
    assert {told[:3] for told in refusals.told} == {(503, "2", "/problems/database-gone")}
    assert max(told[3] for told in refusals.told) < REFUSED_WITHIN_S


@pytest.mark.parametrize(
    ("how", "seconds"),
    [
        ("stopped", SHORT_S),
        pytest.param("stopped", LONG_S, marks=[pytest.mark.slow, pytest.mark.timeout(400)]),
        pytest.param("frozen", LONG_S, marks=[pytest.mark.slow, pytest.mark.timeout(400)]),
    ],
)
async def test_while_postgres_is_away_requests_are_refused_and_afterwards_nothing_is_missing(
    house: House, orders: Orders, how: str, seconds: float
) -> None:
    customers = [Customer(house, orders.take("cancel")["customer_id"], Random(i)) for i in range(4)]
    stranger = Customer(house, orders.take("cancel")["customer_id"], Random(9))
    back = asyncio.Event()
    talks = [asyncio.create_task(talking(customer, back)) for customer in customers]
    await until(lambda: everybody_talks(customers), 20.0, "nobody was answered")

    async with house.without_postgres() if how == "stopped" else house.frozen_postgres():
        refusals = await refused(house, stranger, seconds)
        assert [await engine.serves("/readyz") for engine in house.engines] == [False, False]
        assert [await engine.serves("/healthz") for engine in house.engines] == [True, True]
    began = time.monotonic()
    await asyncio.gather(*(engine.until_ready() for engine in house.engines))
    recovered = time.monotonic() - began
    back.set()
    await asyncio.gather(*talks)
    for number in range(1, len(refusals.told) + 1):
        await stranger.says(ANYBODY, number=number)

    assert_refused_properly(refusals)
    assert recovered < RECOVERED_WITHIN_S
    await until_quiet(house)
    for customer in [*customers, stranger]:
        shown = await house.conversation(customer.conversation_id)
        assert unanswered(customer, shown["timeline"]) == []
    slowest = max(told[3] for told in refusals.told)
    answered = sum(len(customer.said) for customer in customers)
    print(
        f"{how} for {seconds:g} s: {len(refusals.told)} requests refused, the slowest after {slowest:.1f} s; "
        f"whole again after {recovered:.1f} s; {answered} messages answered"
    )


async def everybody_talks(customers: list[Customer]) -> bool:
    return all(customer.said for customer in customers)
