"""One token bucket as one engine knows it: pure, time is an argument.

A bucket is the moment at which it is full again. Each engine may let a few
messages in on its own, `slack`, before it has to ask the bucket that all
share; those are charged with the next question. So however many engines
there are, at most `slack` messages an engine come in beyond the limit.
"""

import math
from dataclasses import dataclass, field

from policies.limits import Rate

SLACK_SHARE = 5
"""An engine lets in a fifth of the burst before it asks."""
ANEW_AFTER_S = 60.0
"""Who kept to the limit for so long is told anew when it is passed again."""


@dataclass(slots=True)
class Bucket:
    """What is left for one sender, key, network or company."""

    name: str
    rate: Rate
    full_at: float = 0.0
    """When it is full again, as far as this engine knows."""
    owed: int = 0
    """Let in here and not charged to the shared bucket yet."""
    free: int = field(init=False)
    """How many may still come in before the shared bucket is asked."""
    shut_until: float = 0.0
    told_at: float = -math.inf
    last: str = ""
    """The id of the last message let in, which may come again for nothing."""

    def __post_init__(self) -> None:
        self.free = self.slack

    @property
    def slack(self) -> int:
        """The most that this engine lets in without asking."""
        return self.rate.burst // SLACK_SHARE

    def left(self, now: float) -> float:
        """How many messages may come now."""
        return self.rate.burst - max(0.0, self.full_at - now) * self.rate.per_second

    def take(self, now: float) -> None:
        """Let one message in without asking."""
        self.full_at = max(self.full_at, now) + 1 / self.rate.per_second
        self.owed = min(self.owed + 1, self.rate.burst)
        self.free = max(0, self.free - 1)

    def learn(self, left: float, now: float, *, opened: bool) -> None:
        """Know what the shared bucket holds after it was asked; a shut one says until when."""
        self.full_at = now + (self.rate.burst - left) / self.rate.per_second
        self.free = max(0, min(self.slack - self.owed, int(left / 2))) if opened else 0
        if not opened and left < 1:
            self.shut(left, now)

    def shut(self, left: float, now: float) -> None:
        """Let nothing in until a message is left again."""
        self.shut_until = now + (1 - left) / self.rate.per_second

    def tells(self, now: float) -> bool:
        """Say whether the sender is to be told now: once, however many messages are refused."""
        first = now - self.told_at > ANEW_AFTER_S
        self.told_at = now
        return first

    def headers(self, now: float) -> dict[str, str]:
        """Return how it stands, for a response."""
        window = round(self.rate.count / self.rate.per_second)
        return {
            "RateLimit-Limit": str(self.rate.burst),
            "RateLimit-Remaining": str(max(0, int(self.left(now)))),
            "RateLimit-Reset": str(max(0, math.ceil(self.full_at - now))),
            "RateLimit-Policy": f"{self.rate.count};w={window};burst={self.rate.burst}",
        }
