"""An engine that dies after the effect and before its commit: the next one goes on from the journal."""

import asyncio
from collections.abc import Mapping
from random import Random
from typing import Any

from tests.chaos.accounts import until_quiet
from tests.chaos.house import House, until
from tests.chaos.orders import Held, Orders, held
from tests.chaos.people import Customer

UNTOUCHED = Held(refunds=(), cancelled=False)
SLOW_LOOK_UP = {"kind": "latency", "path": "/operations/", "ms": 3000, "next": 2}
LOST_ANSWER = {"kind": "drop_after_effect", "path": "/", "method": "POST", "next": 2}


async def all_engines_die_once_the_shop_has_acted(house: House, orders: list[Mapping[str, Any]]) -> None:
    """End every engine while it asks what became of the effects whose answers it lost."""

    async def acted() -> bool:
        found = [await held(house, order["id"]) for order in orders]
        return UNTOUCHED not in found

    await until(acted, 10.0, "the shop did not act")
    await asyncio.gather(*(engine.kill() for engine in house.engines))
    await house.mend()


async def test_an_effect_whose_engine_died_is_reported_as_done(house: House, orders: Orders) -> None:
    to_refund, to_cancel = orders.take("refund"), orders.take("cancel")
    payee, canceller = (Customer(house, order["customer_id"], Random(1)) for order in (to_refund, to_cancel))
    assert await payee.asks(f"I want my money back for order {to_refund['id']}")
    assert await canceller.asks(f"Cancel order {to_cancel['id']}")
    await house.spoil(LOST_ANSWER, SLOW_LOOK_UP)

    going_on = asyncio.gather(payee.confirms(), canceller.confirms())
    await all_engines_die_once_the_shop_has_acted(house, [to_refund, to_cancel])

    assert tuple(await going_on) == (True, True)
    await until_quiet(house)
    for customer, told in ((payee, "is on its way"), (canceller, "is cancelled")):
        shown = await house.conversation(customer.conversation_id)
        assert [action["status"] for action in shown["actions"]] == ["done"]
        assert told in shown["timeline"][-1]["text"]
    assert await held(house, to_refund["id"]) == Held(refunds=(to_refund["refundable"],), cancelled=False)
    assert await held(house, to_cancel["id"]) == Held(refunds=(), cancelled=True)
