"""The sample company as a process: its token, its keys, its faults, and what survives its death."""

import asyncio
import signal
from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path

import aiohttp
import pytest

from tests.integration.shop_process import ShopProcess


@pytest.fixture
async def own_shop(tmp_path: Path) -> AsyncIterator[ShopProcess]:
    """A shop that this test may kill."""
    shop = ShopProcess(tmp_path / "shop.db", date(2026, 11, 21))
    await shop.start()
    yield shop
    await shop.stop()


async def test_what_was_acknowledged_survives_kill_9(own_shop: ShopProcess) -> None:
    orders = [await own_shop.fresh_order("delivered") for _ in range(20)]
    acknowledged: dict[str, str] = {}

    async def pay_back(order_id: str) -> None:
        _, refund = await own_shop.ask("POST", "/refunds", json={"order_id": order_id, "amount": 1})
        acknowledged[order_id] = refund["id"]
        if len(acknowledged) == 10:
            await own_shop.stop(signal.SIGKILL)

    await asyncio.gather(*(pay_back(order["id"]) for order in orders), return_exceptions=True)
    assert len(acknowledged) >= 10
    token = own_shop.token
    await own_shop.start()

    kept = {refund["order_id"]: refund["id"] for refund in await own_shop.get("/refunds")}
    assert acknowledged.items() <= kept.items()
    assert own_shop.token == token
    assert len(await own_shop.get("/customers?limit=1000")) == 200


async def test_reading_is_open_on_this_machine_and_acting_needs_the_token(shop: ShopProcess) -> None:
    order = await shop.fresh_order("processing")
    wrong = {"Authorization": "Bearer wrong"}
    async with aiohttp.ClientSession(shop.url) as nobody:
        async with nobody.get(f"/orders/{order['id']}") as read:
            assert read.status == 200
        async with nobody.get(f"/orders/{order['id']}", headers=wrong) as read:
            assert read.status == 401
        acts = ("/refunds", "/tickets", "/customers/C-1001/reset", "/_faults")
        for path in (f"/orders/{order['id']}/cancel", *acts):
            async with nobody.post(path, json={}) as refused:
                assert refused.status == 401
                assert (await refused.json())["code"] == "unauthorised"

    assert await shop.get(f"/orders/{order['id']}") == order


async def test_the_token_is_readable_by_its_owner_only(shop: ShopProcess) -> None:
    file = shop.state.with_name(shop.state.name + ".token")

    assert file.stat().st_mode & 0o077 == 0


async def test_the_same_key_at_once_pays_once(shop: ShopProcess) -> None:
    order = await shop.fresh_order("delivered")
    request = {"json": {"order_id": order["id"], "amount": 2}, "headers": {"Idempotency-Key": "at-once"}}

    answers = await asyncio.gather(*(shop.ask("POST", "/refunds", **request) for _ in range(10)))

    assert {status for status, _ in answers} == {201}
    assert len({refund["id"] for _, refund in answers}) == 1
    assert len(await shop.get(f"/refunds?order_id={order['id']}")) == 1


async def test_different_keys_at_once_never_pay_back_more_than_was_paid(shop: ShopProcess) -> None:
    order = await shop.fresh_order("delivered")
    request = {"json": {"order_id": order["id"], "amount": order["total"]}}

    answers = await asyncio.gather(*(shop.ask("POST", "/refunds", **request) for _ in range(5)))

    assert sorted(status for status, _ in answers) == [201, 422, 422, 422, 422]


@pytest.mark.parametrize(
    "body",
    [{}, {"order_id": "1042"}, {"order_id": "1042", "amount": -1}, {"order_id": "1042", "amount": 1, "x": 1}],
)
async def test_a_request_that_does_not_fit_names_its_fields(
    shop: ShopProcess, body: dict[str, object]
) -> None:
    status, problem = await shop.ask("POST", "/refunds", json=body)

    assert (status, problem["code"]) == (422, "invalid_request")
    assert "body." in problem["title"]


@pytest.mark.parametrize("kind", ["drop_after_effect", "drop_before_effect", "reset"])
async def test_a_dropped_answer_looks_like_a_broken_connection(shop: ShopProcess, kind: str) -> None:
    order = await shop.fresh_order("processing")
    await shop.spoil(path="/orders", method="POST", kind=kind, next=1)

    with pytest.raises(aiohttp.ClientError):
        await shop.ask("POST", f"/orders/{order['id']}/cancel", json={})

    happened = (await shop.get(f"/orders/{order['id']}"))["status"] == "cancelled"
    assert happened == (kind == "drop_after_effect")


