"""What the tools need from a company's ticket system."""

from dataclasses import dataclass
from typing import Protocol

from tools.spec import ActionKey


@dataclass(frozen=True, kw_only=True)
class Ticket:
    """A request that was written down for a person."""

    id: str
    customer_id: str
    subject: str


class Tickets(Protocol):
    """A company's ticket system. The same key never opens two tickets."""

    async def create(self, customer_id: str, subject: str, body: str, *, key: ActionKey) -> Ticket:
        """Open a ticket; raises `NoSuchThing` for an unknown customer."""

    async def done_under(self, key: ActionKey) -> Ticket | None:
        """Return the ticket opened under this key, or None if there was none."""
