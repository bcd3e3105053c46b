"""What systems keep open between calls: begun with the engine, closed with it."""

import asyncio
from collections.abc import Awaitable, Callable

Chore = Callable[[], Awaitable[None]]


class Keeper:
    """Collects what is to be begun and closed."""

    def __init__(self) -> None:
        self._kept: list[tuple[Chore, Chore]] = []

    def keep(self, begin: Chore, close: Chore) -> None:
        """Take something into keeping."""
        self._kept.append((begin, close))

    async def begin(self) -> None:
        """Begin everything at once; whatever does not come up is begun by its first use."""
        await asyncio.gather(*(begin() for begin, _ in self._kept))

    async def close(self) -> None:
        """Close everything."""
        await asyncio.gather(*(close() for _, close in self._kept))
