"""What every ticket system promises."""

import pytest

from tests.contracts.companies import MARTA_ID, Company, a_key
from tests.contracts.wire import Deed, WireEffects
from tools.errors import BackendRefused, NoSuchThing
from tools.spec import ActionKey
from tools.tickets.port import Ticket


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


def tickets_deed(company: Company) -> Deed:
    """Opening a ticket; every one that was ever seen counts."""
    seen: set[str] = set()

    async def act(key: ActionKey) -> Ticket:
        ticket = await company.tickets.create(MARTA_ID, "Lost", "Is it there?", key=key)
        seen.add(ticket.id)
        return ticket

    async def look_up(key: ActionKey) -> Ticket | None:
        ticket = await company.tickets.done_under(key)
        seen.update([ticket.id] if ticket else [])
        return ticket

    async def times() -> int:
        return len(seen)

    return Deed(act, look_up, times)


class TicketsOverTheWire(WireEffects):
    """A ticket under a key."""

    @pytest.fixture
    async def deed(self, company: Company) -> Deed:
        return tickets_deed(company)
