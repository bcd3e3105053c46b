"""What the channels of the front door have in common."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from app.auth.authenticate import Authenticator
from app.auth.customer_token import CustomerToken
from app.auth.signed import Derive
from app.conversations.seal import Seal
from app.gateway.limits.door import Door
from app.gateway.ports import Accept, FileStore, Hub, Tenants
from app.sessions.presence import SignsOfLife
from policies.sessions import SessionTimes


class Keyring(Seal, Derive, Protocol):
    """Encryption of what is stored, and keys to sign tokens with."""


@dataclass(frozen=True, kw_only=True)
class GatewayDeps:
    """What the front door needs; made once by the composition root."""

    tenants: Tenants
    vault: Keyring
    accept: Accept
    hub: Hub
    authenticator: Authenticator
    clock: Callable[[], datetime]
    tenant_id: str
    """Whose customers write here without a key."""
    demo: bool
    """True: on loopback a customer id is believed without a key."""
    company: Callable[[], str]
    """The company's name, from the rule book in force."""
    files: FileStore | None = None
    """Files that come with messages; None: none are taken."""
    door: Door | None = None
    """Who may send how much; None: everybody everything."""
    signs: SignsOfLife = field(default_factory=SignsOfLife)
    """Where it is noted who has a page open."""
    visit: Callable[[str, str, str], Awaitable[CustomerToken | None]] | None = None
    """Lets a visitor with a link go on in its conversation: tenant, link, visitor."""
    heartbeat: Callable[[], timedelta] = lambda: SessionTimes().heartbeat
    """How often an open page says that it is there, by the rule book in force."""
