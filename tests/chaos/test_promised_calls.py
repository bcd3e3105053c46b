"""What was promised for later, across the ends of engines: begun once, when it is due."""

import asyncio
from random import Random

import pytest

from tests.chaos.accounts import until_quiet
from tests.chaos.house import TENANT, House, until
from tests.chaos.people import Customer

CALLER = "C-1180"
PROMISED = "select follow_up_id, state from follow_ups where tenant_id = %s and conversation_id = %s"
DUE_NOW = """update follow_ups set due_at = now() where tenant_id = %s and conversation_id = %s
  returning follow_up_id"""
QUESTIONS = ("Please ring me on +49 170 5550123", "on Monday between 10 and 11", "lamp shades")


@pytest.mark.slow
async def test_a_promised_call_outlives_every_engine_and_becomes_one_ticket(house: House) -> None:
    customer = Customer(house, CALLER, Random(5))
    *first, last = QUESTIONS
    for text in first:
        await customer.says(text)
    assert await customer.asks(last, tries=1)
    await customer.says("Yes, please", "/affirm")
    await until_quiet(house)
    (promised,) = await house.rows(PROMISED, TENANT, customer.conversation_id)
    assert promised["state"] == "scheduled"

    await asyncio.gather(*(engine.kill() for engine in house.engines))
    await house.rows(DUE_NOW, TENANT, customer.conversation_id)
    await house.mend()

    async def begun() -> bool:
        (row,) = await house.rows(PROMISED, TENANT, customer.conversation_id)
        return bool(row["state"] == "begun")

    await until(begun, 60.0, "the call was never begun")
    await until_quiet(house)
    (ticket,) = await house.shop(f"/tickets?customer_id={CALLER}")
    assert "+49170" in ticket["body"].replace(" ", "")
    assert "Monday" in ticket["body"]
    shown = await house.conversation(customer.conversation_id)
    assert "Your call is due" in shown["timeline"][-1]["text"]
