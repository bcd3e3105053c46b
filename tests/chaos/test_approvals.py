"""Approvals across engines and their ends: decided once, done once."""

import asyncio
from collections.abc import Mapping
from random import Random
from typing import Any

import pytest

from tests.chaos.accounts import until_quiet
from tests.chaos.house import TENANT, House
from tests.chaos.orders import Held, Orders, held
from tests.chaos.people import Customer

PENDING = (
    "select approval_id from approvals where tenant_id = %s and conversation_id = %s and status = 'pending'"
)
FAST_ROUNDS, SLOW_ROUNDS = 10, 200


async def wants_refund(house: House, customer: Customer, order_id: str) -> str:
    """Ask for a refund that a person must decide, say yes, and return the approval's id."""
    assert await customer.asks(f"I want my money back for order {order_id}")
    assert await customer.confirms()
    await until_quiet(house)
    (found,) = await house.rows(PENDING, TENANT, customer.conversation_id)
    return str(found["approval_id"])


async def test_an_approval_outlives_every_engine_and_is_carried_out_once(
    house: House, orders: Orders
) -> None:
    order = orders.take("big refund")
    customer = Customer(house, order["customer_id"], Random(2))
    approval = await wants_refund(house, customer, order["id"])

    await asyncio.gather(house.engines[0].stop(), house.engines[1].kill())
    await house.mend()
    accept = {"type": "accept"}
    status, decided = await house.call("POST", f"/api/v1/approvals/{approval}", accept, X_Agent_Id="tove")
    await until_quiet(house)

    assert (status, decided["status"]) == (200, "accepted")
    assert await held(house, order["id"]) == Held(refunds=(order["refundable"],), cancelled=False)
    shown = await house.conversation(customer.conversation_id)
    assert [action["status"] for action in shown["actions"]] == ["done"]
    assert "is on its way" in shown["timeline"][-1]["text"]


async def both_decide(house: House, approval: str, cents: int) -> tuple[Mapping[str, Any], float]:
    """Let two agents decide at once over two engines; return the loser's answer and the amount that won."""
    amounts = {"runa": cents / 100, "tove": (cents + 1) / 100}
    path = f"/api/v1/approvals/{approval}"
    answers = await asyncio.gather(
        *(
            house.call("POST", path, {"type": "edit", "args": {"amount": amount}}, at=at, X_Agent_Id=agent)
            for at, (agent, amount) in zip(house.engines, amounts.items(), strict=True)
        )
    )
    assert sorted(status for status, _ in answers) == [200, 409], answers
    won = next(told for status, told in answers if status == 200)
    lost = next(told for status, told in answers if status == 409)
    assert lost["type"] == "/problems/decided-already"
    assert lost["decided_by"] == won["decided_by"]
    return lost, won["decision"]["args"]["amount"]


@pytest.mark.parametrize(
    "rounds",
    [FAST_ROUNDS, pytest.param(SLOW_ROUNDS, marks=[pytest.mark.slow, pytest.mark.timeout(900)])],
)
async def test_of_two_decisions_on_two_engines_one_counts_and_acts_once(
    house: House, orders: Orders, rounds: int
) -> None:
    paid: list[float] = []
    order = orders.take("big refund")
    customer = Customer(house, order["customer_id"], Random(3))
    for round_ in range(rounds):
        if (await house.shop(f"/orders/{order['id']}"))["refundable"] <= 100.1:
            order, paid = orders.take("big refund"), []
            customer = Customer(house, order["customer_id"], Random(round_))
        approval = await wants_refund(house, customer, order["id"])

        _, amount = await both_decide(house, approval, cents=10 + round_)

        await until_quiet(house)
        paid.append(amount)
        assert (await held(house, order["id"])).refunds == tuple(paid)
