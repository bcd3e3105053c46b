"""Every ticket system against the suite of its port."""

from tests.contracts.conftest import served_by
from tests.contracts.tickets_port import TicketsPort


@served_by("fake", "rest", "hubspot", "zendesk")
class TestTickets(TicketsPort):
    """All promise the same."""
