"""How often somebody may try a password: pure, time is an argument."""

from collections import OrderedDict, deque
from datetime import datetime, timedelta

TRIES = 5
WINDOW = timedelta(minutes=1)
MOST_KEPT = 10_000


class Throttle:
    """Counts tries per address and email; a try that fits forgets the ones before."""

    def __init__(self) -> None:
        self._tries: OrderedDict[tuple[str, str], deque[datetime]] = OrderedDict()

    def seconds_to_wait(self, address: str, email: str, now: datetime) -> int:
        """Count this try and return 0, or return how long to wait when there were too many."""
        tries = self._tries.setdefault((address, email), deque())
        self._tries.move_to_end((address, email))
        while len(self._tries) > MOST_KEPT:
            self._tries.popitem(last=False)
        while tries and tries[0] <= now - WINDOW:
            tries.popleft()
        if len(tries) >= TRIES:
            return max(1, round((tries[0] + WINDOW - now).total_seconds()))
        tries.append(now)
        return 0

    def forget(self, address: str, email: str) -> None:
        """Start counting anew after a login that worked."""
        self._tries.pop((address, email), None)
