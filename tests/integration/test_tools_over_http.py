"""The tools against the sample shop: authority, versions, and every fault a backend can have."""

from collections.abc import AsyncIterator
from itertools import count
from typing import Any

import pytest

from tests.integration.shop_process import ShopProcess
from tests.integration.tool_bench import caller, running_tools
from tools.runner import ToolRunner
from tools.spec import ActionKey, Failed, NotFound, Refused, Succeeded

_numbers = count(1)


def a_key() -> ActionKey:
    return ActionKey(f"cv_1:http{next(_numbers)}:run")


@pytest.fixture
async def tools(shop: ShopProcess, database: str) -> AsyncIterator[ToolRunner]:
    async with running_tools(database, shop.url, shop.token, shop.today) as runner:
        yield runner


def one_euro(order: dict[str, Any]) -> dict[str, Any]:
    return {"order_id": order["id"], "amount": 1.0}


async def email_of(shop: ShopProcess, order: dict[str, Any]) -> str:
    return str((await shop.get(f"/customers/{order['customer_id']}"))["email"])


async def test_martas_lamp_is_found_with_all_that_the_demo_tells(
    tools: ToolRunner, shop: ShopProcess
) -> None:
    marta = caller({"customer_id": "C-1001"})

    found = await tools.read("find_order", marta, {"order_id": "#1042"})

    assert isinstance(found, Succeeded)
    lamp = found.result
    assert (lamp["status"], lamp["total"], lamp["refundable"]) == ("delivered", 149.99, 149.99)
    assert (lamp["product"], lamp["paid_with"]) == ("Ostra pendant, smoked glass", "Visa ending 4417")
    assert (lamp["days_since_delivery"], lamp["signed_by"]) == (2, "M. Lindqvist")
    assert lamp["delivered_at"].endswith(" at 14:05")


async def test_marta_has_one_order_on_its_way_and_one_to_cancel(tools: ToolRunner) -> None:
    listed = await tools.read("list_orders", caller({"customer_id": "C-1001"}), {})

    assert isinstance(listed, Succeeded)
    by_id = {order["order_id"]: order for order in listed.result["orders"]}
    assert list(by_id) == ["1090", "1077", "1042", "0987"]
    assert (by_id["1077"]["status"], by_id["1090"]["cancellable"]) == ("shipped", True)
    assert by_id["1090"]["total"] == 59.0
    assert (listed.result["open_count"], listed.result["only_open"]) == (2, None)


async def test_somebody_elses_order_looks_as_if_it_did_not_exist(
    tools: ToolRunner, shop: ShopProcess
) -> None:
    theirs = await shop.fresh_order("processing")
    marta = caller({"customer_id": "C-1001"})

    outcomes = [
        await tools.read("find_order", marta, {"order_id": theirs["id"]}),
        await tools.read(
            "find_order", marta, {"order_id": theirs["id"], "email": await email_of(shop, theirs)}
        ),
        await tools.read("refund_status", marta, {"order_id": theirs["id"]}),
        await tools.read("look_up_customer", marta, {"customer_id": theirs["customer_id"]}),
        await tools.effect("cancel_order", marta, {"order_id": theirs["id"]}, a_key()),
        await tools.effect(
            "change_address", marta, {"order_id": theirs["id"], "address": "Storgatan 1, Malmö"}, a_key()
        ),
        await tools.effect("refund_order", marta, {"order_id": theirs["id"], "amount": 1.0}, a_key()),
    ]

    assert [type(outcome) for outcome in outcomes] == [NotFound] * 7
    assert await shop.get(f"/orders/{theirs['id']}") == theirs


async def test_somebody_unverified_gets_the_status_for_number_and_email_only(
    tools: ToolRunner, shop: ShopProcess
) -> None:
    order = await shop.fresh_order("delivered")
    email = await email_of(shop, order)
    stranger = caller(order, customer_id=None, verified=False)
    asked = {"order_id": order["id"]}

    told = await tools.read("find_order", stranger, asked | {"email": email.upper()})
    wrong = await tools.read("find_order", stranger, asked | {"email": "somebody@example.com"})
    unknown = await tools.read("find_order", stranger, {"order_id": "9999", "email": email})
    without = await tools.read("find_order", stranger, asked)

    assert isinstance(told, Succeeded)
    assert (told.result["status"], told.result["status_only"]) == ("delivered", True)
    assert {told.result[name] for name in ("total", "product", "signed_by", "address_line", "paid_with")} == {
        None
    }
    assert [type(outcome) for outcome in (wrong, unknown)] == [NotFound, NotFound]
    assert isinstance(without, Refused)
    assert without.code == "email_needed"


