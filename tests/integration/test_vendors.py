"""What is particular to each vendor: pages, limits, keys that run out, errors and odd data."""

import asyncio
from collections.abc import AsyncIterator, Awaitable
from contextlib import AsyncExitStack
from datetime import date, datetime
from decimal import Decimal

import aiohttp
import pytest

from app.commands.checks import Wrong, connected_systems
from app.settings import load_settings
from tests.contracts.companies import (
    MARTA_ID,
    Company,
    a_key,
    adapters,
    add_marta,
    hubspot_company,
    shopify_company,
    stripe_company,
    zendesk_company,
)
from tests.fakes.journal import FakeJournal
from tests.peers.hubspot import PRIVATE_APP, HubSpotPeer
from tests.peers.shopify import ADDRESS, ShopifyPeer
from tests.peers.stripe import StripePeer
from tests.peers.vendor import open_peer
from tests.peers.zendesk import ZendeskPeer
from tools.catalogue import Connections, build_registry
from tools.errors import BackendFailed, BackendRefused, NoSuchThing, OutcomeUnknown
from tools.oauth import bearer
from tools.runner import ToolRunner
from tools.spec import Caller, Succeeded
from tools.tickets.zendesk import WireCreated, explain_zendesk
from tools.vendor import VendorApi

CENT = Decimal("0.01")


@pytest.fixture
async def stack() -> AsyncIterator[AsyncExitStack]:
    """Closes what a test opens."""
    async with AsyncExitStack() as opened:
        yield opened


# Shopify


async def test_a_long_list_of_orders_is_read_to_its_last_page(stack: AsyncExitStack) -> None:
    peer = ShopifyPeer(page_size=2)
    company = await stack.enter_async_context(shopify_company(peer))
    numbers = [peer.place("processing") for _ in range(5)]
    peer.place("processing", customer=7_002)

    own = await company.orders.of_customer("7001")

    assert [order.id for order in own] == numbers[::-1]


async def test_an_order_is_found_by_its_number_with_or_without_the_sign_and_by_nothing_less(
    stack: AsyncExitStack,
) -> None:
    peer = ShopifyPeer()
    company = await stack.enter_async_context(shopify_company(peer))
    number = peer.place("processing")

    assert (await company.orders.get(f"#{number}")).id == number
    with pytest.raises(NoSuchThing):
        await company.orders.get(number[:-1])


async def test_what_the_carrier_says_is_on_the_order(stack: AsyncExitStack) -> None:
    company = await stack.enter_async_context(shopify_company())

    sent, arrived = await company.order_in("shipped"), await company.order_in("delivered")

    assert (sent.expected_on, sent.delivered_at) == (date(2026, 11, 23), None)
    assert (arrived.expected_on, arrived.delivered_at) == (None, datetime(2026, 11, 19, 14, 5))
    assert arrived.paid_with == "shopify payments"


@pytest.mark.parametrize(("paid", "back"), [(True, Decimal("149.99")), (False, Decimal(0))])
async def test_a_cancelled_order_gives_back_what_was_paid_and_no_more(
    stack: AsyncExitStack, paid: bool, back: Decimal
) -> None:
    peer = ShopifyPeer()
    company = await stack.enter_async_context(shopify_company(peer))
    order = await company.orders.get(peer.place("processing", paid=paid))

    cancelled = await company.orders.cancel(order.id, "not needed", version=order.version, key=a_key())

    assert (cancelled.status, cancelled.refunded, cancelled.refundable) == ("cancelled", back, 0)


async def test_an_order_that_leaves_between_reading_and_cancelling_stays_sent(stack: AsyncExitStack) -> None:
    peer = ShopifyPeer()
    company = await stack.enter_async_context(shopify_company(peer))
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
    stack: AsyncExitStack, line: str, fields: tuple[str, ...]
) -> None:
    peer = ShopifyPeer()
    company = await stack.enter_async_context(shopify_company(peer))
    order = await company.order_in("processing")

    await company.orders.change_address(order.id, line, version=order.version, key=a_key())

    [kept] = [one["shipping_address"] for one in peer.orders.values()]
    assert tuple(kept[name] for name in ("address1", "address2", "zip", "city", "country")) == fields


