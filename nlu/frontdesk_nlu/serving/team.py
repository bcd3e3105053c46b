"""The workers of one model, as the server sees them."""

import asyncio
import os
import socket
import sys
from collections.abc import Sequence
from pathlib import Path

from frontdesk_nlu.failures import CannotGoOn
from frontdesk_nlu.model.folder import PACKAGE
from frontdesk_nlu.serving.frames import framed, read
from frontdesk_nlu.serving.protocol import Answer, Job, Opened, Refused

OPEN_WITHIN_S = 60.0
JOB_WITHIN_S = 10.0
"""A job takes a tenth of a second at most; one that takes this long never ends."""


class CannotOpen(CannotGoOn):
    """The model cannot be served; the message is the worker's own and says what to do."""


class WorkerLost(Exception):
    """A worker ended, or hangs, in the middle of a job."""


class Worker:
    """One worker process at the other end of a line."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    async def opened(self) -> Opened:
        """Wait until it has the model."""
        said: Opened | Refused = await read(self._reader)
        if isinstance(said, Refused):
            raise CannotOpen(said.why)
        return said

    async def ask(self, job: Job) -> Answer:
        """Let it do a job."""
        try:
            self._writer.write(framed(job))
            async with asyncio.timeout(JOB_WITHIN_S):
                done: Answer = await read(self._reader)
                return done
        except (EOFError, OSError, TimeoutError) as why:
            raise WorkerLost(type(why).__name__) from why

    def hang_up(self) -> None:
        """Let it end."""
        self._writer.close()


class Team:
    """All workers of one model; they are one family of processes."""

    def __init__(
        self, process: asyncio.subprocess.Process, workers: Sequence[Worker], opened: Opened
    ) -> None:
        self.workers = workers
        self.opened = opened
        self._process = process

    @classmethod
    async def start(cls, model: Path, count: int) -> "Team":
        """Open a model in as many workers; raises `CannotOpen` when it is no model."""
        pairs = [socket.socketpair() for _ in range(count)]
        process = await launch(model, [theirs for _, theirs in pairs])
        workers = [Worker(*await asyncio.open_connection(sock=ours)) for ours, _ in pairs]
        try:
            async with asyncio.timeout(OPEN_WITHIN_S):
                opened = [await worker.opened() for worker in workers]
        except (EOFError, OSError, TimeoutError) as why:
            end(process)
            raise CannotOpen(f"the workers ended while they opened {model}; see the log") from why
        except CannotOpen:
            await process.wait()
            raise
        return cls(process, workers, opened[0])

    async def ended(self) -> None:
        """Wait until the processes have ended, which they do when every line is hung up."""
        try:
            async with asyncio.timeout(JOB_WITHIN_S):
                await self._process.wait()
        except TimeoutError:
            self.kill()

    def kill(self) -> None:
        """End the processes at once, whatever they are at."""
        end(self._process)


async def launch(model: Path, lines: Sequence[socket.socket]) -> asyncio.subprocess.Process:
    """Start the family's first process, in a process group of its own, and hand it its ends of the lines."""
    handles = [line.fileno() for line in lines]
    command = ["-m", "frontdesk_nlu", "work", "--model", str(model), "--lines", *map(str, handles)]
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *command,
        cwd=PACKAGE.parent,
        pass_fds=handles,
        stdin=asyncio.subprocess.DEVNULL,
        start_new_session=True,
    )
    for line in lines:
        line.close()
    return process


def end(process: asyncio.subprocess.Process) -> None:
    """Kill a family of processes, if it is still there."""
    try:
        os.killpg(process.pid, 9)
    except ProcessLookupError:
        return
