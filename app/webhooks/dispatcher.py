"""The background work of webhooks in one engine; several engines share it by leases."""

import asyncio
import logging
import time
from collections import Counter

from app.db import DatabaseGone
from app.looking import Looking
from app.webhooks import repository as sql
from app.webhooks import sending
from app.webhooks.deps import WebhookDeps

AT_ONCE = 32
"""Carriers of one engine."""
TO_ONE = 4
"""Of these, to one receiver: a slow one keeps nobody else waiting."""
TWO = 2
"""Messages that a carrier takes at a time: both are tried within the lease."""
PRUNE_EVERY_S = 3600.0

log = logging.getLogger(__name__)


class Dispatcher:
    """Fills and carries; started with the engine, stopped with it."""

    def __init__(self, deps: WebhookDeps, tenant_id: str) -> None:
        self._deps = deps
        self._looking = Looking(
            self.look, lambda: deps.hub.subscribe_events(tenant_id), waits="webhooks wait"
        )
        self._carrying: set[asyncio.Task[None]] = set()
        self._under_way: Counter[tuple[str, str]] = Counter()
        self._prune_at = time.monotonic()

    def start(self) -> None:
        """Begin."""
        self._looking.start()

    async def stop(self) -> None:
        """End; what was being carried is carried again by whoever comes after the lease."""
        await self._looking.stop()
        for task in self._carrying:
            task.cancel()
        await asyncio.gather(*self._carrying, return_exceptions=True)

    async def look(self) -> bool | None:
        """Fill webhooks and send off what is due; True when there was something, None without webhooks."""
        async with self._deps.tenants.anyone() as conn:
            tenants = await sql.tenants(conn)
        found = [await self._look_at(tenant_id) for tenant_id in tenants]
        return any(found) if found else None

    async def settled(self) -> None:
        """Wait until everything that was sent off has been settled."""
        while self._carrying:
            await asyncio.gather(*self._carrying)

    async def _look_at(self, tenant_id: str) -> bool:
        filled = await sending.fill(self._deps, tenant_id)
        if self._prune_at <= time.monotonic():
            self._prune_at = time.monotonic() + PRUNE_EVERY_S
            await sending.prune(self._deps, tenant_id)
        async with self._deps.tenants.tenant(tenant_id) as conn:
            due = await sql.webhooks_due(conn, tenant_id, self._deps.clock())
        sent = [self._send_off(tenant_id, webhook_id) for webhook_id in due]
        return bool(filled or any(sent))

    def _send_off(self, tenant_id: str, webhook_id: str) -> bool:
        """Put carriers on the way to a receiver, as far as there is room; False when all are out already."""
        place = (tenant_id, webhook_id)
        room = min(TO_ONE - self._under_way[place], AT_ONCE - len(self._carrying))
        for _ in range(room):
            self._under_way[place] += 1
            task = asyncio.create_task(self._carry_all(tenant_id, webhook_id))
            self._carrying.add(task)
            task.add_done_callback(self._carrying.discard)
        return room > 0

    async def _carry_all(self, tenant_id: str, webhook_id: str) -> None:
        """Carry until nothing is due any more."""
        try:
            while errand := await sending.take_due(self._deps, tenant_id, webhook_id, TWO):
                for taken in errand.messages:
                    await sending.carry(self._deps, tenant_id, errand.to, taken)
        except DatabaseGone as error:
            # What was taken is settled after its lease, by sending it again under the same id.
            log.info("a webhook's message is not settled: %s", type(error).__name__)
        except Exception as error:
            log.exception("a webhook's message is not settled: %s", type(error).__name__)
        finally:
            self._under_way[tenant_id, webhook_id] -= 1
