"""What goes wrong while customers write: engines, NLU and shop killed, answers late, wrong or lost."""

import asyncio
import contextlib
import os
import signal
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random

from tests.chaos.house import House

LATE = {"kind": "latency", "path": "/", "probability": 0.2, "ms": 300}
FEW_FAULTS = (
    LATE,
    {"kind": "drop_after_effect", "path": "/refunds", "method": "POST", "next": 2},
    {"kind": "drop_after_effect", "path": "/orders/", "method": "POST", "next": 2},
    {"kind": "error500", "path": "/refunds", "method": "POST", "next": 1},
    {"kind": "error500", "path": "/orders/", "method": "GET", "next": 1},
    {"kind": "reset", "path": "/operations/", "next": 1},
)
MANY_FAULTS = (
    LATE,
    {"kind": "drop_after_effect", "path": "/", "method": "POST", "probability": 0.3, "seed": 1},
    {"kind": "drop_before_effect", "path": "/", "method": "POST", "probability": 0.1, "seed": 2},
    {"kind": "error500", "path": "/", "probability": 0.05, "seed": 3},
    {"kind": "reset", "path": "/", "probability": 0.03, "seed": 4},
)


@dataclass
class Storm:
    """Kills engines at random moments, and now and then a neighbour."""

    house: House
    random: Random
    kills: int
    nlu_pid: Callable[[], int]
    neighbour_every: int
    done: Counter[str] = field(default_factory=Counter)
    over: asyncio.Event = field(default_factory=asyncio.Event)

    async def rage(self) -> None:
        """Kill this many engines, each while it works, then let everything come back."""
        try:
            while self.done["engine"] < self.kills:
                await self._kill_an_engine()
                if self.done["engine"] % self.neighbour_every == 0:
                    self._kill_a_neighbour()
        finally:
            self.over.set()
        await self.house.mend()

    async def _kill_an_engine(self) -> None:
        engine = self.random.choice(self.house.engines)
        await engine.start()
        await engine.until_ready("/healthz")
        await asyncio.sleep(self.random.uniform(0.0, 1.5))
        await engine.kill()
        self.done["engine"] += 1
        await engine.start()

    def _kill_a_neighbour(self) -> None:
        if self.random.random() < 0.5 or not self.done["NLU"]:
            self.done["NLU"] += 1
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.nlu_pid(), signal.SIGKILL)
        else:
            self.done["shop"] += 1
            self.house.kill_shop()
