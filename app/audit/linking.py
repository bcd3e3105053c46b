"""Gives every sent reply and every line of the audit its link, behind the conversations, missing none.

It follows the feed and the audit in the order of their transactions, below
which nothing can still commit; a message's own commit pays nothing for it.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from psycopg import AsyncConnection

from app.audit import repository_chain as sql
from app.audit.chain import Link, Matter, covering, linked
from app.conversations.feed.event import BEGINNING, read_cursor
from app.conversations.feed.repository import changed_since
from app.db import Database
from app.gateway.deps import Keyring
from app.gateway.ports import Tenants
from app.rounds import Rounds

EVERY_S = 3.0
MOST_EVENTS = 500
MOST_REPLIES = 1000
MOST_DEEDS = 500
PURPOSE = "audit"


def chain_key(vault: Keyring, tenant_id: str) -> bytes:
    """The key of a tenant's links; the database does not hold it."""
    return vault.derive(tenant_id, PURPOSE)


class Chain:
    """Adds the links; of several engines at once, one does it."""

    def __init__(self, tenants: Tenants, vault: Keyring) -> None:
        self._tenants = tenants
        self._vault = vault

    async def catch_up(self, tenant_id: str) -> int:
        """Link everything that was committed, and return how many links that made."""
        made, more = 0, True
        while more:
            async with self._tenants.tenant(tenant_id) as conn:
                more, links = await add_portion(conn, self._vault, tenant_id)
            made += links
        return made


def chain_rounds(database: Database, vault: Keyring) -> Rounds:
    """The regular work that keeps the chain up to date."""
    missed = "the audit's chain waits for the database"
    visit = Chain(database, vault).catch_up
    return Rounds(database, visit, every_s=EVERY_S, first_in_s=EVERY_S, missed=missed)


async def add_portion(
    conn: AsyncConnection, vault: Keyring, tenant_id: str, *, wait: bool = False
) -> tuple[bool, int]:
    """Link one portion; says whether there may be more, and how many links were made."""
    held = await sql.progress(conn, tenant_id, wait=wait)
    if held is None:
        return False, 0
    place = read_cursor(held.place) or BEGINNING
    changed, end = await changed_since(conn, tenant_id, place, MOST_EVENTS)
    replies = await sql.new_replies(conn, tenant_id, sorted(changed), MOST_REPLIES) if changed else []
    deeds = await sql.new_deeds(conn, tenant_id, held.deeds_xact, held.deeds_id, MOST_DEEDS)
    whole = len(replies) < MOST_REPLIES
    reached = replace(held, place=str(end) if whole else held.place)
    if deeds:
        reached = replace(reached, deeds_xact=deeds[-1][-1], deeds_id=deeds[-1][0])
    links = await _add(conn, chain_key(vault, tenant_id), tenant_id, held, replies, deeds)
    if links:
        reached = replace(reached, number=links[-1].number, hash=links[-1].hash)
    if reached != held:
        await sql.move(conn, tenant_id, reached)
    return reached != held, len(links)


async def _add(
    conn: AsyncConnection,
    key: bytes,
    tenant_id: str,
    held: sql.Progress,
    replies: Sequence[tuple[Any, ...]],
    deeds: Sequence[tuple[Any, ...]],
) -> list[Link]:
    """Add the links of new replies, then those of new deeds."""
    matters = [Matter(kind="reply", fields=row) for row in replies]
    matters += [Matter(kind="deed", fields=row[:-1], subject=row[0]) for row in deeds]
    links = list(linked(key, held.head, matters))
    if links:
        places = [(row[0], row[1], link.number) for row, link in zip(replies, links, strict=False)]
        await sql.add(conn, tenant_id, links, places)
    return links


async def note_erased(
    conn: AsyncConnection, vault: Keyring, tenant_id: str, conversation_ids: Sequence[str]
) -> None:
    """Say in the chain which links lose their replies, before these are erased in the same transaction."""
    held = await sql.progress(conn, tenant_id, wait=True)
    covers = tuple(await sql.numbers_of(conn, tenant_id, conversation_ids))
    if held is None or not covers:
        return
    matter = Matter(kind="erased", fields=covering(covers), covers=covers)
    (link,) = linked(chain_key(vault, tenant_id), held.head, [matter])
    await sql.add_erased(conn, tenant_id, link)
