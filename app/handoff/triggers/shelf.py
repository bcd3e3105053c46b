"""Every company's handoff triggers, compiled and in memory: turns ask them without the database."""

import asyncio
import logging
from typing import Protocol

from app.db import DatabaseGone
from app.gateway.ports import Hub, Tenants
from app.handoff.triggers import repository as sql
from graphs.ports import Rulebook
from policies.handoff_rows import HandoffTrigger
from policies.handoff_triggers import TriggerTable, merged

SIGNAL = "handoff-triggers"
"""What is told to other engines when rows change."""
LOOK_AGAIN_S = 30.0
log = logging.getLogger(__name__)


class Reloads(Protocol):
    """What has to be read anew after a change."""

    async def changed(self) -> None:
        """Read everything again, here and in other engines."""


class TriggerShelf:
    """Follows the database; a company without rows of its own has its book's."""

    def __init__(self, tenants: Tenants, hub: Hub) -> None:
        self._tenants = tenants
        self._hub = hub
        self._own: dict[str, tuple[HandoffTrigger, ...]] = {}
        self._compiled: dict[tuple[str, str], TriggerTable] = {}
        self._following: asyncio.Task[None] | None = None

    def table(self, tenant_id: str, rulebook: Rulebook) -> TriggerTable:
        """Return the rows in force for a company on its book."""
        own = self._own.get(tenant_id)
        if not own:
            return rulebook.triggers
        key = (tenant_id, rulebook.book.version)
        if key not in self._compiled:
            self._compiled[key] = TriggerTable(merged(rulebook.book.routing.handoff_triggers, own))
        return self._compiled[key]

    async def load(self) -> None:
        """Read all rows."""
        async with self._tenants.anyone() as conn:
            named = await sql.tenants(conn)
        found: dict[str, tuple[HandoffTrigger, ...]] = {}
        for tenant_id in named:
            async with self._tenants.tenant(tenant_id) as conn:
                found[tenant_id] = tuple(await sql.rows(conn, tenant_id))
        if found != self._own:
            self._own, self._compiled = found, {}

    async def changed(self) -> None:
        """Read everything again, here and in other engines."""
        await self.load()
        self._hub.changed(SIGNAL, None)

    async def open(self) -> None:
        """Read the rows and follow them from now on."""
        await self.load()
        self._following = asyncio.create_task(self._follow())

    async def close(self) -> None:
        """End."""
        if self._following is not None:
            self._following.cancel()
            await asyncio.gather(self._following, return_exceptions=True)

    async def _follow(self) -> None:
        with self._hub.subscribe_events(SIGNAL) as changes:
            while True:
                await changes.wait(LOOK_AGAIN_S)
                try:
                    await self.load()
                except DatabaseGone as error:
                    log.info("handoff triggers wait for the database: %s", type(error).__name__)
                    await asyncio.sleep(1.0)