async def test_somebody_unverified_causes_no_effect(tools: ToolRunner, shop: ShopProcess) -> None:
    order = await shop.fresh_order("processing")
    claimed = caller(order, verified=False)

    outcome = await tools.effect("cancel_order", claimed, {"order_id": order["id"]}, a_key())

    assert isinstance(outcome, Refused)
    assert outcome.code == "not_verified"
    assert await shop.get(f"/orders/{order['id']}") == order


async def test_a_refund_is_paid_once_and_shows_everywhere(tools: ToolRunner, shop: ShopProcess) -> None:
    order, key = await shop.fresh_order("delivered"), a_key()
    owner, asked = (
        caller(order),
        {"order_id": order["id"], "amount": order["total"], "version": order["version"]},
    )

    first = await tools.effect("refund_order", owner, asked, key)
    again = await tools.effect("refund_order", owner, asked | {"version": 99}, key)

    assert isinstance(first, Succeeded)
    assert first == again
    assert [refund["id"] for refund in await shop.get(f"/refunds?order_id={order['id']}")] == [
        first.result["refund_id"]
    ]
    status = await tools.read("refund_status", owner, {"order_id": order["id"]})
    assert isinstance(status, Succeeded)
    assert (status.result["state"], status.result["refunded"]) == ("full", order["total"])


async def test_more_than_was_paid_is_refused_for_good(tools: ToolRunner, shop: ShopProcess) -> None:
    order = await shop.fresh_order("delivered")
    asked = {"order_id": order["id"], "amount": order["total"] + 0.01}

    outcome = await tools.effect("refund_order", caller(order), asked, a_key())

    assert isinstance(outcome, Refused)
    assert outcome.code == "more_than_paid"
    assert await shop.get(f"/refunds?order_id={order['id']}") == []


async def test_an_order_that_has_changed_is_read_again_before_it_is_acted_on(
    tools: ToolRunner, shop: ShopProcess
) -> None:
    order, key = await shop.fresh_order("processing"), a_key()
    await shop.ask("PATCH", f"/orders/{order['id']}/address", json={"address": "Moved meanwhile 1"})

    stale = await tools.effect("cancel_order", caller(order), cancelling(order), key)
    assert isinstance(stale, Failed)
    assert stale.code == "version_conflict"
    now = await shop.get(f"/orders/{order['id']}")
    assert now["status"] == "processing"

    outcome = await tools.effect("cancel_order", caller(order), cancelling(now), key)
    assert isinstance(outcome, Succeeded)
    assert outcome.result["status"] == "cancelled"


async def test_an_order_that_was_sent_meanwhile_is_not_cancelled(
    tools: ToolRunner, shop: ShopProcess
) -> None:
    order, key = await shop.fresh_order("processing"), a_key()
    await shop.ask("POST", f"/orders/{order['id']}/cancel", json={})

    assert isinstance(await tools.effect("cancel_order", caller(order), cancelling(order), key), Failed)
    now = await shop.get(f"/orders/{order['id']}")
    outcome = await tools.effect("cancel_order", caller(order), cancelling(now), key)

    assert isinstance(outcome, Refused)
    assert outcome.code == "not_cancellable"


def cancelling(order: dict[str, Any]) -> dict[str, Any]:
    """What is asked for when an order shall be cancelled as it was read."""
    return {"order_id": order["id"], "version": order["version"]}


async def test_an_address_of_several_lines_arrives_on_one(tools: ToolRunner, shop: ShopProcess) -> None:
    order = await shop.fresh_order("processing")
    asked = {"order_id": order["id"], "address": "Storgatan 1\n411 08 Gothenburg\nSweden"}

    outcome = await tools.effect("change_address", caller(order), asked, a_key())

    assert isinstance(outcome, Succeeded)
    assert (await shop.get(f"/orders/{order['id']}"))["address"] == "Storgatan 1, 411 08 Gothenburg, Sweden"


async def test_a_ticket_is_opened_once_in_the_callers_name(tools: ToolRunner, shop: ShopProcess) -> None:
    order, key = await shop.fresh_order("delivered"), a_key()
    asked = {"subject": f"Order {order['id']}", "body": "Please call back."}

    first = await tools.effect("create_ticket", caller(order), asked, key)
    again = await tools.effect("create_ticket", caller(order), asked, key)

    assert isinstance(first, Succeeded)
    assert first == again
    opened = [
        t
        for t in await shop.get(f"/tickets?customer_id={order['customer_id']}")
        if t["subject"] == asked["subject"]
    ]
    assert [ticket["id"] for ticket in opened] == [first.result["ticket_id"]]


