"""The buckets that all engines share, in Valkey: several are asked and charged in one atomic step."""

import asyncio
import hashlib
from collections.abc import Awaitable, Callable, Sequence
from typing import cast

import structlog
from redis.asyncio import Redis
from redis.exceptions import NoScriptError, RedisError

from app.gateway.limits.bucket import Bucket

WITHIN_S = 0.1
"""How long an answer is waited for; a message is never held up longer."""
AGAIN_AFTER_S = 1.0
"""How long nobody asks after no answer came."""

SCRIPT = """
local time = redis.call('TIME')
local now, open, full, left = time[1] + time[2] / 1000000, 1, {}, {}
for i, key in ipairs(KEYS) do
  local rate, burst, owed = ARGV[3 * i - 2], ARGV[3 * i - 1], ARGV[3 * i]
  full[i] = math.max(tonumber(redis.call('GET', key) or 0), now) + owed / rate
  left[i] = burst - (full[i] - now) * rate
  if left[i] < 1 then open = 0 end
end
for i, key in ipairs(KEYS) do
  if open == 1 then
    full[i] = full[i] + 1 / ARGV[3 * i - 2]
    left[i] = left[i] - 1
  end
  local keep = math.ceil((full[i] - now) * 1000) + 1000
  redis.call('SET', key, string.format('%.6f', full[i]), 'PX', string.format('%d', keep))
  left[i] = string.format('%.6f', left[i])
end
return {open, unpack(left)}
"""

NAME = hashlib.sha1(SCRIPT.encode(), usedforsecurity=False).hexdigest()
"""By which Valkey knows the script."""

Answer = Awaitable[list[bytes]]
Ask = tuple[bool, list[float]]
"""Whether all let one more in, and what is left in each."""

log = structlog.get_logger(__name__)


class SharedBuckets:
    """Asks Valkey, in one round trip; while it does not answer, every engine counts for itself."""

    def __init__(
        self,
        redis: Redis,
        keyed: Callable[[str], bytes],
        monotonic: Callable[[], float],
        within_s: float = WITHIN_S,
    ) -> None:
        self._redis = redis
        self._keyed = keyed
        self._monotonic = monotonic
        self._within_s = within_s
        self._away_until = 0.0
        self._away = False

    async def ask(self, tenant_id: str, buckets: Sequence[Bucket], owed: Sequence[int]) -> Ask | None:
        """Charge what is owed and take one message from each bucket, or from none; None: nobody answers."""
        if self._monotonic() < self._away_until:
            return None
        words: list[str | float] = [self._key(tenant_id, one) for one in buckets]
        for bucket, count in zip(buckets, owed, strict=True):
            words += (bucket.rate.per_second, bucket.rate.burst, count)
        try:
            async with asyncio.timeout(self._within_s):
                answer = await self._run(len(buckets), words)
        except (RedisError, OSError, TimeoutError) as error:
            self._note_away(error)
            return None
        self._note_back()
        return int(answer[0]) == 1, [float(left) for left in answer[1:]]

    async def _run(self, count: int, words: Sequence[str | float]) -> list[bytes]:
        """Run the script by its name; a Valkey that was started anew is told it once more."""
        try:
            return await cast("Answer", self._redis.evalsha(NAME, count, *words))
        except NoScriptError:
            return await cast("Answer", self._redis.eval(SCRIPT, count, *words))

    def _key(self, tenant_id: str, bucket: Bucket) -> str:
        """Name a bucket without its sender's address; a company's buckets share a slot of a cluster."""
        hidden = hashlib.blake2b(bucket.name.encode(), key=self._keyed(tenant_id), digest_size=16)
        return f"frontdesk:limit:{{{tenant_id}}}:{hidden.hexdigest()}"

    def _note_away(self, error: Exception) -> None:
        self._away_until = self._monotonic() + AGAIN_AFTER_S
        if not self._away:
            self._away = True
            log.warning("limits_counted_here", error=type(error).__name__)

    def _note_back(self) -> None:
        if self._away:
            self._away = False
            log.info("limits_shared_again")
