"""Found answers in Valkey: for every process, for an hour, and searched for by one of them at a time.

A key is a keyed hash, a value quotes published articles: nothing of a customer's
is in there, so an erasure has nothing to look for. Whatever goes wrong with
Valkey, a question is searched for as if it had never been asked.
"""

import asyncio
import hashlib
import logging
import math
import time
from collections.abc import Awaitable, Callable
from typing import Any, cast

import orjson
from redis.asyncio import Redis
from redis.exceptions import RedisError

from knowledge.answer_types import Answered, Citation, NoAnswer
from knowledge.kept import Key, Said

KEPT_S = 3600
SOUGHT_MS = 1000
"""How long one process has for a search before another one begins it, too."""
LOOK_AGAIN_S = 0.01
MOST_LOOKS = 100
WITHIN_S = 0.25
"""Waiting longer for Valkey costs more than the search that it saves."""
AWAY_S = 5.0
SOUGHT = b"?"
FAILURES = (RedisError, OSError, TimeoutError)
UNREADABLE = (ValueError, KeyError, TypeError)

log = logging.getLogger(__name__)


class ValkeyAnswers:
    """The answers that all processes share; away for a while after each failure."""

    def __init__(
        self,
        redis: Redis,
        secret: Callable[[str, str], bytes],
        *,
        clock: Callable[[], float] = time.monotonic,
        within_s: float = WITHIN_S,
    ) -> None:
        self._redis = redis
        self._secret = secret
        self._clock = clock
        self._within_s = within_s
        self._away_until = -math.inf
        self._secrets: dict[str, bytes] = {}

    async def take(self, key: Key) -> Said | None:
        """Return an answer, also one just being found elsewhere; None: find it, then tell or leave."""
        name = self._name(key)
        for _ in range(MOST_LOOKS):
            found = await self._ask(lambda valkey: valkey.set(name, SOUGHT, nx=True, get=True, px=SOUGHT_MS))
            if found != SOUGHT:
                return None if found is None else _readable(found)
            await asyncio.sleep(LOOK_AGAIN_S)
        return None

    async def tell(self, key: Key, said: Said) -> None:
        """Keep an answer for everybody."""
        await self._ask(lambda valkey: valkey.set(self._name(key), written(said), ex=KEPT_S))

    async def leave(self, key: Key) -> None:
        """Let others look: no answer was found here that may be kept under this key."""
        await self._ask(lambda valkey: valkey.delete(self._name(key)))

    async def _ask(self, command: Callable[[Redis], Awaitable[Any]]) -> bytes | None:
        """Send one command; nothing while Valkey is away."""
        if self._clock() < self._away_until:
            return None
        try:
            async with asyncio.timeout(self._within_s):
                return cast("bytes | None", await command(self._redis))
        except FAILURES as error:
            self._away_until = self._clock() + AWAY_S
            log.info("answers: Valkey is away: %s", type(error).__name__)
            return None

    def _name(self, key: Key) -> str:
        """Hash a key under the tenant's secret: a customer's words cannot be guessed from it."""
        secret = self._secrets.get(key.tenant_id)
        if secret is None:
            secret = self._secrets[key.tenant_id] = self._secret(key.tenant_id, "answers")[:64]
        text = "\x1f".join((*map(str, key[:-1]), *key.meaning)).encode("utf-8", "replace")
        return f"frontdesk:answer:{hashlib.blake2b(text, key=secret, digest_size=20).hexdigest()}"


def written(said: Said) -> bytes:
    """Write an answer down."""
    return orjson.dumps({"answered": isinstance(said, Answered), "said": said})


def read(found: bytes) -> Said:
    """Read an answer that was written down."""
    told: dict[str, Any] = orjson.loads(found)
    said = told["said"]
    if not told["answered"]:
        return NoAnswer(confidence=said["confidence"], nearest=_citations(said["nearest"]))
    return Answered(text=said["text"], confidence=said["confidence"], citations=_citations(said["citations"]))


def _readable(found: bytes) -> Said | None:
    """Read an answer; one that another version of the program wrote is found anew."""
    try:
        return read(found)
    except UNREADABLE:
        return None


def _citations(rows: list[dict[str, Any]]) -> tuple[Citation, ...]:
    return tuple(Citation(**row) for row in rows)
