"""The model that is served now, and how another takes its place."""

import asyncio
import logging
from pathlib import Path

from frontdesk_nlu.serving.protocol import Opened
from frontdesk_nlu.serving.queue import Queue
from frontdesk_nlu.serving.team import CannotOpen, Team

TRY_AGAIN_S = 1.0

log = logging.getLogger("frontdesk_nlu")


class Service:
    """Keeps a team of workers for a model; a new one is opened beside the old before it takes over."""

    def __init__(self, model: Path, workers: int) -> None:
        self.model = model
        self.queue = Queue(self._worker_lost)
        self.opened: Opened | None = None
        self._count = workers
        self._change = asyncio.Lock()
        self._mending: asyncio.Task[None] | None = None
        self._farewells: set[asyncio.Task[None]] = set()
        self._team: Team | None = None

    async def load(self, model: Path | None = None) -> None:
        """Open a model (without one: the present one anew) and swap; a failure leaves the old one serving."""
        async with self._change:
            team = await Team.start(model or self.model, self._count)
            before, self._team = self._team, team
            self.model, self.opened = model or self.model, team.opened
            self.queue.serve_with(team)
        if before:
            farewell = asyncio.create_task(before.ended())
            self._farewells.add(farewell)
            farewell.add_done_callback(self._farewells.discard)

    async def close(self) -> None:
        """Finish what is asked, and end the workers."""
        if self._mending:
            self._mending.cancel()
        await self.queue.close()
        await asyncio.gather(*self._farewells)

    def _worker_lost(self) -> None:
        """Open the model anew, because one of its workers is gone."""
        log.error("a worker was lost; the model is opened anew")
        self.reload()

    def reload(self) -> None:
        """Open the present folder anew, in the background."""
        if self._mending is None or self._mending.done():
            self._mending = asyncio.create_task(self._mend())

    async def _mend(self) -> None:
        """Try until there is a whole team again."""
        while True:
            try:
                return await self.load()
            except CannotOpen as why:
                log.error("the model could not be opened: %s", why)
                await asyncio.sleep(TRY_AGAIN_S)
