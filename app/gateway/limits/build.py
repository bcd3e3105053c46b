"""Puts the door together from what the house has."""

import time
from collections.abc import Callable
from datetime import datetime
from functools import partial

from redis.asyncio import Redis

from app.gateway.limits.door import Door
from app.gateway.limits.shared import SharedBuckets
from app.privacy.vault import Vault
from app.rulebooks import BookShelf
from policies.limits import DoorLimits
from policies.template_values import TOO_MANY


def build_door(redis: Redis, vault: Vault, shelf: BookShelf, clock: Callable[[], datetime]) -> Door:
    """Build the door of an engine; its limits and words are those of the book in force."""
    keyed = partial(_keyed, vault, {})
    return Door(
        SharedBuckets(redis, keyed, time.monotonic), partial(_limits, shelf), partial(_words, shelf), clock
    )


def _keyed(vault: Vault, known: dict[str, bytes], tenant_id: str) -> bytes:
    """Return the key under which a company's buckets are named."""
    if tenant_id not in known:
        known[tenant_id] = vault.derive(tenant_id, "limits")
    return known[tenant_id]


def _limits(shelf: BookShelf, tenant_id: str) -> DoorLimits:
    return shelf.current(tenant_id).book.limits


def _words(shelf: BookShelf, tenant_id: str) -> str | None:
    """Return what a sender is told who is too fast, where the book says something."""
    book = shelf.current(tenant_id).book
    reply = book.templates.get(TOO_MANY)
    if reply is None:
        return None
    return reply.render({"company": book.company_name, "assistant": book.assistant_name})
