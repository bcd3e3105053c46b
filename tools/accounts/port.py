"""What the tools need from where a company keeps its customers' accounts."""

from dataclasses import dataclass
from typing import Literal, Protocol

from tools.spec import ActionKey

LinkKind = Literal["password_link", "activation_link"]


@dataclass(frozen=True, kw_only=True)
class Account:
    """What a customer may see and change."""

    customer_id: str
    email: str
    pending_email: str | None
    """An address that waits until its link was opened."""
    phone: str | None
    address: str
    newsletter: bool
    closed: bool
    version: int


@dataclass(frozen=True, kw_only=True)
class Changes:
    """What shall be different; None stays."""

    phone: str | None = None
    address: str | None = None
    newsletter: bool | None = None


class Accounts(Protocol):
    """A company's accounts. The same key never changes anything twice."""

    async def get(self, customer_id: str) -> Account:
        """Return an account, or raise `NoSuchThing`."""

    async def change(self, customer_id: str, changes: Changes, *, version: int, key: ActionKey) -> Account:
        """Change it; raises `VersionConflict`, or `BackendRefused` when it is closed."""

    async def change_email(self, customer_id: str, email: str, *, version: int, key: ActionKey) -> Account:
        """Ask the new address for confirmation; the old one counts until its link was opened."""

    async def close(self, customer_id: str, *, version: int, key: ActionKey) -> Account:
        """Close it for good; raises `BackendRefused` while something runs."""

    async def done_under(self, key: ActionKey) -> Account | None:
        """Return the account as it was changed under this key, or None if it was not."""

    async def send_link(self, email: str, kind: LinkKind, *, key: ActionKey) -> None:
        """Send a link if somebody uses this address; nobody learns whether somebody does."""

    async def link_sent_under(self, key: ActionKey) -> bool:
        """Say whether a link was asked for under this key."""
