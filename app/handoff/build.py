"""Builds what passing conversations on needs, from the composition root's parts."""

from collections.abc import Callable
from datetime import datetime

from app.gateway.ports import Hub, Tenants
from app.handoff.deps import Desk, HandoffDeps
from app.privacy.vault import Vault
from app.rulebooks import BookShelf
from app.settings import Settings


def build_handoff(
    settings: Settings,
    tenants: Tenants,
    vault: Vault,
    hub: Hub,
    clock: Callable[[], datetime],
    shelf: BookShelf,
) -> HandoffDeps:
    """Return the services of handing over; what the book says is read anew each time."""
    return HandoffDeps(
        tenants=tenants,
        vault=vault,
        hub=hub,
        clock=clock,
        desk=lambda: _desk(shelf),
        external=settings.live_chat,
    )


def _desk(shelf: BookShelf) -> Desk:
    book = shelf.book
    return Desk(
        first_reply_minutes=book.routing.first_reply_minutes,
        default_skills=book.routing.default_skills,
        vip_tiers=book.routing.vip_tiers,
        currency=book.currency,
        waiting_notice=book.templates["queue_waiting"].render({}),
        groups={group.name: group.takes for group in book.desk.groups},
    )
