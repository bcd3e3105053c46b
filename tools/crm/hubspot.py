"""Customers in HubSpot: CRM API v3 (`/crm/v3/objects/contacts` and its search)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote

from pydantic import BaseModel, ConfigDict

from tools.crm.port import Customer
from tools.errors import BackendRefused, NoSuchThing, ToolError
from tools.vendor import Reply, VendorApi

CONTACTS = "/crm/v3/objects/contacts"
NATIVE_ID = "hs_object_id"
LACKING = re.compile(r'Property \\*"(\w+)\\*" does not exist')


@dataclass(frozen=True, kw_only=True)
class ContactProperties:
    """Which contact properties hold what HubSpot has no field of its own for."""

    customer_id: str = NATIVE_ID
    """The company's id of the customer; any property but HubSpot's own must be declared unique."""
    tier: str = "customer_tier"


class WireContact(BaseModel):
    """One contact, as HubSpot writes it; a property that is empty is null or absent."""

    model_config = ConfigDict(frozen=True)
    id: str
    properties: dict[str, str | None]


class WireFound(BaseModel):
    """The answer of a search."""

    results: list[WireContact]


class HubSpotCrm:
    """The contacts of a HubSpot account."""

    def __init__(self, api: VendorApi, names: ContactProperties | None = None) -> None:
        self._api = api
        self._names = names or ContactProperties()
        wanted = ("firstname", "lastname", "email", "city", "hs_language", "createdate")
        self._wanted = [*wanted, self._names.tier, self._names.customer_id]

    async def get(self, customer_id: str) -> Customer:
        """Return a customer, or raise `NoSuchThing`."""
        return read_customer(await self.contact(customer_id), self._names)

    async def with_email(self, email: str) -> Customer | None:
        """Return who uses this address; HubSpot keeps addresses in small letters."""
        filters = [{"propertyName": "email", "operator": "EQ", "value": email.strip().lower()}]
        body = {"filterGroups": [{"filters": filters}], "properties": self._wanted, "limit": 1}
        reply = await self._api.read(f"{CONTACTS}/search", method="POST", what="customer", json=body)
        found = reply.of(WireFound).results
        return read_customer(found[0], self._names) if found else None

    async def contact(self, customer_id: str) -> WireContact:
        """Return the contact itself, for whoever files something beside it."""
        if self._names.customer_id == NATIVE_ID and not customer_id.isdecimal():
            raise NoSuchThing("customer")
        params = {"properties": ",".join(self._wanted)}
        if self._names.customer_id != NATIVE_ID:
            params["idProperty"] = self._names.customer_id
        path = f"{CONTACTS}/{quote(customer_id, safe='')}"
        return (await self._api.read(path, what="customer", params=params)).of(WireContact)


def read_customer(wire: WireContact, names: ContactProperties) -> Customer:
    """Translate a contact from HubSpot's words into ours."""
    said = {name: value or "" for name, value in wire.properties.items()}
    name = f"{said.get('firstname', '')} {said.get('lastname', '')}".strip()
    own = wire.id if names.customer_id == NATIVE_ID else said.get(names.customer_id, "")
    return Customer(
        id=own or wire.id,
        name=name or said.get("email", ""),
        email=said.get("email", ""),
        tier=said.get(names.tier) or "standard",
        language=(said.get("hs_language") or "en").split("-")[0],
        city=said.get("city", ""),
        since=datetime.fromisoformat(said["createdate"]).date(),
    )


def explain_hubspot(reply: Reply) -> ToolError | None:
    """Read HubSpot's error document: a category, a message, and details that name properties."""
    said = reply.said()
    message = str(said.get("message", ""))
    if reply.status == 409 or "CONFLICTING_UNIQUE_VALUE" in message or "already has that value" in message:
        return BackendRefused("not_unique", "HubSpot already has one with this value")
    if missing := missing_property(said):
        remedy = "make it in HubSpot as docs/how-to-add-a-connector.md describes"
        return BackendRefused("property_missing", f"HubSpot knows no property {missing}; {remedy}")
    if reply.status == 404 or "category" not in said:
        return None
    return BackendRefused(f"hubspot_{str(said['category']).lower()}", f"HubSpot answered {reply.status}")


def missing_property(said: Mapping[str, Any]) -> str | None:
    """The property that the account lacks, if that is what is wrong."""
    found = LACKING.search(str(said.get("message", "")))
    return found and found[1]
