"""A storm on the way to every vendor: whatever fails, each action ends as done, and is done once."""

from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import date
from itertools import count
from random import Random
from typing import Any

import pytest

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
from tests.peers.faults import Kind
from tests.peers.hubspot import HubSpotPeer
from tests.peers.shopify import ShopifyPeer
from tests.peers.stripe import StripePeer
from tests.peers.zendesk import ZendeskPeer
from tools.catalogue import Connections, build_registry
from tools.runner import ToolRunner
from tools.spec import ActionKey, Caller, Succeeded

KINDS: tuple[Kind, ...] = ("error", "reset", "cut_after", "garbled", "unauthorised", "throttled")
SHARE = 0.3
TRIES = 60


@dataclass(frozen=True)
class Deeds:
    """Many actions of one kind at one vendor, and what they left there."""

    tool: str
    company: Callable[[], AbstractAsyncContextManager[Company]]
    prepare: Callable[[Company], Awaitable[tuple[str, dict[str, Any]]]]
    """Whose action it is, and the tool's arguments."""
    left: Callable[[], int]
    """How often it was done."""


def refunds() -> Deeds:
    peer = StripePeer()

    async def prepare(company: Company) -> tuple[str, dict[str, Any]]:
        order = await company.order_in("delivered")
        return order.customer_id, {"order_id": order.id, "amount": 1}

    return Deeds("refund_order", lambda: stripe_company(peer), prepare, lambda: len(peer.refunds))


def cancellations() -> Deeds:
    peer = ShopifyPeer()

    async def prepare(company: Company) -> tuple[str, dict[str, Any]]:
        order_id = peer.place("processing")
        return "7001", {"order_id": order_id}

    def left() -> int:
        return sum(len(order["refunds"]) for order in peer.orders.values())

    return Deeds("cancel_order", lambda: shopify_company(peer), prepare, left)


async def a_ticket(company: Company) -> tuple[str, dict[str, Any]]:
    return MARTA_ID, {"subject": "Cracked glass", "body": "It came cracked."}


def zendesk_tickets() -> Deeds:
    peer = ZendeskPeer()
    return Deeds("create_ticket", lambda: zendesk_company(peer), a_ticket, lambda: len(peer.tickets))


def hubspot_tickets() -> Deeds:
    peer = HubSpotPeer()
    return Deeds("create_ticket", lambda: hubspot_company(peer), a_ticket, lambda: len(peer.tickets))


def weather(seed: int) -> Callable[[], Kind | None]:
    """Which requests suffer, the same ones for the same seed."""
    luck = Random(seed)
    return lambda: luck.choice(KINDS) if luck.random() < SHARE else None


def tools_of(company: Company) -> ToolRunner:
    """The tools, on a clock that leaps over every breaker's rest."""
    systems = Connections(
        orders=company.orders,
        payments=company.payments,
        crm=company.crm,
        tickets=company.tickets,
        today=lambda: date(2026, 11, 21),
    )
    leaps = count(0.0, 60.0)
    return ToolRunner(build_registry(systems), FakeJournal(), clock=lambda: next(leaps))


async def carried_out(tools: ToolRunner, tool: str, owner: str, args: dict[str, Any], key: ActionKey) -> int:
    """Ask under the same key until it is done; how often it took."""
    caller = Caller(tenant_id="demo", conversation_id="cv_1", customer_id=owner, verified=True)
    for tries in range(1, TRIES):
        if isinstance(await tools.effect(tool, caller, args, key), Succeeded):
            return tries
    raise AssertionError(f"{tool} was not done in {TRIES} tries")


async def ride_out(deeds: Deeds, actions: int, seed: int) -> int:
    """Do so many actions in a storm; how often one had to be asked for."""
    async with deeds.company() as company:
        prepared = [await deeds.prepare(company) for _ in range(actions)]
        tools = tools_of(company)
        assert company.faults
        company.faults.storm = weather(seed)
        return sum([await carried_out(tools, deeds.tool, *one, a_key()) for one in prepared])


MANY = [refunds, cancellations, zendesk_tickets, hubspot_tickets]


@pytest.mark.parametrize("kind", MANY)
async def test_every_action_in_a_storm_is_done_once(kind: Callable[[], Deeds]) -> None:
    deeds = kind()

    tries = await ride_out(deeds, 20, seed=5)

    assert deeds.left() == 20
    assert tries > 20


@pytest.mark.slow
@pytest.mark.parametrize("kind", MANY)
async def test_every_one_of_many_actions_in_a_storm_is_done_once(kind: Callable[[], Deeds]) -> None:
    deeds = kind()

    await ride_out(deeds, 500, seed=17)

    assert deeds.left() == 500
