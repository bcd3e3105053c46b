"""The buckets that engines share, in memory: passes the same tests as those in Valkey."""

from collections.abc import Callable, Sequence

from app.gateway.limits.bucket import Bucket
from app.gateway.limits.shared import Ask


class FakeSharedBuckets:
    """Answers by a clock that the test moves; counts how often it was asked."""

    def __init__(self, now: Callable[[], float]) -> None:
        self.now = now
        self.full_at: dict[tuple[str, str], float] = {}
        self.away = False
        self.asked = 0

    async def ask(self, tenant_id: str, buckets: Sequence[Bucket], owed: Sequence[int]) -> Ask | None:
        """See `Shared`."""
        if self.away:
            return None
        self.asked += 1
        now, full = self.now(), []
        for bucket, count in zip(buckets, owed, strict=True):
            known = self.full_at.get((tenant_id, bucket.name), 0.0)
            full.append(max(known, now) + count / bucket.rate.per_second)
        left = [
            one.rate.burst - (at - now) * one.rate.per_second for one, at in zip(buckets, full, strict=True)
        ]
        opened = all(one >= 1 for one in left)
        for number, bucket in enumerate(buckets):
            step = 1 / bucket.rate.per_second if opened else 0.0
            self.full_at[(tenant_id, bucket.name)] = full[number] + step
        return opened, [one - opened for one in left]
