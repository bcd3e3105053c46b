"""Who is there: the heartbeats of agents' consoles, written down together every few seconds."""

import asyncio
import contextlib
import logging
from collections import defaultdict
from collections.abc import Callable
from datetime import datetime, timedelta

from app.auth.caller import AgentCaller, Caller
from app.background import Background
from app.db import DatabaseGone
from app.desk import repository as sql
from app.gateway.ports import Tenants

FLUSH_S = 5.0
FORGOTTEN_AFTER = timedelta(seconds=30)
SOON_S = 0.05
"""Who comes is known at once; who stays, with everybody else."""

log = logging.getLogger(__name__)


class Presence(Background):
    """Gathers heartbeats of one engine; nothing but the last one of each agent counts."""

    def __init__(self, tenants: Tenants, clock: Callable[[], datetime]) -> None:
        self._tenants = tenants
        self._clock = clock
        self._heard: dict[str, set[str]] = defaultdict(set)
        self._known: dict[tuple[str, str], datetime] = {}
        self._woken = asyncio.Event()

    def beat(self, caller: Caller) -> None:
        """Note that a person's console is open; keys are nobody."""
        if not isinstance(caller, AgentCaller):
            return
        self._heard[caller.tenant_id].add(caller.agent_id)
        known, now = self._known.get((caller.tenant_id, caller.agent_id)), self._clock()
        self._known[(caller.tenant_id, caller.agent_id)] = now
        if known is None or now - known > FORGOTTEN_AFTER:
            self._woken.set()

    async def flush(self) -> None:
        """Write down who was heard since the last time, each tenant's in one statement."""
        heard, self._heard = self._heard, defaultdict(set)
        for tenant_id, agents in heard.items():
            async with self._tenants.tenant(tenant_id) as conn:
                await sql.beat(conn, tenant_id, sorted(agents), self._clock())

    async def _run(self) -> None:
        while True:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(FLUSH_S):
                    await self._woken.wait()
            await asyncio.sleep(SOON_S)
            self._woken.clear()
            try:
                await self.flush()
            except DatabaseGone as error:
                log.info("heartbeats wait for the database: %s", type(error).__name__)
