"""Every version that was ever in force, kept in the database and brought back when a flow still needs it."""

import asyncio
import logging
from datetime import datetime

from app.db import Database
from app.rulebooks import repository as sql
from app.rulebooks.compiling import compiled
from app.rulebooks.connected import BookTools
from app.rulebooks.files import Files, pack, recompile, unpack
from app.rulebooks.repository import StoredVersion
from graphs.ports import Rulebook
from policies.facts import Tools

log = logging.getLogger(__name__)


class BookArchive:
    """Keeps versions and gives them back ready to run."""

    def __init__(
        self,
        database: Database,
        tools: Tools,
        *,
        shared_from: str | None = None,
        connected: BookTools | None = None,
    ) -> None:
        self._database = database
        self._tools = tools
        self.connected = connected
        """Makes the tools that a version's connections declare; without it all versions have `tools`."""
        self._shared_from = shared_from
        """The tenant whose books all tenants share; None where each has its own."""
        self._fetching: dict[tuple[str, str], asyncio.Task[Rulebook | None]] = {}

    async def put_in_force(self, tenant_id: str, version: str, files: Files, now: datetime) -> None:
        """Store a version as the one that all engines serve."""
        packed, owner = await asyncio.to_thread(pack, files), self._owner(tenant_id)
        async with self._database.tenant(owner) as conn:
            await sql.put_in_force(conn, owner, version, packed, now)

    def _owner(self, tenant_id: str) -> str:
        return self._shared_from or tenant_id

    async def versions(self, tenant_id: str, most: int = 20) -> list[StoredVersion]:
        """List the stored versions, the one in force first."""
        owner = self._owner(tenant_id)
        async with self._database.tenant(owner) as conn:
            return await sql.stored_versions(conn, owner, most)

    async def files(self, tenant_id: str, version: str) -> dict[str, bytes] | None:
        """Return the files of a version, or None when there is no such version."""
        owner = self._owner(tenant_id)
        async with self._database.tenant(owner) as conn:
            packed = await sql.stored_files(conn, owner, version)
        return None if packed is None else await asyncio.to_thread(unpack, packed)

    async def fetch(self, tenant_id: str, version: str) -> Rulebook | None:
        """Compile a former version; many conversations that need it at once wait for one compilation."""
        place = (self._owner(tenant_id), version)
        if place not in self._fetching:
            task = asyncio.create_task(self._fetch(tenant_id, version))
            self._fetching[place] = task
            task.add_done_callback(lambda _: self._fetching.pop(place, None))
        return await asyncio.shield(self._fetching[place])

    async def _fetch(self, tenant_id: str, version: str) -> Rulebook | None:
        files = await self.files(tenant_id, version)
        made = await self.connected.made(files) if self.connected and files else None
        shapes = made.shapes if made else self._tools
        book = await asyncio.to_thread(recompile, files, shapes) if files else None
        if self.connected and made and book is not None:
            self.connected.serve(version, made)
        if book is None:
            log.warning("book: version %s is lost; its open flows end", version)
        return None if book is None else await asyncio.to_thread(compiled, book)
