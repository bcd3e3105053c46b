"""What the tools need from whoever sends a company's documents."""

from dataclasses import dataclass
from typing import Protocol

from tools.spec import ActionKey


@dataclass(frozen=True, kw_only=True)
class Sent:
    """A document that is on its way."""

    id: str
    customer_id: str
    to: str


class Documents(Protocol):
    """Sends documents to the address on file, and to no other. The same key never sends one twice."""

    async def send(self, customer_id: str, kind: str, order_id: str | None, *, key: ActionKey) -> Sent:
        """Send it; raises `NoSuchThing`, or `BackendRefused` when there is no such document."""

    async def done_under(self, key: ActionKey) -> Sent | None:
        """Return what was sent under this key, or None."""
