"""Tickets over a plain REST API."""

from pydantic import BaseModel

from tools.rest import RestBackend
from tools.spec import ActionKey
from tools.tickets.port import Ticket


class WireTicket(BaseModel):
    """One ticket, as the API writes it."""

    id: str
    customer_id: str
    subject: str


class RestTickets:
    """The ticket system's `/tickets`."""

    def __init__(self, backend: RestBackend) -> None:
        self._backend = backend

    async def create(self, customer_id: str, subject: str, body: str, *, key: ActionKey) -> Ticket:
        """Open a ticket, once per key."""
        wanted = {"customer_id": customer_id, "subject": subject, "body": body}
        return read_ticket(
            await self._backend.act("POST", "/tickets", wanted, key=key, what="customer", shape=WireTicket)
        )

    async def done_under(self, key: ActionKey) -> Ticket | None:
        """Return the ticket as the key's receipt shows it."""
        receipt = await self._backend.done_under(key, shape=WireTicket)
        return None if receipt is None else read_ticket(receipt)


def read_ticket(wire: WireTicket) -> Ticket:
    """Translate a ticket from the API's words into ours."""
    return Ticket(**wire.model_dump())
