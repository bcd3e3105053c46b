"""What is particular to Zendesk: notes for agents, keys that are forgotten after two hours."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from tests.contracts.companies import MARTA_ID, Company, a_key, zendesk_company
from tests.peers.zendesk import ZendeskPeer
from tools.errors import BackendRefused


@pytest.fixture
def peer() -> ZendeskPeer:
    return ZendeskPeer()


@pytest.fixture
async def company(peer: ZendeskPeer) -> AsyncIterator[Company]:
    async with zendesk_company(peer) as opened:
        yield opened


async def test_a_ticket_is_a_note_for_agents_and_not_a_letter_to_the_customer(
    peer: ZendeskPeer, company: Company
) -> None:
    key = a_key()

    await company.tickets.create(MARTA_ID, "Cracked glass", "Seems upset.", key=key)

    [ticket] = peer.tickets
    assert (ticket["description"], ticket["public"], ticket["external_id"]) == ("Seems upset.", False, key)


async def test_a_key_opens_one_ticket_after_zendesk_has_forgotten_it(
    peer: ZendeskPeer, company: Company
) -> None:
    key = a_key()
    first = await company.tickets.create(MARTA_ID, "Once", "Only once.", key=key)
    peer.forget_keys()

    assert await company.tickets.create(MARTA_ID, "Once", "Only once.", key=key) == first
    assert len(peer.tickets) == 1


async def test_two_requests_under_one_key_at_once_open_one_ticket(
    peer: ZendeskPeer, company: Company
) -> None:
    key = a_key()

    opened = await asyncio.gather(
        *(company.tickets.create(MARTA_ID, "Twice", "At once.", key=key) for _ in range(3))
    )

    assert len({ticket.id for ticket in opened}) == len(peer.tickets) == 1


async def test_a_key_that_zendesk_knows_for_another_text_is_refused(
    peer: ZendeskPeer, company: Company
) -> None:
    key = a_key()
    await company.tickets.create(MARTA_ID, "One", "One.", key=key)
    peer.tickets.clear()

    with pytest.raises(BackendRefused) as refused:
        await company.tickets.create(MARTA_ID, "One", "Another.", key=key)

    assert refused.value.code == "key_reused"