@pytest.mark.parametrize("kind", ["drop_after_effect", "drop_before_effect", "reset", "error500"])
async def test_one_lost_answer_is_mended_without_paying_twice(
    tools: ToolRunner, shop: ShopProcess, kind: str
) -> None:
    order = await shop.fresh_order("delivered")
    await shop.spoil(path="/refunds", method="POST", kind=kind, next=1)

    outcome = await tools.effect(
        "refund_order", caller(order), {"order_id": order["id"], "amount": 1.0}, a_key()
    )

    assert isinstance(outcome, Succeeded)
    assert len(await shop.get(f"/refunds?order_id={order['id']}")) == 1


async def test_a_backend_that_stays_down_has_certainly_done_nothing(
    tools: ToolRunner, shop: ShopProcess
) -> None:
    order, key = await shop.fresh_order("delivered"), a_key()
    asked = {"order_id": order["id"], "amount": 1.0}
    await shop.spoil(path="/refunds", method="POST", kind="error500", next=2)

    down = await tools.effect("refund_order", caller(order), asked, key)
    up = await tools.effect("refund_order", caller(order), asked, key)

    assert isinstance(down, Failed)
    assert down.code == "http_500"
    assert isinstance(up, Succeeded)
    assert len(await shop.get(f"/refunds?order_id={order['id']}")) == 1


async def test_a_late_answer_is_waited_for_under_the_same_key(tools: ToolRunner, shop: ShopProcess) -> None:
    order, key = await shop.fresh_order("delivered"), a_key()
    asked = {"order_id": order["id"], "amount": 1.0}
    await shop.spoil(path="/refunds", method="POST", kind="latency", ms=1800, next=1)

    outcome = await tools.effect("refund_order", caller(order), asked, key)

    # This request is as slow and begins later, so the first one has landed when it is answered.
    await shop.spoil(path="/customers", kind="latency", ms=1800, next=1)
    await shop.get("/customers/C-1001")
    assert isinstance(outcome, Succeeded)
    assert len(await shop.get(f"/refunds?order_id={order['id']}")) == 1


async def test_whatever_the_backend_does_each_key_pays_exactly_once(
    tools: ToolRunner, shop: ShopProcess, database: str
) -> None:
    wanted = {a_key(): await shop.fresh_order("delivered") for _ in range(25)}
    for seed, kind in enumerate(("drop_after_effect", "drop_before_effect", "reset", "error500")):
        await shop.spoil(path="/refunds", method="POST", kind=kind, probability=0.25, seed=seed)
        await shop.spoil(path="/operations", kind=kind, probability=0.1, seed=seed)
    for key, order in wanted.items():
        for _ in range(3):
            await tools.effect("refund_order", caller(order), one_euro(order), key)

    await shop.behave()
    async with running_tools(database, shop.url, shop.token, shop.today) as later:
        told = [await later.effect("refund_order", caller(o), one_euro(o), key) for key, o in wanted.items()]

    paid = [await shop.get(f"/refunds?order_id={order['id']}") for order in wanted.values()]
    assert [outcome.result["refund_id"] for outcome in told if isinstance(outcome, Succeeded)] == [
        refund["id"] for refunds in paid for refund in refunds
    ]
    assert len(told) == len(wanted)


async def test_a_read_that_fails_once_is_tried_again(tools: ToolRunner, shop: ShopProcess) -> None:
    order = await shop.fresh_order("delivered")
    await shop.spoil(path="/orders", method="GET", kind="error500", next=1)

    assert isinstance(await tools.read("find_order", caller(order), {"order_id": order["id"]}), Succeeded)


async def test_a_read_from_a_backend_that_fails_is_a_failure(tools: ToolRunner, shop: ShopProcess) -> None:
    order = await shop.fresh_order("delivered")
    await shop.spoil(path="/orders", method="GET", kind="error500", next=2)

    outcome = await tools.read("find_order", caller(order), {"order_id": order["id"]})

    assert isinstance(outcome, Failed)
    assert outcome.code == "http_500"


async def test_a_read_never_takes_longer_than_its_budget(tools: ToolRunner, shop: ShopProcess) -> None:
    order = await shop.fresh_order("delivered")
    await shop.spoil(path="/orders", method="GET", kind="latency", ms=3000, next=1)

    outcome = await tools.read("find_order", caller(order), {"order_id": order["id"]}, budget_s=0.05)

    assert isinstance(outcome, Failed)
    assert outcome.code == "timeout"


async def test_a_wrong_token_is_a_failure_that_says_so(shop: ShopProcess, database: str) -> None:
    order = await shop.fresh_order("delivered")

    async with running_tools(database, shop.url, "wrong", shop.today) as tools:
        outcome = await tools.read("find_order", caller(order), {"order_id": order["id"]})

    assert isinstance(outcome, Failed)
    assert outcome.code == "http_401"
