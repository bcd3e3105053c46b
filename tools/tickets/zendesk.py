"""Tickets in Zendesk: Ticketing API v2 (`/api/v2/tickets.json`, `/api/v2/users/search.json`).

A ticket's `external_id` is our key, so it can be looked up for ever; the
`Idempotency-Key`, which Zendesk keeps for two hours, covers two requests at
once. A customer is the user whose `external_id` is the company's id.
"""

import asyncio
from collections.abc import Sequence

from pydantic import BaseModel

from tools.errors import BackendRefused, NoSuchThing, ToolError
from tools.spec import ActionKey
from tools.tickets.port import Ticket, another_ticket, same
from tools.vendor import Reply, VendorApi

TICKETS = "/api/v2/tickets.json"
USERS = "/api/v2/users/search.json"


class WireUser(BaseModel):
    """One user, as Zendesk writes it."""

    id: int
    external_id: str | None = None


class WireUsers(BaseModel):
    """A page of users."""

    users: list[WireUser]


class WireTicket(BaseModel):
    """One ticket, as Zendesk writes it."""

    id: int
    subject: str
    requester_id: int
    external_id: str | None = None


class WireCreated(BaseModel):
    """The answer to a new ticket."""

    ticket: WireTicket


class WireTickets(BaseModel):
    """A page of tickets, with their requesters beside them."""

    tickets: list[WireTicket]
    users: list[WireUser] = []


class ZendeskTickets:
    """A Zendesk account."""

    def __init__(self, api: VendorApi) -> None:
        self._api = api

    async def create(self, customer_id: str, subject: str, body: str, *, key: ActionKey) -> Ticket:
        """Open a ticket with a note for agents; the customer is its requester and is not written to."""
        user, known = await asyncio.gather(self._user(customer_id), self.done_under(key))
        if known:
            return same(known, customer_id, subject)
        ticket = {
            "subject": subject,
            "comment": {"body": body, "public": False},
            "requester_id": user.id,
            "external_id": key,
        }
        headers = {"Idempotency-Key": key}
        made = await self._api.act(
            TICKETS, what="customer", shape=WireCreated, json={"ticket": ticket}, headers=headers
        )
        return read_ticket(made.ticket, [user])

    async def done_under(self, key: ActionKey) -> Ticket | None:
        """Return the ticket whose external id is this key."""
        params = {"external_id": key, "include": "users"}
        found = (await self._api.read(TICKETS, what="ticket", params=params)).of(WireTickets)
        return read_ticket(found.tickets[0], found.users) if found.tickets else None

    async def _user(self, customer_id: str) -> WireUser:
        params = {"external_id": customer_id}
        found = (await self._api.read(USERS, what="customer", params=params)).of(WireUsers)
        match [user for user in found.users if user.external_id == customer_id]:
            case [user, *_]:
                return user
            case _:
                raise NoSuchThing("customer")


def read_ticket(wire: WireTicket, users: Sequence[WireUser]) -> Ticket:
    """Translate a ticket from Zendesk's words into ours."""
    owner = next((user.external_id for user in users if user.id == wire.requester_id), None)
    return Ticket(id=str(wire.id), customer_id=owner or str(wire.requester_id), subject=wire.subject)


def explain_zendesk(reply: Reply) -> ToolError | None:
    """Read Zendesk's error document: a word, and a sentence or details."""
    said = reply.said()
    word = said.get("error")
    if word == "IdempotentRequestError":
        return another_ticket()
    if reply.status == 404 or not isinstance(word, str):
        return None
    return BackendRefused(f"zendesk_{word}", str(said.get("description") or word))
