"""What holds for every vendor: rate limits, systems that are away, outcomes that the tools settle."""

from collections.abc import AsyncIterator, Awaitable
from contextlib import AsyncExitStack
from datetime import date

import aiohttp
import pytest

from app.commands.checks import Wrong, connected_systems
from app.settings import load_settings
from tests.contracts.companies import (
    MARTA_ID,
    Company,
    a_key,
    hubspot_company,
    shopify_company,
    stripe_company,
    zendesk_company,
)
from tests.fakes.journal import FakeJournal
from tests.peers.shopify import ShopifyPeer
from tests.peers.stripe import StripePeer
from tests.peers.vendor import open_peer
from tests.peers.zendesk import ZendeskPeer
from tools.catalogue import Connections, build_registry
from tools.errors import BackendFailed
from tools.oauth import bearer
from tools.runner import ToolRunner
from tools.spec import Caller, Succeeded
from tools.tickets.zendesk import WireCreated, explain_zendesk
from tools.vendor import VendorApi


@pytest.fixture
async def stack() -> AsyncIterator[AsyncExitStack]:
    """Closes what a test opens."""
    async with AsyncExitStack() as opened:
        yield opened


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

    who, key = caller(order.customer_id), a_key()
    lost = await tools.effect("cancel_order", who, {"order_id": order.id, "version": order.version}, key)
    assert not isinstance(lost, Succeeded)
    fresh = await company.orders.get(order.id)
    assert fresh is not None
    outcome = await tools.effect("cancel_order", who, {"order_id": order.id, "version": fresh.version}, key)

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
