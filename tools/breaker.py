"""A circuit breaker: stop asking a backend that keeps failing, and try it again after a while."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, kw_only=True)
class BreakerLimits:
    """When it opens, how long it stays open, and what closes it again."""

    failures: int = 5
    open_s: float = 30.0
    successes: int = 3


@dataclass
class Breaker:
    """One backend's record. Time is an argument, in seconds of any steady clock."""

    limits: BreakerLimits = BreakerLimits()
    failures: int = 0
    successes: int = 0
    opened_at: float | None = None

    def state(self, now: float) -> Literal["closed", "open", "half_open"]:
        """Closed lets calls pass, open none, half open lets them pass on probation."""
        if self.opened_at is None:
            return "closed"
        return "open" if now - self.opened_at < self.limits.open_s else "half_open"

    def allows(self, now: float) -> bool:
        """Whether a call may be made now."""
        return self.state(now) != "open"

    def succeeded(self, now: float) -> None:
        """The backend answered; enough answers on probation close the breaker."""
        self.failures = 0
        if self.state(now) == "half_open":
            self.successes += 1
            if self.successes >= self.limits.successes:
                self.opened_at = None

    def failed(self, now: float) -> None:
        """The backend did not answer; on probation one failure is enough to open again."""
        self.failures += 1
        if self.state(now) == "half_open" or self.failures >= self.limits.failures:
            self.opened_at, self.failures, self.successes = now, 0, 0
