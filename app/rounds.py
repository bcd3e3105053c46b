"""Regular work of an engine: every few seconds, for each tenant, until it is told to stop."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

from app.background import Background
from app.db import Database, DatabaseGone
from app.db.repository import tenant_ids

log = logging.getLogger(__name__)


class Rounds(Background):
    """Goes round the tenants; when the database is away, the next round comes."""

    def __init__(
        self,
        database: Database,
        visit: Callable[[str], Awaitable[object]],
        *,
        every_s: float,
        first_in_s: float,
        missed: str,
    ) -> None:
        self._database = database
        self._visit = visit
        self._every_s = every_s
        self._first_in_s = first_in_s
        self._missed = missed
        """What is logged when the database is away."""

    async def _run(self) -> None:
        await asyncio.sleep(self._first_in_s)
        while True:
            try:
                async with self._database.anyone() as conn:
                    tenants = await tenant_ids(conn)
                for tenant_id in tenants:
                    await self._visit(tenant_id)
            except DatabaseGone as error:
                log.info("%s: %s", self._missed, type(error).__name__)
            except Exception:
                log.exception("%s: a round failed, the next one comes", self._missed)
            await asyncio.sleep(self._every_s)
