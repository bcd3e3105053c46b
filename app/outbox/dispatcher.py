"""The outbox's background work in one engine; several engines share it by leases."""

import asyncio
import logging
from collections import Counter
from datetime import timedelta

from app.db import DatabaseGone
from app.db.repository import tenant_ids
from app.looking import Looking
from app.outbox import repository as sql
from app.outbox.carrying import TWO, Carrying
from app.outbox.deps import OutboxDeps
from app.outbox.lateness import give_up_late

AT_ONCE = 32
"""Carriers of one engine."""
TO_ONE = 8
"""Of these, on one channel: a slow provider keeps nobody else waiting."""
LAST_S = 3.0
"""How long an engine that stops waits for what it has handed out."""
JUST_NOW = timedelta(seconds=30)
"""How old a line may be to be carried on a channel that was connected after it was said."""
KEPT = timedelta(days=30)
KEPT_EARLY = timedelta(hours=1)
PRUNE_EVERY_S = 3600.0

log = logging.getLogger(__name__)


class OutboxDispatcher:
    """Looks for what is due and has it carried; started with the engine, stopped with it."""

    def __init__(self, deps: OutboxDeps, tenant_id: str) -> None:
        self._deps = deps
        self._carrying: dict[str, Carrying] = {}
        self._under_way: Counter[str] = Counter()
        self._tasks: set[asyncio.Task[None]] = set()
        self._told = False
        self._prune_at = 0.0
        hub = deps.hub
        self._looking = Looking(
            self.look, lambda: hub.subscribe_events(tenant_id), waits="the outbox waits for the database"
        )

    def start(self) -> None:
        """Begin."""
        self._looking.start()

    async def stop(self) -> None:
        """End; what is not settled in time is carried again, under the same key, by whoever comes after."""
        await self._looking.stop()
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=LAST_S)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def away(self) -> list[str]:
        """Name the channels whose providers do not answer."""
        now = asyncio.get_running_loop().time()
        return [channel for channel, carrying in self._carrying.items() if carrying.fails(now)]

    async def settled(self) -> None:
        """Wait until everything that was handed out has been settled."""
        while self._tasks:
            await asyncio.gather(*self._tasks)

    def _follow(self) -> None:
        """Take up channels that were connected since the last look."""
        for channel in self._deps.senders:
            if channel not in self._carrying:
                self._carrying[channel] = Carrying(self._deps, channel)
                self._told = False

    async def look(self) -> bool | None:
        """Hand out what is due; True when there was something, None when no channel is written to."""
        self._follow()
        if not self._told:
            await self._register()
        if not self._carrying:
            return None
        async with self._deps.tenants.anyone() as conn:
            due = await sql.due(conn, list(self._carrying), self._deps.clock())
        ended = [await self._give_up_late(tenant_id, channel) for tenant_id, channel, _ in due]
        handed = [self._hand_out(tenant_id, channel, lines) for tenant_id, channel, lines in due]
        await self._prune()
        return any(ended) or any(handed)

    async def _register(self) -> None:
        """Have lines of our channels join the outbox; those of the last moments catch up."""
        channels, now = list(self._carrying), self._deps.clock()
        async with self._deps.tenants.anyone() as conn:
            await sql.push_channels(conn, channels)
            tenants = await tenant_ids(conn) if channels else []
        values = {"channels": channels, "now": now, "since": now - JUST_NOW}
        for tenant_id in tenants:
            async with self._deps.tenants.tenant(tenant_id) as conn:
                await conn.execute(sql.CATCH_UP, {"tenant": tenant_id, **values})
        self._told = True

    async def _give_up_late(self, tenant_id: str, channel: str) -> bool:
        """Look after what waits for a provider that does not answer."""
        fails = self._carrying[channel].fails(asyncio.get_running_loop().time())
        return fails and await give_up_late(self._deps, tenant_id, channel) > 0

    def _hand_out(self, tenant_id: str, channel: str, lines: int) -> bool:
        """Put carriers on the way, as far as there is need and room."""
        room = min(
            -(-lines // TWO),
            self._carrying[channel].room(asyncio.get_running_loop().time()),
            TO_ONE - self._under_way[channel],
            AT_ONCE - len(self._tasks),
        )
        for _ in range(room):
            self._under_way[channel] += 1
            task = asyncio.create_task(self._carry(tenant_id, channel))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        return room > 0

    async def _carry(self, tenant_id: str, channel: str) -> None:
        try:
            await self._carrying[channel].carry_all(tenant_id)
        except DatabaseGone as error:
            # What was taken is settled after its lease, by carrying it again under the same key.
            log.info("a line of the outbox is not settled: %s", type(error).__name__)
        except Exception as error:
            log.exception("a line of the outbox is not settled: %s", type(error).__name__)
        finally:
            self._under_way[channel] -= 1

    async def _prune(self) -> None:
        """Forget, now and then, what arrived or was given up long ago."""
        steady = asyncio.get_running_loop().time()
        if steady < self._prune_at:
            return
        self._prune_at, now = steady + PRUNE_EVERY_S, self._deps.clock()
        async with self._deps.tenants.anyone() as conn:
            tenants = await tenant_ids(conn)
        for tenant_id in tenants:
            async with self._deps.tenants.tenant(tenant_id) as conn:
                await conn.execute(sql.PRUNE, [tenant_id, now - KEPT])
                await conn.execute(sql.PRUNE_EARLY, [tenant_id, now - KEPT_EARLY])