async def test_a_fault_strikes_what_it_names_and_as_often_as_it_says(shop: ShopProcess) -> None:
    await shop.spoil(path="/customers", method="GET", kind="error500", next=2)

    statuses = [(await shop.ask("GET", path))[0] for path in ("/orders/1042", *["/customers/C-1001"] * 3)]

    assert statuses == [200, 500, 500, 200]
    assert (await shop.get("/_faults"))[0]["left"] == 0


async def test_faults_with_the_same_seed_strike_alike(shop: ShopProcess) -> None:
    async def struck() -> list[int]:
        await shop.behave()
        await shop.spoil(path="/customers", kind="error500", probability=0.5, seed=42)
        return [(await shop.ask("GET", "/customers/C-1001"))[0] for _ in range(20)]

    first, second = await struck(), await struck()

    assert first == second
    assert set(first) == {200, 500}


async def test_the_api_describes_itself(shop: ShopProcess) -> None:
    described = await shop.get("/openapi.json")

    assert {"/orders/{order_id}", "/refunds", "/customers", "/tickets"} <= described["paths"].keys()
    assert await shop.get("/healthz") == {"status": "ok"}


async def test_a_customer_who_is_reset_finds_the_first_day_again(own_shop: ShopProcess) -> None:
    before = await own_shop.get("/orders?customer_id=C-1001")
    versions = {order["id"]: order["version"] for order in before}
    others = await own_shop.fresh_order("delivered")
    await own_shop.ask("POST", "/refunds", json={"order_id": "1042", "amount": 149.99})
    kept = await own_shop.ask("POST", "/refunds", json={"order_id": others["id"], "amount": 1})
    await own_shop.ask("PATCH", "/orders/1090/address", json={"address": "Elsewhere 1"})
    await own_shop.ask("POST", "/orders/1090/cancel", json={})
    ticket = {"customer_id": "C-1001", "subject": "Lamp", "body": "It flickers."}
    await own_shop.ask("POST", "/tickets", json=ticket)

    status, _ = await own_shop.ask("POST", "/customers/C-1001/reset")

    after = await own_shop.get("/orders?customer_id=C-1001")
    bare = [{**order, "version": 0} for order in after]
    assert (status, bare) == (200, [{**order, "version": 0} for order in before])
    assert all(order["version"] > versions[order["id"]] for order in after)
    assert await own_shop.get("/refunds?order_id=1042") == []
    assert await own_shop.get("/tickets?customer_id=C-1001") == []
    assert await own_shop.get(f"/refunds?order_id={others['id']}") == [kept[1]]


async def test_after_a_reset_the_same_story_can_be_told_again(own_shop: ShopProcess) -> None:
    other = await own_shop.fresh_order("delivered")
    money_back = {"order_id": "1042", "amount": 149.99}
    await own_shop.ask("POST", "/refunds", json=money_back)
    _, later = await own_shop.ask("POST", "/refunds", json={"order_id": other["id"], "amount": 1})
    stale = {"If-Match": str((await own_shop.get("/orders/1042"))["version"])}
    await own_shop.ask("POST", "/customers/C-1001/reset")

    refused = await own_shop.ask("POST", "/refunds", json=money_back, headers=stale)
    status, again = await own_shop.ask("POST", "/refunds", json=money_back)

    assert (refused[0], refused[1]["code"]) == (409, "version_conflict")
    assert (status, again["amount"]) == (201, 149.99)
    assert again["id"] > later["id"]


async def test_a_reset_moves_the_orders_to_the_day_it_is_made_on(own_shop: ShopProcess) -> None:
    await own_shop.stop()
    own_shop.today = date(2026, 12, 24)
    await own_shop.start()

    await own_shop.ask("POST", "/customers/C-1001/reset")

    assert (await own_shop.get("/orders/1042"))["delivered_at"] == "2026-12-22T14:05:00"


async def test_everybody_can_be_reset_but_nobody_unknown(own_shop: ShopProcess) -> None:
    refunded = await own_shop.fresh_order("refunded")
    ledger = await own_shop.get("/refunds")

    done, _ = await own_shop.ask("POST", f"/customers/{refunded['customer_id']}/reset")
    unknown = await own_shop.ask("POST", "/customers/C-1/reset")

    def by_id(refund: dict[str, object]) -> str:
        return str(refund["id"])

    assert (done, unknown[0], unknown[1]["code"]) == (200, 404, "no_such_customer")
    assert sorted(await own_shop.get("/refunds"), key=by_id) == sorted(ledger, key=by_id)
