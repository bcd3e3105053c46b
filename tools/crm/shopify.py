"""Customers in Shopify: Admin REST API 2024-10 (`customers/{id}.json`, `customers/search.json`).

Shopify keeps no tier and no language: a tag such as `tier:gold` names the
tier, and the language is the one that the shop speaks.
"""

from datetime import datetime

from pydantic import BaseModel

from tools.crm.port import Customer
from tools.errors import NoSuchThing
from tools.vendor import VendorApi

CUSTOMERS = "/admin/api/2024-10/customers"
TIER_TAG = "tier:"
LANGUAGE = "en"


class WireAddress(BaseModel):
    """Where a customer lives."""

    city: str | None = None


class WireCustomer(BaseModel):
    """One customer, as Shopify writes it."""

    id: int
    first_name: str | None = None
    last_name: str | None = None
    email: str | None = None
    tags: str = ""
    created_at: datetime
    default_address: WireAddress | None = None


class WireOne(BaseModel):
    """One customer, wrapped."""

    customer: WireCustomer


class WireFound(BaseModel):
    """The answer of a search."""

    customers: list[WireCustomer]


class ShopifyCrm:
    """The customers of a Shopify shop."""

    def __init__(self, api: VendorApi) -> None:
        self._api = api

    async def get(self, customer_id: str) -> Customer:
        """Return a customer, or raise `NoSuchThing`."""
        if not (customer_id.isascii() and customer_id.isdecimal()):
            raise NoSuchThing("customer")
        reply = await self._api.read(f"{CUSTOMERS}/{customer_id}.json", what="customer")
        return read_customer(reply.of(WireOne).customer)

    async def with_email(self, email: str) -> Customer | None:
        """Return who uses this address; Shopify's search is looser than that."""
        wanted = email.strip().lower()
        params = {"query": 'email:"{}"'.format(wanted.replace('"', ""))}
        reply = await self._api.read(f"{CUSTOMERS}/search.json", what="customer", params=params)
        for wire in reply.of(WireFound).customers:
            if (wire.email or "").lower() == wanted:
                return read_customer(wire)
        return None


def read_customer(wire: WireCustomer) -> Customer:
    """Translate a customer from Shopify's words into ours."""
    name = f"{wire.first_name or ''} {wire.last_name or ''}".strip()
    tags = (tag.strip() for tag in wire.tags.split(","))
    tiers = [tag.removeprefix(TIER_TAG) for tag in tags if tag.startswith(TIER_TAG)]
    return Customer(
        id=str(wire.id),
        name=name or wire.email or "",
        email=wire.email or "",
        tier=tiers[0] if tiers else "standard",
        language=LANGUAGE,
        city=(wire.default_address and wire.default_address.city) or "",
        since=wire.created_at.date(),
    )
