"""What the tools need from a company's ticket system."""

from dataclasses import dataclass
from typing import Protocol

from tools.errors import BackendRefused, key_reused
from tools.spec import ActionKey


@dataclass(frozen=True, kw_only=True)
class Ticket:
    """A request that was written down for a person."""

    id: str
    customer_id: str
    subject: str


def same(known: Ticket, customer_id: str, subject: str) -> Ticket:
    """Return a ticket that stands already under a key, if it is the one that is wanted."""
    if (known.customer_id, known.subject) != (customer_id, subject):
        raise another_ticket()
    return known


def another_ticket() -> BackendRefused:
    """A refusal of a key that has opened another ticket."""
    return key_reused("this key has opened another ticket")


class Tickets(Protocol):
    """A company's ticket system. The same key never opens two tickets."""

    async def create(self, customer_id: str, subject: str, body: str, *, key: ActionKey) -> Ticket:
        """Open a ticket; raises `NoSuchThing` for an unknown customer."""

    async def done_under(self, key: ActionKey) -> Ticket | None:
        """Return the ticket opened under this key, or None if there was none."""
