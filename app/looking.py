"""Background work that looks after each signal, and again soon while there is something to do."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import AbstractContextManager

from app.background import Background
from app.db import DatabaseGone
from app.gateway.ports import Changes

LOOK_AGAIN_S = 2.0
"""A net below the signals, and the grain of whatever is due at a time."""
SOON_S = 0.1
"""How soon to look again: many signals cost one look; an open transaction hides a row for a moment."""

log = logging.getLogger(__name__)


class Looking(Background):
    """One kind of work in one engine; several engines share it by leases."""

    def __init__(
        self,
        look: Callable[[], Awaitable[bool | None]],
        signals: Callable[[], AbstractContextManager[Changes]],
        *,
        waits: str,
    ) -> None:
        self._look = look
        """True when there was something to do, False when not, None when there is nothing to look after."""
        self._signals = signals
        self._waits = waits
        """What is logged when a look fails."""

    async def _run(self) -> None:
        with self._signals() as changes:
            while True:
                busy = await self._looked()
                await asyncio.sleep(LOOK_AGAIN_S if busy is None else SOON_S)
                if busy is False:
                    await changes.wait(LOOK_AGAIN_S)

    async def _looked(self) -> bool | None:
        """Look once; whatever goes wrong, the next look comes."""
        try:
            return await self._look()
        except DatabaseGone as error:
            log.info("%s: %s", self._waits, type(error).__name__)
        except Exception as error:
            log.exception("%s: %s", self._waits, type(error).__name__)
        return None
