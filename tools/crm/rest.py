"""Customer records over a plain REST API."""

from datetime import date
from urllib.parse import quote

from pydantic import BaseModel

from tools.crm.port import Customer
from tools.rest import RestBackend, each_shaped, shaped


class WireCustomer(BaseModel):
    """One customer, as the API writes it."""

    id: str
    name: str
    email: str
    tier: str
    language: str
    city: str
    since: date


class RestCrm:
    """The customer records' `/customers`."""

    def __init__(self, backend: RestBackend) -> None:
        self._backend = backend

    async def get(self, customer_id: str) -> Customer:
        """Return a customer, or raise `NoSuchThing`."""
        path = f"/customers/{quote(customer_id, safe='')}"
        return read_customer(shaped(WireCustomer, await self._backend.get(path, what="customer")))

    async def with_email(self, email: str) -> Customer | None:
        """Return who uses this address."""
        found = await self._backend.get("/customers", what="customer", email=email)
        wires = each_shaped(WireCustomer, found)
        return read_customer(wires[0]) if wires else None


def read_customer(wire: WireCustomer) -> Customer:
    """Translate a customer from the API's words into ours."""
    return Customer(**wire.model_dump())
