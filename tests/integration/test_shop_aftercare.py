"""What the sample company does once an order was placed: returns, replacements, traces, invoices."""

from typing import Any

import pytest

from tests.integration.shop_process import ShopProcess


async def delivered(shop: ShopProcess, *, lines: int = 1, holding: str = "") -> dict[str, Any]:
    """A delivered order that no other test was given."""
    while True:
        order = await shop.fresh_order("delivered")
        if len(order["items"]) == lines and holding in order["items"][0]["name"]:
            return order


async def variants(shop: ShopProcess, name: str) -> dict[str, Any]:
    """The colours and sizes of an article by their names."""
    status, found = await shop.ask("GET", "/products", params={"family_of": name})
    assert status == 200
    return {one["name"]: one for one in found}


async def test_a_part_of_an_order_comes_back_and_the_rest_stays(shop: ShopProcess) -> None:
    order = await delivered(shop, lines=2)
    first, second = (item["sku"] for item in order["items"])
    wanted = {"order_id": order["id"], "skus": [first], "reason": "changed_mind"}

    status, made = await shop.ask("POST", "/returns", json=wanted)
    again = await shop.ask("POST", "/returns", json=wanted)
    rest = await shop.ask("POST", "/returns", json={"order_id": order["id"], "reason": "damaged"})

    assert status == 201
    assert [item["sku"] for item in made["items"]] == [first]
    assert (again[0], again[1]["code"]) == (422, "settled_already")
    assert [item["sku"] for item in rest[1]["items"]] == [second]
    assert made["label"] != rest[1]["label"]


async def test_the_way_back_costs_something_only_for_small_orders_without_our_fault(
    shop: ShopProcess,
) -> None:
    small = await shop.fresh_order("delivered")
    while small["total"] > 75:
        small = await shop.fresh_order("delivered")
    large = await shop.fresh_order("delivered")
    while large["total"] <= 75:
        large = await shop.fresh_order("delivered")

    fees = []
    for order, reason in ((small, "changed_mind"), (large, "changed_mind")):
        _, made = await shop.ask("POST", "/returns", json={"order_id": order["id"], "reason": reason})
        fees.append((made["fee"], round(made["credit"] + made["fee"], 2) == order["total"]))

    assert fees == [(4.9, True), (0.0, True)]


async def test_an_exchange_sets_the_other_article_aside_once_for_each_key(shop: ShopProcess) -> None:
    order = await delivered(shop, holding="Linen throw, oat")
    sand = (await variants(shop, "Linen throw"))["Linen throw, sand"]
    wanted = {"order_id": order["id"], "sku": order["items"][0]["sku"], "wanted_sku": sand["sku"]}
    key = {"Idempotency-Key": f"exchange-{order['id']}"}

    first = await shop.ask("POST", "/exchanges", json=wanted, headers=key)
    second = await shop.ask("POST", "/exchanges", json=wanted, headers=key)

    left = (await variants(shop, "Linen throw"))["Linen throw, sand"]["available"]
    assert first == second
    assert first[1]["wanted"]["name"] == "Linen throw, sand"
    assert left == sand["available"] - order["items"][0]["quantity"]
    assert len(await shop.get(f"/returns?order_id={order['id']}")) == 1


async def test_nobody_gets_what_is_dearer_or_sold_out_in_exchange(shop: ShopProcess) -> None:
    lamp, cover = await delivered(shop, holding="Fjell"), await delivered(shop, holding="Linen duvet")

    async def exchanged(order: dict[str, Any], for_: str) -> str:
        sku = (await variants(shop, order["items"][0]["name"]))[for_]["sku"]
        body = {"order_id": order["id"], "sku": order["items"][0]["sku"], "wanted_sku": sku}
        _, refused = await shop.ask("POST", "/exchanges", json=body)
        return str(refused["code"])

    assert await exchanged(lamp, "Fjell desk lamp, black") == "dearer"
    assert await exchanged(cover, "Linen duvet cover, white") == "sold_out"


