"""Starts what runs beside the engine, starts it again when it falls, and stops it in order."""

import asyncio
import signal
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from app.embedded.errors import NotReady
from app.embedded.process import Running

Say = Callable[[str], None]
"""Takes one line for the person at the terminal."""

PEEK_S = 0.03
STEADY_S = 60.0
"""A process that held this long begins again with the shortest wait."""
LONGEST_WAIT_S = 30.0


class Server(Protocol):
    """One program that runs beside the engine."""

    name: str
    log: Path
    patience_s: float
    """How long it may take until it is ready."""
    stop_signal: signal.Signals

    async def adopt(self) -> Running | None:
        """Find it already running from a Frontdesk that was killed; what cannot be used is ended."""

    def launch(self) -> Running:
        """Start it."""

    async def ready(self) -> bool:
        """Whether it answers."""


@dataclass
class Supervised:
    """One server being kept alive."""

    server: Server
    running: Running
    adopted: bool
    watch: asyncio.Task[None] | None = None
    restarts: int = 0


@dataclass
class Supervisor:
    """Keeps servers alive until `stop`; `say` gets a line for whatever a person should know."""

    say: Say
    kept: dict[str, Supervised] = field(default_factory=dict)
    stopping: bool = False

    async def start(self, server: Server) -> Supervised:
        """Adopt or start a server, wait until it is ready, then watch it."""
        found = await server.adopt()
        one = Supervised(server, found or server.launch(), adopted=found is not None)
        self.kept[server.name] = one
        await until_ready(server, one.running)
        one.watch = asyncio.create_task(self._watch(one), name=f"watch {server.name}")
        return one

    async def stop(self) -> None:
        """Stop everything, the last started first."""
        self.stopping = True
        for one in reversed(self.kept.values()):
            if one.watch:
                one.watch.cancel()
        for one in reversed(self.kept.values()):
            await one.running.stop(one.server.stop_signal)

    async def _watch(self, one: Supervised) -> None:
        """Start the server again whenever it ends; wait longer each time it falls soon after."""
        while True:
            since = time.monotonic()
            await one.running.ended()
            if self.stopping:
                return
            one.restarts = 0 if time.monotonic() - since > STEADY_S else one.restarts
            await self._start_again(one)

    async def _start_again(self, one: Supervised) -> None:
        """Say what happened, wait, start, and say how it went; a failure leaves it to the next round."""
        wait = backoff(one.restarts)
        one.restarts += 1
        when = f"in {wait:g} s" if wait else "now"
        self.say(
            f"{one.server.name} {one.running.exit_text}; starting it again {when}. Log: {one.server.log}"
        )
        await asyncio.sleep(wait)
        try:
            one.running = one.server.launch()
            await until_ready(one.server, one.running)
        except (NotReady, OSError) as error:
            self.say(f"{one.server.name} does not come back: {error}")
            await one.running.stop(signal.SIGKILL)
        else:
            self.say(f"{one.server.name} runs again")


def backoff(restarts: int) -> float:
    """Seconds to wait before a start: at once the first time, then doubling."""
    return 0.0 if restarts == 0 else min(2.0 ** (restarts - 1), LONGEST_WAIT_S)


async def until_ready(server: Server, running: Running) -> None:
    """Return when the server answers; raise `NotReady` when it ends first or takes too long."""
    deadline = time.monotonic() + server.patience_s
    while not await server.ready():
        if not running.alive:
            raise NotReady(server.name, running.exit_text, server.log)
        if time.monotonic() > deadline:
            raise NotReady(server.name, f"was not ready within {server.patience_s:g} s", server.log)
        await asyncio.sleep(PEEK_S)


async def with_deadline(question: Awaitable[bool], seconds: float = 2.0) -> bool:
    """Ask whether something is ready; silence and a refused connection mean no."""
    try:
        return await asyncio.wait_for(question, seconds)
    except (OSError, TimeoutError, EOFError):
        return False
