"""What the outbox needs; made once by the composition root."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from app.conversations.seal import Seal
from app.gateway.ports import Hub, Tenants
from app.outbox.port import ChannelSender
from policies.delivery import DeliveryRules

ATTEMPT_S = 10.0
"""How long one attempt may take."""
LEASE_S = 25.0
"""How long a line is one engine's; each message of it that arrives begins the time anew."""


@dataclass(frozen=True, kw_only=True)
class OutboxDeps:
    """Services behind the outbox."""

    tenants: Tenants
    vault: Seal
    hub: Hub
    clock: Callable[[], datetime]
    senders: Mapping[str, ChannelSender]
    """Channels that are written to, each with who does it."""
    rules: Callable[[str], DeliveryRules]
    """What a tenant's book says of deliveries that fail."""
    base_url: str | None = None
    """Where our own pages are found, for links to them."""
    attempt_s: float = ATTEMPT_S
    lease_s: float = LEASE_S


def provider_place(channel: str, provider_id: str) -> str:
    """What is indexed of a provider's id: two channels may use the same."""
    return f"outbox:{channel}:{provider_id}"
