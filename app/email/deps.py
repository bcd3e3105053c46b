"""What email needs; made once from the settings."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from app.email.parse import Ours
from app.gateway.deps import GatewayDeps
from app.outbox.port import DeliveryChanged
from graphs.events import Attached


class TakesFiles(Protocol):
    """Keeps the files of mails."""

    async def take(self, tenant_id: str, uploader: str, name: str, content: bytes) -> Attached:
        """Check and store a file, or raise the problem that says why not."""


@dataclass(frozen=True, kw_only=True)
class Mailbox:
    """The company's addresses, and whom it believes."""

    addresses: tuple[str, ...]
    """The first is the one that answers come from."""
    trusted: frozenset[str] = frozenset()
    believes_loopback: bool = False
    """True in a demo: mails handed in on this machine are from whom they say."""
    customer_of: Callable[[str], str | None] = lambda address: None
    """The company's own id of whoever has an address, as far as a demo knows it."""

    @property
    def ours(self) -> Ours:
        """What reading a mail must know of the company."""
        return Ours(domains=frozenset(a.rpartition("@")[2] for a in self.addresses), trusted=self.trusted)


@dataclass(frozen=True, kw_only=True)
class MailDeps:
    """Services behind the mailbox."""

    gateway: GatewayDeps
    mailbox: Mailbox
    files: TakesFiles
    delivery_changed: DeliveryChanged
