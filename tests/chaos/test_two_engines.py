"""Two engines on one database: what is sent at once is worked through in order, one at a time, once."""

import asyncio
from random import Random

import pytest

from tests.chaos.accounts import TURNS, overlapping, unanswered, until_quiet
from tests.chaos.house import TENANT, House
from tests.chaos.orders import Orders, held
from tests.chaos.people import Customer

FAST_ROUNDS, SLOW_ROUNDS = 15, 200
COPIES = 5
TEXTS = ("Where is my order {order}?", "How long does a refund take?", "Hello", "Thank you")


@pytest.mark.parametrize(
    "rounds",
    [FAST_ROUNDS, pytest.param(SLOW_ROUNDS, marks=[pytest.mark.slow, pytest.mark.timeout(900)])],
)
async def test_messages_sent_at_once_to_two_engines_are_answered_in_order_one_at_a_time(
    house: House, orders: Orders, rounds: int
) -> None:
    random = Random(4)
    order = orders.take("cancel")
    customer = Customer(house, order["customer_id"], random)
    await house.spoil({"kind": "latency", "path": "/orders", "ms": 40, "probability": 0.5})

    for round_ in range(rounds):
        texts = random.sample(TEXTS, 2)
        await asyncio.gather(
            *(
                customer.says(text.format(order=order["id"]), at=engine, number=2 * round_ + place)
                for place, (text, engine) in enumerate(zip(texts, house.engines, strict=True))
            )
        )

    await until_quiet(house)
    customer.said.sort(key=lambda said: said.seq)
    assert [said.seq for said in customer.said] == list(range(1, 2 * rounds + 1))
    shown = await house.conversation(customer.conversation_id)
    assert unanswered(customer, shown["timeline"]) == []
    assert await overlapping(house, customer.conversation_id) == []
    assert len(await house.rows(TURNS, TENANT, customer.conversation_id)) == 2 * rounds


@pytest.mark.parametrize(
    "rounds",
    [3, pytest.param(SLOW_ROUNDS // COPIES, marks=[pytest.mark.slow, pytest.mark.timeout(900)])],
)
async def test_one_message_sent_five_times_at_once_is_one_turn_one_effect_and_one_reply(
    house: House, orders: Orders, rounds: int
) -> None:
    for round_ in range(rounds):
        order = orders.take("cancel")
        customer = Customer(house, order["customer_id"], Random(round_))
        for number, text in enumerate((f"Cancel order {order['id']}", "yes", "Thank you"), start=1):
            answers = await asyncio.gather(
                *(customer.says(text, at=house.engines[copy % 2], number=number) for copy in range(COPIES))
            )
            own = [
                [entry for entry in answer if entry["thread_id"] == customer.conversation_id]
                for answer in answers
            ]
            assert own == [own[0]] * COPIES, f"{text!r} was answered in {COPIES} ways"
            assert len(own[0]) == 1, f"{text!r} got {answers}"

        await until_quiet(house)
        assert {said.seq for said in customer.said} == {1, 2, 3}
        customer.said = sorted({said.seq: said for said in customer.said}.values(), key=lambda said: said.seq)
        shown = await house.conversation(customer.conversation_id)
        assert unanswered(customer, shown["timeline"]) == []
        assert [action["status"] for action in shown["actions"]] == ["done"]
        assert (await held(house, order["id"])).cancelled
