"""What every ticket system promises."""

import pytest

from tests.contracts.companies import MARTA_ID, Company, a_key
from tools.errors import BackendRefused, NoSuchThing


class TicketsPort:
    """The suite; a subclass says which companies it runs against."""

    async def test_a_ticket_is_kept_under_a_number(self, company: Company) -> None:
        ticket = await company.tickets.create(MARTA_ID, "Cracked glass", "It came cracked.", key=a_key())

        assert ticket.id
        assert (ticket.customer_id, ticket.subject) == (MARTA_ID, "Cracked glass")

    async def test_the_same_key_opens_one_ticket(self, company: Company) -> None:
        key = a_key()

        first = await company.tickets.create(MARTA_ID, "Once", "Only once.", key=key)
        again = await company.tickets.create(MARTA_ID, "Once", "Only once.", key=key)
        other = await company.tickets.create(MARTA_ID, "Once", "Only once.", key=a_key())

        assert again == first
        assert other.id != first.id

    async def test_a_key_cannot_name_two_tickets(self, company: Company) -> None:
        key = a_key()
        await company.tickets.create(MARTA_ID, "One", "One.", key=key)

        with pytest.raises(BackendRefused):
            await company.tickets.create(MARTA_ID, "Another", "Another.", key=key)

    async def test_a_ticket_can_be_looked_up_by_its_key(self, company: Company) -> None:
        key = a_key()
        assert await company.tickets.done_under(key) is None

        ticket = await company.tickets.create(MARTA_ID, "Find me", "By key.", key=key)

        assert await company.tickets.done_under(key) == ticket

    async def test_nobody_opens_no_ticket(self, company: Company) -> None:
        with pytest.raises(NoSuchThing):
            await company.tickets.create("C-0", "Who", "Nobody.", key=a_key())
