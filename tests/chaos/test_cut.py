"""An agent takes over while the assistant computes: from that answer on the assistant is silent."""

import asyncio
from collections.abc import Mapping, Sequence
from random import Random
from typing import Any

import pytest

from tests.chaos.accounts import until_quiet
from tests.chaos.house import House
from tests.chaos.orders import Orders
from tests.chaos.people import Customer

FAST_ROUNDS, SLOW_ROUNDS = 15, 200
ROUNDS_A_CUSTOMER = 5
SLOW_SHOP = {"kind": "latency", "path": "/orders", "ms": 150}
SLOWEST_CLAIM_S = 0.25

Timeline = Sequence[Mapping[str, Any]]


async def act(house: House, what: str, conversation_id: str, at: int) -> dict[str, Any]:
    """Claim or release as Runa, over one of the engines."""
    path = f"/api/v1/agents/runa/{what}/{conversation_id}"
    status, told = await house.call("POST", path, at=house.engines[at])
    assert status == 200, told
    return dict(told)


def place_of(timeline: Timeline, what: str) -> int:
    """The number of the last entry that tells of something Runa did."""
    told = [entry for entry in timeline if entry["kind"] == "event" and what in entry["text"]]
    return int(told[-1]["entry_no"])


async def interleaved(house: House, customer: Customer, text: str, delay: float) -> bool:
    """Write, let an agent take over in the middle of it, give back; whether the assistant was cut short."""
    conversation = customer.conversation_id
    body = customer.message(f"{customer.customer_id}-{text}", text)
    sending = asyncio.create_task(house.call("POST", "/api/v1/messages", body))
    await sending
    await asyncio.sleep(delay)
    claimed = await act(house, "claim", conversation, at=1)
    taken = place_of(claimed["timeline"], "took over")
    await until_quiet(house)
    during = (await house.conversation(conversation))["timeline"]
    await act(house, "release", conversation, at=0)
    await until_quiet(house)

    late = [entry for entry in during if entry["entry_no"] > taken and entry["sender"] == "assistant"]
    assert late == [], f"the assistant spoke after the cut: {late}"
    came = [entry for entry in during if entry["text"] == text]
    assert len(came) == 1, f"{text!r} stands {len(came)} times"
    after = (await house.conversation(conversation))["timeline"]
    answers = [e["text"] for e in after if e["seq"] == came[0]["seq"] and e["sender"] == "assistant"]
    assert bool(answers) == (came[0]["entry_no"] < taken)
    assert len(set(answers)) == len(answers)
    return not answers


@pytest.mark.parametrize(
    "rounds",
    [FAST_ROUNDS, pytest.param(SLOW_ROUNDS, marks=[pytest.mark.slow, pytest.mark.timeout(900)])],
)
async def test_after_an_agent_took_over_the_assistant_says_nothing(
    house: House, orders: Orders, rounds: int
) -> None:
    random, cut = Random(5), 0
    await house.spoil(SLOW_SHOP)
    for round_ in range(rounds):
        if round_ % ROUNDS_A_CUSTOMER == 0:
            order = orders.take("cancel")
            customer = Customer(house, order["customer_id"], random)
            await customer.says("Hello")
        text = f"Where is my order {order['id']}? My reference is R-{round_}"
        cut += await interleaved(house, customer, text, random.uniform(0.0, SLOWEST_CLAIM_S))

    print(f"{rounds} claims, {cut} of them cut a reply short")
    assert 0 < cut < rounds, "the claims did not fall before and after replies"
