"""What is particular to Stripe: pages, keys at work and forgotten, small coins, refunds that fail."""

import asyncio
from collections.abc import AsyncIterator
from decimal import Decimal

import pytest

from tests.contracts.companies import Company, a_key, stripe_company
from tests.peers.stripe import StripePeer
from tools.errors import BackendRefused, OutcomeUnknown

CENT = Decimal("0.01")


@pytest.fixture
def peer() -> StripePeer:
    return StripePeer()


@pytest.fixture
async def company(peer: StripePeer) -> AsyncIterator[Company]:
    async with stripe_company(peer) as opened:
        yield opened


async def test_a_long_list_of_refunds_is_read_to_its_last_page(peer: StripePeer, company: Company) -> None:
    peer.page_size = 2
    order = await company.order_in("delivered")
    keys = [a_key() for _ in range(5)]
    made = [await company.payments.refund(order.id, CENT, "part", version=1, key=key) for key in keys]

    assert list(await company.payments.refunds_of(order.id)) == made
    assert await company.payments.done_under(keys[0], order.id) == made[0]


async def test_two_requests_under_one_key_at_once_pay_once(peer: StripePeer, company: Company) -> None:
    order, key = await company.order_in("delivered"), a_key()

    made = await asyncio.gather(
        *(company.payments.refund(order.id, CENT, "twice", version=1, key=key) for _ in range(2))
    )

    assert made[0] == made[1]
    assert len(peer.refunds) == 1


async def test_a_key_that_is_just_at_work_leaves_doubt_and_no_second_refund(
    peer: StripePeer, company: Company
) -> None:
    order, key = await company.order_in("delivered"), a_key()
    peer.under_way.add(key)

    with pytest.raises(OutcomeUnknown) as lost:
        await company.payments.refund(order.id, CENT, "again", version=1, key=key)

    assert (lost.value.code, lost.value.answered, peer.refunds) == ("in_progress", False, [])


async def test_a_key_still_pays_once_after_stripe_has_forgotten_it(
    peer: StripePeer, company: Company
) -> None:
    order, key = await company.order_in("delivered"), a_key()
    first = await company.payments.refund(order.id, CENT, "once", version=1, key=key)
    peer.forget_keys()

    assert await company.payments.refund(order.id, CENT, "once", version=1, key=key) == first
    assert len(peer.refunds) == 1


async def test_an_error_that_stripe_remembers_stays_in_doubt_and_pays_nothing(
    peer: StripePeer, company: Company
) -> None:
    order, key = await company.order_in("delivered"), a_key()
    peer.breaks = True

    for _ in range(2):
        with pytest.raises(OutcomeUnknown):
            await company.payments.refund(order.id, CENT, "once", version=1, key=key)
        assert await company.payments.done_under(key, order.id) is None
        peer.breaks = False

    assert peer.refunds == []


@pytest.mark.parametrize(
    ("currency", "amount", "counted"),
    [("jpy", "1200", 1200), ("kwd", "1.250", 1250), ("eur", "12.50", 1250)],
)
async def test_amounts_are_counted_in_the_currencys_smallest_coin(
    peer: StripePeer, company: Company, currency: str, amount: str, counted: int
) -> None:
    peer.take("77", 5_000, currency=currency)

    made = await company.payments.refund("77", Decimal(amount), "part", version=1, key=a_key())

    assert peer.refunds[0]["amount"] == counted
    assert (made.amount, made.currency) == (Decimal(amount), currency.upper())


async def test_half_a_yen_is_refused_and_never_rounded(peer: StripePeer, company: Company) -> None:
    peer.take("77", 5_000, currency="jpy")

    with pytest.raises(BackendRefused) as refused:
        await company.payments.refund("77", Decimal("0.50"), "part", version=1, key=a_key())

    assert (refused.value.code, peer.refunds) == ("amount_too_fine", [])


async def test_a_refund_that_the_bank_refused_is_no_refund(peer: StripePeer, company: Company) -> None:
    order, key = await company.order_in("delivered"), a_key()
    await company.payments.refund(order.id, CENT, "once", version=1, key=key)
    peer.refunds[0]["status"] = "failed"

    assert list(await company.payments.refunds_of(order.id)) == []
    assert await company.payments.done_under(key, order.id) is None


async def test_an_order_paid_in_two_goes_is_paid_back_from_the_one_that_has_enough(
    peer: StripePeer,
    company: Company,
) -> None:
    peer.take("77", 500)
    larger = peer.take("77", 5_000)

    await company.payments.refund("77", Decimal(20), "part", version=1, key=a_key())

    assert [one["payment_intent"] for one in peer.refunds] == [larger]