async def test_an_address_that_cannot_be_split_changes_nothing(stack: AsyncExitStack) -> None:
    peer = ShopifyPeer()
    company = await stack.enter_async_context(shopify_company(peer))
    order = await company.order_in("processing")

    with pytest.raises(BackendRefused) as refused:
        await company.orders.change_address(order.id, "to my aunt", version=order.version, key=a_key())

    assert refused.value.code == "address_unclear"
    assert [one["shipping_address"] for one in peer.orders.values()] == [ADDRESS]


# Stripe


async def test_a_long_list_of_refunds_is_read_to_its_last_page(stack: AsyncExitStack) -> None:
    company = await stack.enter_async_context(stripe_company(StripePeer(page_size=2)))
    order = await company.order_in("delivered")
    keys = [a_key() for _ in range(5)]
    made = [await company.payments.refund(order.id, CENT, "part", version=1, key=key) for key in keys]

    assert list(await company.payments.refunds_of(order.id)) == made
    assert await company.payments.done_under(keys[0], order.id) == made[0]


async def test_two_requests_under_one_key_at_once_pay_once(stack: AsyncExitStack) -> None:
    peer = StripePeer()
    company = await stack.enter_async_context(stripe_company(peer))
    order, key = await company.order_in("delivered"), a_key()

    made = await asyncio.gather(
        *(company.payments.refund(order.id, CENT, "twice", version=1, key=key) for _ in range(2))
    )

    assert made[0] == made[1]
    assert len(peer.refunds) == 1


async def test_a_key_that_is_just_at_work_leaves_doubt_and_no_second_refund(stack: AsyncExitStack) -> None:
    peer = StripePeer()
    company = await stack.enter_async_context(stripe_company(peer))
    order, key = await company.order_in("delivered"), a_key()
    peer.under_way.add(key)

    with pytest.raises(OutcomeUnknown) as lost:
        await company.payments.refund(order.id, CENT, "again", version=1, key=key)

    assert (lost.value.code, lost.value.answered, peer.refunds) == ("in_progress", False, [])


async def test_a_key_still_pays_once_after_stripe_has_forgotten_it(stack: AsyncExitStack) -> None:
    peer = StripePeer()
    company = await stack.enter_async_context(stripe_company(peer))
    order, key = await company.order_in("delivered"), a_key()
    first = await company.payments.refund(order.id, CENT, "once", version=1, key=key)
    peer.forget_keys()

    assert await company.payments.refund(order.id, CENT, "once", version=1, key=key) == first
    assert len(peer.refunds) == 1


@pytest.mark.parametrize(
    ("currency", "amount", "counted"),
    [("jpy", "1200", 1200), ("kwd", "1.250", 1250), ("eur", "12.50", 1250)],
)
async def test_amounts_are_counted_in_the_currencys_smallest_coin(
    stack: AsyncExitStack, currency: str, amount: str, counted: int
) -> None:
    peer = StripePeer()
    company = await stack.enter_async_context(stripe_company(peer))
    peer.take("77", 5_000, currency=currency)

    made = await company.payments.refund("77", Decimal(amount), "part", version=1, key=a_key())

    assert peer.refunds[0]["amount"] == counted
    assert (made.amount, made.currency) == (Decimal(amount), currency.upper())


async def test_half_a_yen_is_refused_and_never_rounded(stack: AsyncExitStack) -> None:
    peer = StripePeer()
    company = await stack.enter_async_context(stripe_company(peer))
    peer.take("77", 5_000, currency="jpy")

    with pytest.raises(BackendRefused) as refused:
        await company.payments.refund("77", Decimal("0.50"), "part", version=1, key=a_key())

    assert (refused.value.code, peer.refunds) == ("amount_too_fine", [])


async def test_a_refund_that_the_bank_refused_is_no_refund(stack: AsyncExitStack) -> None:
    peer = StripePeer()
    company = await stack.enter_async_context(stripe_company(peer))
    order, key = await company.order_in("delivered"), a_key()
    await company.payments.refund(order.id, CENT, "once", version=1, key=key)
    peer.refunds[0]["status"] = "failed"

    assert list(await company.payments.refunds_of(order.id)) == []
    assert await company.payments.done_under(key, order.id) is None


