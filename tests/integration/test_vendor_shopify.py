"""What is particular to Shopify: pages, carriers, money that goes back with a cancellation, addresses."""

from collections.abc import AsyncIterator
from datetime import date, datetime
from decimal import Decimal

import pytest

from tests.contracts.companies import Company, a_key, shopify_company
from tests.peers.shopify import ADDRESS, ShopifyPeer
from tools.errors import BackendRefused, NoSuchThing


@pytest.fixture
def peer() -> ShopifyPeer:
    return ShopifyPeer()


@pytest.fixture
async def company(peer: ShopifyPeer) -> AsyncIterator[Company]:
    async with shopify_company(peer) as opened:
        yield opened


async def test_a_long_list_of_orders_is_read_to_its_last_page(peer: ShopifyPeer, company: Company) -> None:
    peer.page_size = 2
    numbers = [peer.place("processing") for _ in range(5)]
    peer.place("processing", customer=7_002)

    own = await company.orders.of_customer("7001")

    assert [order.id for order in own] == numbers[::-1]


async def test_an_order_is_found_by_its_number_with_or_without_the_sign_and_by_nothing_less(
    peer: ShopifyPeer,
    company: Company,
) -> None:
    number = peer.place("processing")

    assert (await company.orders.get(f"#{number}")).id == number
    with pytest.raises(NoSuchThing):
        await company.orders.get(number[:-1])


async def test_what_the_carrier_says_is_on_the_order(company: Company) -> None:

    sent, arrived = await company.order_in("shipped"), await company.order_in("delivered")

    assert (sent.expected_on, sent.delivered_at) == (date(2026, 11, 23), None)
    assert (arrived.expected_on, arrived.delivered_at) == (None, datetime(2026, 11, 19, 14, 5))
    assert arrived.paid_with == "shopify payments"


@pytest.mark.parametrize(("paid", "back"), [(True, Decimal("149.99")), (False, Decimal(0))])
async def test_a_cancelled_order_gives_back_what_was_paid_and_no_more(
    peer: ShopifyPeer, company: Company, paid: bool, back: Decimal
) -> None:
    order = await company.orders.get(peer.place("processing", paid=paid))

    cancelled = await company.orders.cancel(order.id, "not needed", version=order.version, key=a_key())

    assert (cancelled.status, cancelled.refunded, cancelled.refundable) == ("cancelled", back, 0)


async def test_an_order_that_leaves_between_reading_and_cancelling_stays_sent(
    peer: ShopifyPeer, company: Company
) -> None:
    order = await company.order_in("processing")
    peer.before_cancel = lambda inside: inside.update(fulfillments=peer.parcels(int(order.id), "shipped"))

    with pytest.raises(BackendRefused) as refused:
        await company.orders.cancel(order.id, "late", version=order.version, key=a_key())

    assert refused.value.code == "not_cancellable"
    assert (await company.orders.get(order.id)).status == "shipped"


@pytest.mark.parametrize(
    ("line", "fields"),
    [
        ("Storgatan 1, 411 08 Gothenburg, Sweden", ("Storgatan 1", "", "411 08", "Gothenburg", "Sweden")),
        ("Hauptstr. 5, Hof 2, 10115 Berlin, Germany", ("Hauptstr. 5", "Hof 2", "10115", "Berlin", "Germany")),
        ("10 Downing St, London SW1A 2AA, UK", ("10 Downing St", "", "SW1A 2AA", "London", "UK")),
        ("Damrak 1, 1012 LG Amsterdam, Netherlands", ("Damrak 1", "", "1012 LG", "Amsterdam", "Netherlands")),
    ],
)
async def test_an_address_is_split_into_the_fields_of_the_shop(
    peer: ShopifyPeer, company: Company, line: str, fields: tuple[str, ...]
) -> None:
    order = await company.order_in("processing")

    await company.orders.change_address(order.id, line, version=order.version, key=a_key())

    [kept] = [one["shipping_address"] for one in peer.orders.values()]
    assert tuple(kept[name] for name in ("address1", "address2", "zip", "city", "country")) == fields


async def test_an_address_that_cannot_be_split_changes_nothing(peer: ShopifyPeer, company: Company) -> None:
    order = await company.order_in("processing")

    with pytest.raises(BackendRefused) as refused:
        await company.orders.change_address(order.id, "to my aunt", version=order.version, key=a_key())

    assert refused.value.code == "address_unclear"
    assert [one["shipping_address"] for one in peer.orders.values()] == [ADDRESS]


async def test_a_customer_without_name_or_tier_is_a_standard_customer_known_by_email(
    company: Company,
) -> None:
    ivo = await company.crm.get("7002")

    assert (ivo.name, ivo.tier) == ("ivo@example.com", "standard")


async def test_half_an_email_address_is_nobodys(company: Company) -> None:
    assert await company.crm.with_email("ivo@") is None


async def test_the_owner_of_an_order_is_the_customer_of_the_same_shop(company: Company) -> None:
    order = await company.order_in("shipped")

    assert (await company.crm.get(order.customer_id)).name == "Marta Lindqvist"
