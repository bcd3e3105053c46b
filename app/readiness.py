"""Whether the engine can do its work: ready once everything was, degraded while a neighbour is away."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from redis.asyncio import Redis
from redis.exceptions import RedisError

from app.db import Database
from app.understanding.nlu_client import NluClient

if TYPE_CHECKING:
    from guardrails.verdict import Rails


@dataclass(frozen=True, kw_only=True)
class State:
    """What `/readyz` says."""

    ready: bool
    degraded: tuple[str, ...]


@dataclass(kw_only=True)
class Readiness:
    """Looks at the neighbours when asked."""

    database: Database
    nlu: NluClient
    redis: Redis
    rails: "asyncio.Task[Rails]"
    book_fine: Callable[[], bool] = lambda: True
    """False while the rule book's folder holds a book that cannot be served."""
    channels_away: Callable[[], Sequence[str]] = tuple
    """Channels whose providers do not answer: what is said there waits, everything else goes on."""
    seeded: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when articles are published and the demo, if there is one, is laid out."""
    was_ready: bool = False

    async def look(self) -> State:
        """Ask everybody at once."""
        database, nlu, redis = await asyncio.gather(
            self.database.answers(), self.nlu.answers(), self._redis_answers()
        )
        away = [
            name
            for name, there in (
                ("database", database),
                ("nlu", nlu),
                ("redis", redis),
                ("rails", self.rails.done() and self.rails.exception() is None),
                ("articles", self.seeded.is_set()),
                ("book", self.book_fine()),
            )
            if not there
        ]
        if set(away) <= {"book"}:  # the one in force serves on
            self.was_ready = True
        channels = [f"channel {name}" for name in self.channels_away()]
        return State(ready=database and self.was_ready, degraded=(*away, *channels))

    async def _redis_answers(self) -> bool:
        try:
            async with asyncio.timeout(1.0):
                return bool(await self.redis.ping())
        except (RedisError, OSError, TimeoutError):
            return False