async def test_an_order_paid_in_two_goes_is_paid_back_from_the_one_that_has_enough(
    stack: AsyncExitStack,
) -> None:
    peer = StripePeer()
    company = await stack.enter_async_context(stripe_company(peer))
    peer.take("77", 500)
    larger = peer.take("77", 5_000)

    await company.payments.refund("77", Decimal(20), "part", version=1, key=a_key())

    assert [one["payment_intent"] for one in peer.refunds] == [larger]


async def test_a_look_up_without_the_order_says_that_it_needs_it(stack: AsyncExitStack) -> None:
    stripe = await stack.enter_async_context(stripe_company())
    shopify = await stack.enter_async_context(shopify_company())

    for looked_up in (stripe.payments.done_under(a_key()), shopify.orders.done_under(a_key())):
        await fails(looked_up, "order_needed")


async def fails(asked: Awaitable[object], code: str) -> None:
    """Expect a certain failure."""
    with pytest.raises(BackendFailed) as failed:
        await asked
    assert failed.value.code == code


# HubSpot


async def test_hubspots_own_number_serves_where_no_other_is_set(stack: AsyncExitStack) -> None:
    peer = HubSpotPeer()
    url = await stack.enter_async_context(open_peer(peer))
    given = {"crm_from": "hubspot", "hubspot_url": url, "hubspot_token": PRIVATE_APP}
    systems = await stack.enter_async_context(adapters(**given))
    number = add_marta(peer)

    assert (await systems.crm.get(number)).id == number
    with pytest.raises(NoSuchThing):
        await systems.crm.get("marta.lindqvist@example.com")


async def test_a_contact_with_little_on_file_is_a_standard_customer(stack: AsyncExitStack) -> None:
    peer = HubSpotPeer()
    company = await stack.enter_async_context(hubspot_company(peer))
    peer.add_contact(customer_number="C-7", email="ivo@example.com")

    ivo = await company.crm.get("C-7")

    assert (ivo.name, ivo.tier, ivo.language, ivo.city) == ("ivo@example.com", "standard", "en", "")


async def test_a_property_that_the_account_lacks_is_named(stack: AsyncExitStack) -> None:
    peer = HubSpotPeer(known=frozenset({"subject", "content", "hs_pipeline", "hs_pipeline_stage"}))
    company = await stack.enter_async_context(hubspot_company(peer))

    with pytest.raises(BackendRefused, match=r"frontdesk_customer.*how-to-add-a-connector") as refused:
        await company.tickets.create(MARTA_ID, "Hello", "Is this on?", key=a_key())

    assert refused.value.code == "property_missing"


async def test_two_tickets_under_one_key_at_once_are_one(stack: AsyncExitStack) -> None:
    peer = HubSpotPeer()
    company = await stack.enter_async_context(hubspot_company(peer))
    key = a_key()

    opened = await asyncio.gather(
        *(company.tickets.create(MARTA_ID, "Twice", "At once.", key=key) for _ in range(3))
    )

    assert len({ticket.id for ticket in opened}) == len(peer.tickets) == 1
    assert peer.beside == {opened[0].id: "501"}


# Zendesk


async def test_a_ticket_is_a_note_for_agents_and_not_a_letter_to_the_customer(stack: AsyncExitStack) -> None:
    peer = ZendeskPeer()
    company = await stack.enter_async_context(zendesk_company(peer))
    key = a_key()

    await company.tickets.create(MARTA_ID, "Cracked glass", "Seems upset.", key=key)

    [ticket] = peer.tickets
    assert (ticket["description"], ticket["public"], ticket["external_id"]) == ("Seems upset.", False, key)


async def test_a_key_opens_one_ticket_after_zendesk_has_forgotten_it(stack: AsyncExitStack) -> None:
    peer = ZendeskPeer()
    company = await stack.enter_async_context(zendesk_company(peer))
    key = a_key()
    first = await company.tickets.create(MARTA_ID, "Once", "Only once.", key=key)
    peer.forget_keys()

    assert await company.tickets.create(MARTA_ID, "Once", "Only once.", key=key) == first
    assert len(peer.tickets) == 1


async def test_two_requests_under_one_key_at_once_open_one_ticket(stack: AsyncExitStack) -> None:
    peer = ZendeskPeer()
    company = await stack.enter_async_context(zendesk_company(peer))
    key = a_key()

    opened = await asyncio.gather(
        *(company.tickets.create(MARTA_ID, "Twice", "At once.", key=key) for _ in range(3))
    )

    assert len({ticket.id for ticket in opened}) == len(peer.tickets) == 1