async def test_what_comes_back_is_not_paid_for_twice(shop: ShopProcess) -> None:
    order = await delivered(shop, lines=2)
    line = order["items"][0]
    back = {"order_id": order["id"], "skus": [line["sku"]], "reason": "damaged"}
    await shop.ask("POST", "/returns", json=back)
    rest = round(order["total"] - line["unit_price"] * line["quantity"], 2)

    too_much = await shop.ask("POST", "/refunds", json={"order_id": order["id"], "amount": order["total"]})
    paid, _ = await shop.ask("POST", "/refunds", json={"order_id": order["id"], "amount": rest})

    assert (too_much[0], too_much[1]["code"]) == (422, "promised_already")
    assert paid == 201


async def test_what_was_read_before_a_return_is_stale(shop: ShopProcess) -> None:
    order = await delivered(shop)
    stale = {"If-Match": str(order["version"])}
    await shop.ask("POST", "/returns", json={"order_id": order["id"], "reason": "other"})

    status, refused = await shop.ask(
        "POST", "/refunds", json={"order_id": order["id"], "amount": 1}, headers=stale
    )

    assert (status, refused["code"]) == (409, "version_conflict")


async def test_a_parcel_is_searched_for_once_and_its_goods_are_sent_again_once(shop: ShopProcess) -> None:
    order = await shop.fresh_order("shipped")
    body = {"order_id": order["id"], "problem": "lost"}
    again = {"order_id": order["id"], "reason": "lost"}

    answers = [(await shop.ask("POST", "/traces", json=body))[0] for _ in range(2)]
    packed = await shop.fresh_order("processing")
    early, _ = await shop.ask("POST", "/traces", json={**body, "order_id": packed["id"]})
    sent = await shop.ask("POST", "/replacements", json=again)
    twice = await shop.ask("POST", "/replacements", json=again)

    assert (answers, early) == ([201, 422], 422)
    assert sent[0] in (201, 422)
    assert twice[0] == 422


@pytest.mark.parametrize("status", ["processing", "shipped", "delivered"])
async def test_the_carrier_tells_where_a_parcel_is(shop: ShopProcess, status: str) -> None:
    order = await shop.fresh_order(status)
    told = await shop.get(f"/orders/{order['id']}/shipment")

    assert (told["carrier"] is None) == (status == "processing")
    assert (
        told["state"]
        in {
            "processing": ["not_sent"],
            "shipped": ["on_its_way", "delayed"],
            "delivered": ["delivered"],
        }[status]
    )
    assert (told["days_late"] > 0) == (told["state"] == "delayed")


async def test_an_invoice_goes_to_its_customer_and_to_nobody_else(shop: ShopProcess) -> None:
    order, packed = await shop.fresh_order("delivered"), await shop.fresh_order("processing")
    (invoice,) = await shop.get(f"/invoices?order_id={order['id']}")
    owner = await shop.get(f"/customers/{order['customer_id']}")
    path = f"/invoices/{invoice['number']}/send"

    elsewhere = await shop.ask("POST", path, json={"email": "somebody@example.com"})
    sent = await shop.ask("POST", path, json={"email": owner["email"].upper()})

    assert await shop.get(f"/invoices?order_id={packed['id']}") == []
    assert invoice["amount"] == order["total"]
    assert (elsewhere[0], elsewhere[1]["code"]) == (422, "another_address")
    assert (sent[0], sent[1]["sent_to"]) == (201, owner["email"])
    assert len(await shop.get(f"/invoices/{invoice['number']}/sendings")) == 1


async def test_who_starts_over_has_sent_nothing_back(shop: ShopProcess) -> None:
    await shop.ask("POST", "/returns", json={"order_id": "0987", "reason": "other"})
    before = await shop.get("/returns?order_id=0987")
    await shop.ask("POST", "/customers/C-1001/reset")

    assert (len(before), await shop.get("/returns?order_id=0987")) == (1, [])
