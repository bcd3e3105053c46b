"""The background work of webhooks in one engine; several engines share it by leases."""

import asyncio
import logging
from collections import Counter

from app.db import DatabaseGone
from app.webhooks import repository as sql
from app.webhooks import sending
from app.webhooks.deps import WebhookDeps

LOOK_AGAIN_S = 2.0
"""A net below the signals, and the grain of the schedule."""
SOON_S = 0.1
"""How soon to look again after a signal: an event may be hidden behind an older, open transaction."""
AT_ONCE = 32
"""Messages that one engine carries at the same time."""
TO_ONE = 4
"""Of these, to one receiver: a slow one keeps nobody else waiting."""

log = logging.getLogger(__name__)


class Dispatcher:
    """Fills and carries; started with the engine, stopped with it."""

    def __init__(self, deps: WebhookDeps, tenant_id: str) -> None:
        self._deps = deps
        self._tenant_id = tenant_id
        self._task: asyncio.Task[None] | None = None
        self._carrying: set[asyncio.Task[None]] = set()
        self._under_way: Counter[tuple[str, str]] = Counter()

    def start(self) -> None:
        """Begin."""
        self._task = asyncio.create_task(self._run())

    async def stop(self) -> None:
        """End; what was being carried is carried again by whoever comes after the lease."""
        tasks = [task for task in (self._task, *self._carrying) if task]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _run(self) -> None:
        """Look after each signal, and again soon while there is something to do."""
        delay = LOOK_AGAIN_S
        with self._deps.hub.subscribe_events(self._tenant_id) as changes:
            while True:
                try:
                    busy = await self.look()
                except DatabaseGone as error:
                    log.info("webhooks wait: %s", type(error).__name__)
                    busy = False
                signalled = await changes.wait(SOON_S if busy else delay)
                delay = SOON_S if signalled else min(2 * delay, LOOK_AGAIN_S)

    async def look(self) -> bool:
        """Fill all webhooks and send off what is due; True when there was something."""
        async with self._deps.tenants.anyone() as conn:
            tenants = await sql.tenants(conn)
        found = [await self._look_at(tenant_id) for tenant_id in tenants]
        return any(found)

    async def settled(self) -> None:
        """Wait until everything that was sent off has been settled."""
        while self._carrying:
            await asyncio.gather(*self._carrying)

    async def _look_at(self, tenant_id: str) -> bool:
        filled = await sending.fill(self._deps, tenant_id)
        async with self._deps.tenants.tenant(tenant_id) as conn:
            found = await sql.rows(conn, sql.LIST, tenant_id)
        sent = [await self._send_off(tenant_id, row.webhook_id) for row in found if row.state == "on"]
        return bool(filled or any(sent))

    async def _send_off(self, tenant_id: str, webhook_id: str) -> bool:
        """Take what there is room for, and carry each beside the others."""
        place = (tenant_id, webhook_id)
        room = min(TO_ONE - self._under_way[place], AT_ONCE - len(self._carrying))
        errand = await sending.take_due(self._deps, tenant_id, webhook_id, room) if room > 0 else None
        if errand is None:
            return False
        for taken in errand.messages:
            self._under_way[place] += 1
            task = asyncio.create_task(self._carry(tenant_id, errand.to, taken))
            self._carrying.add(task)
            task.add_done_callback(self._carrying.discard)
        return True

    async def _carry(self, tenant_id: str, to: sending.Opened, taken: sql.Taken) -> None:
        try:
            await sending.carry(self._deps, tenant_id, to, taken)
        except DatabaseGone as error:
            # It is settled after the lease, by sending it again under the same id.
            log.info("a webhook's message is not settled: %s", type(error).__name__)
        finally:
            self._under_way[tenant_id, to.webhook_id] -= 1
