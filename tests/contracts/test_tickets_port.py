"""Every ticket system against the suite of its port."""

from tests.contracts.conftest import BAD_LINE, served_by
from tests.contracts.tickets_port import TicketsOverTheWire, TicketsPort


@served_by("fake", "rest", "hubspot", "zendesk")
class TestTickets(TicketsPort):
    """All promise the same."""


@served_by(BAD_LINE, "hubspot", "zendesk")
class TestOverTheWire(TicketsOverTheWire):
    """Over a line that fails, and systems that refuse, stall and answer nonsense."""
