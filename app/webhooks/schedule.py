"""When a message that did not arrive is sent again, and when a webhook is switched off. Pure."""

from datetime import datetime, timedelta

DELAYS_S = (5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400)
"""Between one attempt and the next, as Standard Webhooks suggests: ten attempts in a good three days."""
ATTEMPTS = len(DELAYS_S) + 1
MOST_JITTER = 0.2
LONGEST_S = 86_400.0


def next_attempt(now: datetime, attempts: int, jitter: float, retry_after_s: float | None) -> datetime | None:
    """When to send again after so many attempts; None when it was the last.

    `jitter` is between 0 and 1. A receiver may ask for more time, up to a day.
    """
    if attempts >= ATTEMPTS:
        return None
    wait = DELAYS_S[attempts - 1] * (1 + MOST_JITTER * jitter)
    return now + timedelta(seconds=max(wait, min(retry_after_s or 0.0, LONGEST_S)))


def why_off(status: int | None, *, given_up: bool, tried: datetime, arrived: datetime | None) -> str | None:
    """Why a webhook is switched off now; None while there is hope.

    One message that a receiver never takes is no reason, as long as others arrive.
    """
    if status == 410:
        return "the receiver answered 410: it wants no more messages"
    if given_up and (arrived is None or arrived < tried):
        return f"nothing has arrived since {tried:%Y-%m-%d %H:%M} UTC, over {ATTEMPTS} attempts"
    return None
