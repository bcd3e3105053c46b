"""Puts the outbox together: who is written to, what failures lead to, and who hears what providers report."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import aiohttp

from app.channels.build import Connectors, build_connectors
from app.channels.credentials import credentials_file
from app.channels.senders import Senders
from app.email.build import build_mail_sender
from app.gateway.deps import Keyring
from app.gateway.ports import Accept, Hub, Tenants
from app.outbox.deps import OutboxDeps
from app.outbox.dispatcher import OutboxDispatcher
from app.outbox.port import ChannelSender
from app.outbox.reports import Reports
from app.outbox.typed import TypedChoices
from app.rulebooks import BookShelf
from app.settings import Settings


@dataclass(frozen=True, kw_only=True)
class Outbox:
    """One engine's outbox."""

    deps: OutboxDeps
    dispatcher: OutboxDispatcher
    connectors: Connectors | None
    senders: Senders
    delivery_changed: Reports
    """What channels call with what their providers report."""

    def typed(self, accept: Accept) -> Accept:
        """Let numbers that customers type mean the choices that were sent to them."""
        return TypedChoices(self.deps, accept) if self.deps.senders or self.connectors else accept


def build_outbox(
    settings: Settings,
    session: aiohttp.ClientSession,
    tenants: Tenants,
    vault: Keyring,
    hub: Hub,
    clock: Callable[[], datetime],
    shelf: BookShelf,
) -> Outbox:
    """Connect the outbox; a channel without a sender is one whose customers come for their answers."""
    connectors = build_connectors(settings, session, tenants, vault, clock)
    mail = build_mail_sender(settings, tenants, vault, shelf, clock)
    own: dict[str, ChannelSender] = {} if mail is None else {"email": mail}
    senders = Senders(credentials_file(settings), connectors.sender if connectors else None, own)
    deps = OutboxDeps(
        tenants=tenants,
        vault=vault,
        hub=hub,
        clock=clock,
        senders=senders,
        rules=lambda tenant_id: shelf.current(tenant_id).book.delivery,
        base_url=settings.public_url,
    )
    dispatcher = OutboxDispatcher(deps, settings.tenant)
    return Outbox(
        deps=deps,
        dispatcher=dispatcher,
        delivery_changed=Reports(deps),
        connectors=connectors,
        senders=senders,
    )
