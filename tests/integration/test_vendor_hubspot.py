"""What is particular to HubSpot: properties, and keys that are unique."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from tests.contracts.companies import MARTA_ID, Company, a_key, adapters, add_marta, hubspot_company
from tests.peers.hubspot import PRIVATE_APP, HubSpotPeer
from tests.peers.vendor import open_peer
from tools.errors import BackendRefused, NoSuchThing


@pytest.fixture
def peer() -> HubSpotPeer:
    return HubSpotPeer()


@pytest.fixture
async def company(peer: HubSpotPeer) -> AsyncIterator[Company]:
    async with hubspot_company(peer) as opened:
        yield opened


async def test_a_contact_with_little_on_file_is_a_standard_customer(
    peer: HubSpotPeer, company: Company
) -> None:
    peer.add_contact(customer_number="C-7", email="ivo@example.com")

    ivo = await company.crm.get("C-7")

    assert (ivo.name, ivo.tier, ivo.language, ivo.city) == ("ivo@example.com", "standard", "en", "")


async def test_a_property_that_the_account_lacks_is_named(peer: HubSpotPeer, company: Company) -> None:
    peer.known = frozenset({"subject", "content", "hs_pipeline", "hs_pipeline_stage"})

    with pytest.raises(BackendRefused, match=r"frontdesk_customer.*how-to-add-a-connector") as refused:
        await company.tickets.create(MARTA_ID, "Hello", "Is this on?", key=a_key())

    assert refused.value.code == "property_missing"


async def test_two_tickets_under_one_key_at_once_are_one(peer: HubSpotPeer, company: Company) -> None:
    key = a_key()

    opened = await asyncio.gather(
        *(company.tickets.create(MARTA_ID, "Twice", "At once.", key=key) for _ in range(3))
    )

    assert len({ticket.id for ticket in opened}) == len(peer.tickets) == 1
    assert peer.beside == {opened[0].id: "501"}


async def test_hubspots_own_number_serves_where_no_other_is_set() -> None:
    peer, given = HubSpotPeer(), {"crm_from": "hubspot", "hubspot_token": PRIVATE_APP}
    async with open_peer(peer) as url, adapters(**given, hubspot_url=url) as systems:
        number = add_marta(peer)

        assert (await systems.crm.get(number)).id == number
        with pytest.raises(NoSuchThing):
            await systems.crm.get("marta.lindqvist@example.com")
