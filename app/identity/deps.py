"""What proving who somebody is needs; made once by the composition root."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from app.gateway.deps import Keyring
from app.gateway.ports import Hub, Tenants
from app.outbox.port import ChannelSender
from graphs.ports import Rulebook


class Books(Protocol):
    """The rule books in force."""

    def current(self, tenant_id: str) -> Rulebook:
        """Return a tenant's."""


@dataclass(frozen=True, kw_only=True)
class IdentityDeps:
    """Services behind identities."""

    tenants: Tenants
    vault: Keyring
    hub: Hub
    books: Books
    clock: Callable[[], datetime]
    senders: Mapping[str, ChannelSender]
    """The channels that messages can be carried to."""
