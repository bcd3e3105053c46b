"""What follows an attempt that failed. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from app.outbox.port import DeliveryFailed, Outage, Refused, Retryable

RETRIES = 5
"""After 2, 4, 8, 16 and 32 seconds."""
LONGEST_S = 3600.0
"""A provider may ask for more time, but not for more than this."""
AWAY_S = 30.0
"""How soon a message is tried again whose provider does not answer at all."""


@dataclass(frozen=True, kw_only=True)
class Next:
    """What becomes of a line."""

    attempts: int
    due: datetime | None
    """When it is tried again; None: it is given up."""
    why: str


def after(failure: DeliveryFailed, attempts: int, now: datetime) -> Next:
    """Decide; `attempts` failed before. An outage is not the message's fault and costs none."""
    why = str(failure)[:200]
    match failure:
        case Refused():
            return Next(attempts=attempts + 1, due=None, why=why)
        case Outage():
            return Next(attempts=attempts, due=now + timedelta(seconds=AWAY_S), why=why)
        case _:
            asked = failure.after_s if isinstance(failure, Retryable) else None
            return _retry(attempts + 1, asked, why, now)


def _retry(attempt: int, asked: float | None, why: str, now: datetime) -> Next:
    wait = max(2.0**attempt, min(asked or 0.0, LONGEST_S))
    due = now + timedelta(seconds=wait) if attempt <= RETRIES else None
    return Next(attempts=attempt, due=due, why=why)
