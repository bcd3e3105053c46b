"""Reads recorded conversations out of the database, some at a time, opened."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from app.conversations.seal import Seal
from app.db import Database
from app.replay import repository as sql

AT_ONCE = 50


@dataclass(frozen=True)
class Tape:
    """One conversation's traces in the order of their commits, not yet read."""

    conversation_id: str
    traces: tuple[bytes, ...]


async def tapes(
    database: Database, vault: Seal, tenant_id: str, *, since: datetime | None, most: int
) -> AsyncIterator[list[Tape]]:
    """Yield the recorded conversations, oldest first, some at a time."""
    async with database.tenant(tenant_id) as conn:
        names = await sql.conversations_since(conn, tenant_id, since, most)
    for first in range(0, len(names), AT_ONCE):
        yield await _some(database, vault, tenant_id, names[first : first + AT_ONCE])


async def _some(database: Database, vault: Seal, tenant_id: str, names: Sequence[str]) -> list[Tape]:
    async with database.tenant(tenant_id) as conn:
        stored = await sql.traces_of(conn, tenant_id, names)
    opened = {
        name: tuple(
            vault.open(tenant_id, one.trace, f"turns:trace:{one.thread_id}:{one.seq}") for one in group
        )
        for name, group in groupby(stored, key=lambda one: one.conversation_id)
    }
    return [Tape(name, opened[name]) for name in names if name in opened]
