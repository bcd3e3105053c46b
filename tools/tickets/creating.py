"""The tool that writes something down for a person."""

from typing import Annotated

from pydantic import StringConstraints

from tools.arguments import Answer, Arguments
from tools.spec import ActionKey, Caller, ToolSpec
from tools.tickets.port import Ticket, Tickets

Subject = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
Body = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=10_000)]


class CreateTicket(Arguments):
    """What it is about, and all that a person needs to know."""

    subject: Subject
    body: Body


class TicketCreated(Answer):
    """The number under which it is kept."""

    ticket_id: str
    subject: str


def create_ticket(tickets: Tickets) -> ToolSpec[CreateTicket, TicketCreated]:
    """Make the tool that opens a ticket for the caller."""

    async def run(caller: Caller, args: CreateTicket, key: ActionKey | None) -> TicketCreated:
        assert key is not None
        assert caller.customer_id is not None
        return numbered(await tickets.create(caller.customer_id, args.subject, args.body, key=key))

    async def settle(caller: Caller, args: CreateTicket, key: ActionKey) -> TicketCreated | None:
        opened = await tickets.done_under(key)
        return numbered(opened) if opened else None

    return ToolSpec(
        name="create_ticket",
        description="Open a ticket that a person of the company will look at.",
        args=CreateTicket,
        result=TicketCreated,
        risk="write",
        run=run,
        settle=settle,
        timeout_s=3.0,
    )


def numbered(ticket: Ticket) -> TicketCreated:
    """A ticket as its receipt."""
    return TicketCreated(ticket_id=ticket.id, subject=ticket.subject)
