"""Tickets in HubSpot: CRM API v3 (`/crm/v3/objects/tickets`).

HubSpot has no idempotency header. Our key is a ticket property that the
account declares unique, so a second ticket under one key cannot come to be.
"""

import asyncio
from typing import Any
from urllib.parse import quote

from pydantic import BaseModel

from tools.crm.hubspot import HubSpotCrm
from tools.errors import BackendRefused, NoSuchThing
from tools.spec import ActionKey
from tools.tickets.port import Ticket, same
from tools.vendor import VendorApi

TICKETS = "/crm/v3/objects/tickets"
KEY_PROPERTY = "frontdesk_key"
"""A single-line text property of tickets with `hasUniqueValue`; it holds our key."""
CUSTOMER_PROPERTY = "frontdesk_customer"
"""A single-line text property of tickets; it holds the company's id of the customer."""
TICKET_TO_CONTACT = 16
"""HubSpot's own number of this kind of association."""


class WireProperties(BaseModel):
    """What of a ticket matters to us."""

    subject: str | None = None
    frontdesk_customer: str | None = None


class WireTicket(BaseModel):
    """One ticket, as HubSpot writes it."""

    id: str
    properties: WireProperties


class HubSpotTickets:
    """The tickets of a HubSpot account."""

    def __init__(self, api: VendorApi, crm: HubSpotCrm, *, pipeline: str = "0", stage: str = "1") -> None:
        self._api = api
        self._crm = crm
        self._place = {"hs_pipeline": pipeline, "hs_pipeline_stage": stage}

    async def create(self, customer_id: str, subject: str, body: str, *, key: ActionKey) -> Ticket:
        """Open a ticket that stands beside its contact."""
        contact, known = await asyncio.gather(self._crm.contact(customer_id), self.done_under(key))
        if known:
            return same(known, customer_id, subject)
        words = {"subject": subject, "content": body, KEY_PROPERTY: key, CUSTOMER_PROPERTY: customer_id}
        wanted = {"properties": words | self._place, "associations": [beside(contact.id)]}
        try:
            made = await self._api.act(TICKETS, what="customer", shape=WireTicket, json=wanted)
        except BackendRefused as refusal:
            if refusal.code == "not_unique" and (known := await self.done_under(key)):
                return same(known, customer_id, subject)
            raise
        return read_ticket(made)

    async def done_under(self, key: ActionKey) -> Ticket | None:
        """Return the ticket whose unique property holds this key."""
        params = {"idProperty": KEY_PROPERTY, "properties": f"subject,{CUSTOMER_PROPERTY}"}
        try:
            reply = await self._api.read(f"{TICKETS}/{quote(key, safe='')}", what="ticket", params=params)
        except NoSuchThing:
            return None
        return read_ticket(reply.of(WireTicket))


def beside(contact_id: str) -> dict[str, Any]:
    """The association of a new ticket with its contact."""
    kind = {"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": TICKET_TO_CONTACT}
    return {"to": {"id": contact_id}, "types": [kind]}


def read_ticket(wire: WireTicket) -> Ticket:
    """Translate a ticket from HubSpot's words into ours."""
    said = wire.properties
    return Ticket(id=wire.id, customer_id=said.frontdesk_customer or "", subject=said.subject or "")
