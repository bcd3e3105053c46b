"""What the tools need from a company's customer records."""

from dataclasses import dataclass
from datetime import date
from typing import Protocol


@dataclass(frozen=True, kw_only=True)
class Customer:
    """Somebody the company knows."""

    id: str
    name: str
    email: str
    tier: str
    language: str
    city: str
    since: date


class Crm(Protocol):
    """A company's customer records."""

    async def get(self, customer_id: str) -> Customer:
        """Return a customer, or raise `NoSuchThing`."""

    async def with_email(self, email: str) -> Customer | None:
        """Return who uses this address, in any case of letters."""
