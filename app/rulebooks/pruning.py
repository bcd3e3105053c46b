"""Older versions of the book: kept as long as anything refers to them, and dropped afterwards."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from psycopg import AsyncConnection

from app.db import Database
from app.db.repository import tenant_ids
from app.privacy.vault import Vault
from app.rounds import Rounds
from app.rulebooks import repository as sql
from app.rulebooks import repository_use as use
from app.rulebooks.repository import StoredVersion
from app.settings import Settings
from app.turns.claim import checkpoint_place
from app.turns.saver import Snapshot, TurnSaver
from graphs.events import LooksAgain
from graphs.versions import versions_in

EVERY_S = 6 * 3600.0
FIRST_IN_S = 120.0
ALL = 10_000

log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Kept:
    """A stored version, and what still refers to it."""

    stored: StoredVersion
    in_force: bool = False
    last_turn: datetime | None = None
    """When a turn was last recorded on it."""
    left: datetime | None = None
    """When another version came into force after it."""
    flows: int = 0
    """Conversations in which a flow is open that began on it."""
    actions: int = 0
    """Actions under way in conversations that were on it."""

    def because(self, since: datetime) -> str | None:
        """Say why it is kept, when what was before `since` no longer counts; None when nothing keeps it."""
        if self.in_force:
            return "in force"
        if self.flows or self.actions:
            return f"{self.flows} open flows, {self.actions} actions under way"
        if self.last_turn and self.last_turn >= since:
            return f"a turn of {self.last_turn:%Y-%m-%d}"
        return f"in force until {self.left:%Y-%m-%d}" if self.left and self.left >= since else None


@dataclass(frozen=True, kw_only=True)
class Pruning:
    """Looks through the versions of one book, which all tenants may share."""

    database: Database
    vault: Vault
    owner: str
    """The tenant whose book it is."""
    clock: Callable[[], datetime]
    kept_days: int

    @property
    def since(self) -> datetime:
        """From when on a recorded turn keeps its version."""
        return self.clock() - timedelta(days=self.kept_days)

    async def versions(self) -> list[Kept]:
        """List all versions with what refers to them, the one in force first."""
        async with self.database.tenant(self.owner) as conn:
            stored = await sql.stored_versions(conn, self.owner, ALL)
        async with self.database.anyone() as conn:
            tenants = await tenant_ids(conn)
        found = [Kept(stored=one, in_force=True) for one in stored[:1]]
        for one, newer in zip(stored[1:], stored, strict=False):
            found.append(await self._referred(one, newer.in_force_at, tenants))
        return found

    async def _referred(self, one: StoredVersion, left: datetime, tenants: Sequence[str]) -> Kept:
        """Ask every tenant what refers to a version."""
        last: list[datetime] = []
        flows = actions = 0
        for tenant_id in tenants:
            async with self.database.tenant(tenant_id) as conn:
                if at := await use.last_turn(conn, tenant_id, one.version):
                    last.append(at)
                actions += await use.open_actions(conn, tenant_id, one.version)
                flows += await self._open_flows(conn, tenant_id, one.version)
        return Kept(stored=one, left=left, last_turn=max(last, default=None), flows=flows, actions=actions)

    async def _open_flows(self, conn: AsyncConnection, tenant_id: str, version: str) -> int:
        return sum(
            [
                version in versions_in(self._memory(tenant_id, row), LooksAgain())
                async for row in use.memories(conn, tenant_id, version)
            ]
        )

    def _memory(self, tenant_id: str, row: use.MemoryRow) -> dict[str, object]:
        """Open what a conversation remembers."""
        if row.checkpoint_id is None or row.data is None:
            return {}
        place = checkpoint_place(row.thread_id, row.checkpoint_id, "data")
        data = self.vault.open(tenant_id, bytes(row.data), place)
        kept = Snapshot(checkpoint_id=row.checkpoint_id, parent_id=None, data=data, writes=None)
        return TurnSaver(row.thread_id, kept).remembered()

    async def prune(self) -> list[str]:
        """Drop the versions that nothing refers to; returns which."""
        since, dropped = self.since, []
        for one in await self.versions():
            if one.because(since) is not None:
                continue
            async with self.database.tenant(self.owner) as conn:
                if await use.drop(conn, self.owner, one.stored.version, one.stored.in_force_at):
                    dropped.append(one.stored.version)
        for version in dropped:
            log.info(
                "book: version %s is dropped, nothing has referred to it since %s", version, since.date()
            )
        return dropped

    async def visit(self, tenant_id: str) -> None:
        """Prune when it is the owner's turn in the rounds."""
        if tenant_id == self.owner:
            await self.prune()


def pruning_for(
    settings: Settings, database: Database, vault: Vault, clock: Callable[[], datetime]
) -> Pruning:
    """Look after the book that all tenants of an installation share."""
    return Pruning(
        database=database, vault=vault, owner=settings.tenant, clock=clock, kept_days=settings.book_kept_days
    )


def pruning_rounds(pruning: Pruning) -> Rounds:
    """Prune four times a day."""
    return Rounds(
        pruning.database,
        pruning.visit,
        every_s=EVERY_S,
        first_in_s=FIRST_IN_S,
        missed="old versions of the book wait for the database",
    )
