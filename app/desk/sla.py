"""The clock of promised times: pure, so that asking it often or late changes nothing."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from policies.desk import PromiseKind
from policies.hours import Hours, reached, worked

Outcome = Literal["kept", "running", "paused", "late"]
Forecast = Literal["on_time", "at_risk", "late"]
AT_RISK_SHARE = 0.8
"""Who is expected to be answered after this share of the time is at risk."""


@dataclass(frozen=True, kw_only=True)
class Pause:
    """A time that does not count, because the customer had to act; None: it lasts."""

    began_at: datetime
    ended_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Promise:
    """Something that is to happen within so much working time."""

    kind: PromiseKind
    since: datetime
    within: timedelta
    hours: Hours | None = None
    pauses: Sequence[Pause] = ()
    kept_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Standing:
    """How a promise stands at one moment; neither `left` nor `late_by` is ever below zero."""

    kind: PromiseKind
    outcome: Outcome
    due_at: datetime | None
    """None: while the pause lasts, it is never due."""
    used: timedelta
    left: timedelta
    late_by: timedelta


def used(promise: Promise, now: datetime) -> timedelta:
    """Return the working time that has counted until a moment, or until the promise was kept."""
    end = min(now, promise.kept_at) if promise.kept_at else now
    total = timedelta()
    for begin, finish in _counting(promise):
        total += worked(promise.hours, begin, min(end, finish) if finish else end)
    return total


def due_at(promise: Promise) -> datetime | None:
    """Return when the promised time is over; None when a pause that lasts, or closed doors, prevent it."""
    left = promise.within
    for begin, finish in _counting(promise):
        if finish is None:
            return reached(promise.hours, begin, left)
        here = worked(promise.hours, begin, finish)
        if here >= left:
            return reached(promise.hours, begin, left)
        left -= here
    return None


def standing(promise: Promise, now: datetime) -> Standing:
    """Say how a promise stands."""
    due, counted = due_at(promise), used(promise, now)
    end = min(now, promise.kept_at) if promise.kept_at else now
    late = due is not None and end > due
    return Standing(
        kind=promise.kind,
        outcome=_outcome(promise, now, late=late),
        due_at=due,
        used=counted,
        left=max(promise.within - counted, timedelta()),
        late_by=max(counted - promise.within, timedelta()) if late else timedelta(),
    )


def forecast(promise: Promise, now: datetime, expected_at: datetime) -> Forecast:
    """Say whether what is expected at a moment will be in time."""
    due = due_at(promise)
    if due is None:
        return "on_time"
    if max(now, expected_at) > due:
        return "late"
    share = used(promise, expected_at) / promise.within if promise.within else 1.0
    return "at_risk" if share >= AT_RISK_SHARE else "on_time"


def _outcome(promise: Promise, now: datetime, *, late: bool) -> Outcome:
    if late:
        return "late"
    if promise.kept_at is not None and promise.kept_at <= now:
        return "kept"
    return "paused" if any(_lasts(pause, now) for pause in promise.pauses) else "running"


def _lasts(pause: Pause, now: datetime) -> bool:
    return pause.began_at <= now and (pause.ended_at is None or pause.ended_at > now)


def _counting(promise: Promise) -> Iterator[tuple[datetime, datetime | None]]:
    """Yield the stretches between the pauses, in order; the last one has no end unless a pause lasts."""
    begin: datetime = promise.since
    for pause in sorted(promise.pauses, key=lambda one: one.began_at):
        if pause.ended_at is not None and pause.ended_at <= begin:
            continue
        if pause.began_at > begin:
            yield begin, pause.began_at
        if pause.ended_at is None:
            return
        begin = max(begin, pause.ended_at)
    yield begin, None
