"""Puts the proving of identities together."""

from collections.abc import Callable, Mapping
from datetime import datetime

from app.gateway.deps import Keyring
from app.gateway.ports import Hub, Tenants
from app.identity.deps import Books, IdentityDeps
from app.identity.joining import Identities
from app.identity.links import Links
from app.identity.proving import Proving
from app.outbox.port import ChannelSender


def build_identities(
    tenants: Tenants,
    vault: Keyring,
    hub: Hub,
    books: Books,
    clock: Callable[[], datetime],
    senders: Mapping[str, ChannelSender],
) -> Identities:
    """Let codes go out by the channels that are written to."""
    deps = IdentityDeps(tenants=tenants, vault=vault, hub=hub, books=books, clock=clock, senders=senders)
    return Identities(deps=deps, proving=Proving(deps), links=Links(deps))