async def test_a_key_that_zendesk_knows_for_another_text_is_refused(stack: AsyncExitStack) -> None:
    peer = ZendeskPeer()
    company = await stack.enter_async_context(zendesk_company(peer))
    key = a_key()
    await company.tickets.create(MARTA_ID, "One", "One.", key=key)
    peer.tickets.clear()

    with pytest.raises(BackendRefused) as refused:
        await company.tickets.create(MARTA_ID, "One", "Another.", key=key)

    assert refused.value.code == "key_reused"


# All of them


async def test_a_short_rate_limit_is_waited_out(stack: AsyncExitStack) -> None:
    peer = ZendeskPeer()
    company = await stack.enter_async_context(zendesk_company(peer))
    peer.faults.wait = "0"
    peer.faults.next("effect", "throttled")

    ticket = await company.tickets.create(MARTA_ID, "Patient", "Waited.", key=a_key())

    assert [one["id"] for one in peer.tickets] == [int(ticket.id)]


async def test_a_long_rate_limit_says_how_long_it_lasts(stack: AsyncExitStack) -> None:
    company = await stack.enter_async_context(hubspot_company())
    assert company.faults
    company.faults.next("read", "throttled")

    with pytest.raises(BackendFailed, match="asks to wait 30 s"):
        await company.crm.get(MARTA_ID)


async def test_a_system_that_is_not_there_is_a_certain_failure_for_reads_and_effects() -> None:
    async with aiohttp.ClientSession() as session:
        api = VendorApi(session, "http://127.0.0.1:1", bearer("t"), explain_zendesk)

        await fails(api.read("/api/v2/tickets.json", what="ticket"), "no_answer")
        await fails(api.act("/api/v2/tickets.json", what="ticket", shape=WireCreated), "unreachable")


async def test_the_tools_settle_a_refund_whose_answer_was_lost(stack: AsyncExitStack) -> None:
    peer = StripePeer()
    company = await stack.enter_async_context(stripe_company(peer))
    order = await company.order_in("delivered")
    tools = tools_of(company)
    peer.faults.next("effect", "cut_after")

    outcome = await tools.effect(
        "refund_order", caller(order.customer_id), {"order_id": order.id, "amount": 20}, a_key()
    )

    assert isinstance(outcome, Succeeded)
    assert outcome.result["refund_id"] == "re_1"
    assert [refund["amount"] for refund in peer.refunds] == [2_000]


async def test_the_tools_cancel_an_order_whose_request_was_lost_on_the_way(stack: AsyncExitStack) -> None:
    peer = ShopifyPeer()
    company = await stack.enter_async_context(shopify_company(peer))
    order = await company.order_in("processing")
    tools = tools_of(company)
    peer.faults.next("effect", "reset")

    outcome = await tools.effect(
        "cancel_order",
        caller(order.customer_id),
        {"order_id": order.id, "version": order.version},
        a_key(),
    )

    assert isinstance(outcome, Succeeded)
    assert outcome.result["status"] == "cancelled"


def tools_of(company: Company) -> ToolRunner:
    """The tools over a company's systems."""
    systems = Connections(
        orders=company.orders,
        payments=company.payments,
        crm=company.crm,
        tickets=company.tickets,
        today=lambda: date(2026, 11, 21),
    )
    return ToolRunner(build_registry(systems), FakeJournal())


def caller(customer_id: str) -> Caller:
    """The verified owner of an order."""
    return Caller(tenant_id="demo", conversation_id="cv_1", customer_id=customer_id, verified=True)


def test_doctor_names_the_system_that_cannot_be_reached() -> None:
    given = {"crm_from": "hubspot", "hubspot_url": "http://127.0.0.1:1", "hubspot_token": "pat"}

    with pytest.raises(Wrong, match=r"no connection to hubspot at http://127.0.0.1:1. Check the address"):
        connected_systems(load_settings(**given))


async def test_doctor_is_content_with_a_system_that_answers(stack: AsyncExitStack) -> None:
    url = await stack.enter_async_context(open_peer(StripePeer()))
    settings = load_settings(payments_from="stripe", stripe_url=url, stripe_key="sk_test")

    assert connected_systems(settings) == f"stripe at {url}"
