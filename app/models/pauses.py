"""When a model is left alone: as long as its server asks for, or while it keeps failing."""

from collections import defaultdict

from graphs.planner.llm_port import Outcome
from tools.breaker import Breaker

LONGEST_PAUSE_S = 300.0
UNTOLD_PAUSE_S = 5.0
"""After a refusal for too many requests that names no time."""
NO_ANSWER: frozenset[Outcome] = frozenset({"late", "failed", "unreachable", "no_key", "no_such_model"})
"""What counts as a failure of the server; a bad answer is none."""


class Pauses:
    """One record a model. Time is an argument, in seconds of any steady clock."""

    def __init__(self) -> None:
        self._until: dict[str, float] = {}
        self._breakers: dict[str, Breaker] = defaultdict(Breaker)

    def closed(self, model: str, now: float) -> Outcome | None:
        """Say why a model is not asked now; None when it may be."""
        if now < self._until.get(model, 0.0):
            return "rate_limited"
        return None if self._breakers[model].allows(now) else "paused"

    def limited(self, model: str, wait: str | None, now: float) -> None:
        """Leave a model alone for the seconds that its server named."""
        self._until[model] = now + min(seconds(wait), LONGEST_PAUSE_S)

    def ended(self, model: str, outcome: Outcome, now: float) -> None:
        """Take in how a call ended."""
        if outcome in NO_ANSWER:
            self._breakers[model].failed(now)
        elif outcome != "rate_limited":
            self._breakers[model].succeeded(now)


def seconds(wait: str | None) -> float:
    """Read a `Retry-After` in seconds; a date or nonsense counts as untold."""
    try:
        return max(float(wait or ""), 0.0)
    except ValueError:
        return UNTOLD_PAUSE_S
