"""Who writes or reads just now: told to those who watch, kept nowhere; a lost signal is no loss."""

import asyncio
import contextlib
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

MOST_WAITING = 32
"""Who reads slower than others write misses some."""


@dataclass(frozen=True, kw_only=True)
class Typing:
    """Somebody writes in a conversation, or has read it."""

    tenant_id: str
    conversation_id: str
    who: Literal["customer", "agent"]
    read_no: int = 0
    """Set: nothing is written; this side has read up to this line."""


class Typings:
    """Passes on who writes, by company for consoles and by conversation for customers."""

    def __init__(self) -> None:
        self._watched: dict[str, set[asyncio.Queue[Typing]]] = defaultdict(set)

    def tell(self, typing: Typing) -> None:
        """Pass on that somebody writes."""
        for name in (f"tenant:{typing.tenant_id}", f"conversation:{typing.conversation_id}"):
            for queue in self._watched.get(name, ()):
                with contextlib.suppress(asyncio.QueueFull):
                    queue.put_nowait(typing)

    def in_tenant(self, tenant_id: str) -> contextlib.AbstractContextManager[asyncio.Queue[Typing]]:
        """Watch a company's conversations."""
        return self._watch(f"tenant:{tenant_id}")

    def in_conversation(
        self, conversation_id: str
    ) -> contextlib.AbstractContextManager[asyncio.Queue[Typing]]:
        """Watch one conversation."""
        return self._watch(f"conversation:{conversation_id}")

    @contextlib.contextmanager
    def _watch(self, name: str) -> Iterator[asyncio.Queue[Typing]]:
        queue: asyncio.Queue[Typing] = asyncio.Queue(MOST_WAITING)
        self._watched[name].add(queue)
        try:
            yield queue
        finally:
            self._watched[name].discard(queue)
            if not self._watched[name]:
                del self._watched[name]
