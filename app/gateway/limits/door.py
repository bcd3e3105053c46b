"""Lets messages in, or says for how long to wait: one sender, one key, one company at a time."""

import math
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import Protocol

from app.gateway.limits.bucket import Bucket
from app.gateway.limits.shared import Ask
from app.gateway.message import Inbound
from app.problems import Problem
from policies.limits import DoorLimits, Rate

MOST_BUCKETS = 50_000
"""Buckets that one engine remembers; the one longest unused is forgotten first."""


class Shared(Protocol):
    """The buckets of all engines."""

    async def ask(self, tenant_id: str, buckets: Sequence[Bucket], owed: Sequence[int]) -> Ask | None:
        """Charge what is owed and take one message from each bucket, or from none; None: nobody answers."""


class Door:
    """One an engine. A quiet sender costs no round trip, and one who is shut out none either."""

    def __init__(
        self,
        shared: Shared | None,
        limits: Callable[[str], DoorLimits],
        answer: Callable[[str], str | None],
        clock: Callable[[], datetime],
    ) -> None:
        self._shared = shared
        self._limits = limits
        self._answer = answer
        self._clock = clock
        self._known: OrderedDict[tuple[str, str], Bucket] = OrderedDict()

    async def admit(self, inbound: Inbound) -> None:
        """Let a message in, or raise the problem 429 that says for how long to wait.

        A message that comes again at once, under the id it had, is let in for nothing.
        """
        buckets = self._of(inbound)
        if not buckets or buckets[0].last == inbound.message_id:
            return
        await self._pass(inbound.tenant_id, buckets)
        buckets[0].last = inbound.message_id

    async def admit_visitor(self, tenant_id: str, network: str) -> None:
        """Let a new visitor in from a network address, or raise the problem 429."""
        rate = self._limits(tenant_id).new_visitors
        if rate is not None:
            await self._pass(tenant_id, [self._bucket(tenant_id, f"visitors:{network}", rate)])

    async def admit_upload(self, tenant_id: str, uploader: str) -> None:
        """Let a file in, or raise the problem 429: files are counted as messages of the channel `upload`."""
        rate = self._limits(tenant_id).of_channel("upload")
        if rate is not None:
            await self._pass(tenant_id, [self._bucket(tenant_id, f"upload:{uploader}", rate)])

    def headers(self, inbound: Inbound) -> dict[str, str]:
        """Return how the sender's bucket stands, for the response."""
        for name, rate in self._wanted(inbound):
            return self._bucket(inbound.tenant_id, name, rate).headers(self._now())
        return {}

    def _of(self, inbound: Inbound) -> list[Bucket]:
        """Return the buckets that a message comes out of, the sender's first."""
        return [self._bucket(inbound.tenant_id, name, rate) for name, rate in self._wanted(inbound)]

    def _wanted(self, inbound: Inbound) -> Iterator[tuple[str, Rate]]:
        """Name the limits that concern a message, the sender's first."""
        limits = self._limits(inbound.tenant_id)
        if (rate := limits.of_channel(inbound.channel)) is not None:
            yield f"{inbound.channel}:{inbound.address}", rate
        if inbound.key_id is not None and limits.key is not None:
            yield f"key:{inbound.key_id}", limits.key
        if not inbound.bulk and limits.company is not None:
            yield "company:", limits.company

    def _bucket(self, tenant_id: str, name: str, rate: Rate) -> Bucket:
        """Find a bucket, or begin one; a limit that was changed begins anew."""
        known = self._known.get((tenant_id, name))
        if known is None or known.rate != rate:
            known = self._known[(tenant_id, name)] = Bucket(name=name, rate=rate)
            if len(self._known) > MOST_BUCKETS:
                self._known.popitem(last=False)
        self._known.move_to_end((tenant_id, name))
        return known

    async def _pass(self, tenant_id: str, buckets: Sequence[Bucket]) -> None:
        now = self._now()
        shut = [bucket for bucket in buckets if bucket.shut_until > now]
        if shut:
            raise self._refusal(tenant_id, shut, now)
        if all(bucket.free for bucket in buckets) or not await self._ask(tenant_id, buckets, now):
            self._decide_here(tenant_id, buckets, now)

    async def _ask(self, tenant_id: str, buckets: Sequence[Bucket], now: float) -> bool:
        """Let the shared buckets decide; False when they do not answer."""
        if self._shared is None:
            return False
        owed = [bucket.owed for bucket in buckets]
        for bucket in buckets:
            bucket.owed = 0
        answer = None
        try:
            answer = await self._shared.ask(tenant_id, buckets, owed)
        finally:
            if answer is None:
                for bucket, count in zip(buckets, owed, strict=True):
                    bucket.owed = min(bucket.owed + count, bucket.rate.burst)
        if answer is None:
            return False
        opened, left = answer
        for bucket, rest in zip(buckets, left, strict=True):
            bucket.learn(rest, now, opened=opened)
        if not opened:
            raise self._refusal(tenant_id, [one for one in buckets if one.shut_until > now], now)
        return True

    def _decide_here(self, tenant_id: str, buckets: Sequence[Bucket], now: float) -> None:
        """Let a message in as far as this engine knows."""
        empty = [bucket for bucket in buckets if bucket.left(now) < 1]
        for bucket in empty:
            bucket.shut(bucket.left(now), now)
        if empty:
            raise self._refusal(tenant_id, empty, now)
        for bucket in buckets:
            bucket.take(now)

    def _refusal(self, tenant_id: str, shut: Sequence[Bucket], now: float) -> Problem:
        """Say for how long to wait, in numbers; and once in the words of the book."""
        longest = max(shut, key=lambda bucket: bucket.shut_until)
        wait = max(1, math.ceil(longest.shut_until - now))
        words = self._answer(tenant_id) if longest.tells(now) else None
        return Problem(
            429,
            "too-many-messages",
            "Messages come too fast.",
            f"Nothing was stored. Send it again in {wait} s.",
            headers={**longest.headers(now), "Retry-After": str(wait)},
            **({"notice": words} if words else {}),
        )

    def _now(self) -> float:
        return self._clock().timestamp()
