"""Work that runs beside the requests of an engine: begun when it starts, ended before it stops."""

import asyncio
from abc import ABC, abstractmethod
from typing import Protocol


class Regular(Protocol):
    """What an engine starts and stops."""

    def start(self) -> None:
        """Begin."""

    async def stop(self) -> None:
        """End."""


class Background(ABC):
    """One task of an engine; what it does until it is ended is `_run`."""

    _task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin."""
        self._task = asyncio.create_task(self._run())

    async def stop(self) -> None:
        """End, wherever it is."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    @abstractmethod
    async def _run(self) -> None:
        """Work until cancelled."""
