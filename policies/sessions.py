"""When a sitting ends: one pure clock for warning, closing and archiving. Time is an argument."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Literal

Phase = Literal["open", "ending", "closed", "archived"]
"""`ending`: the customer is warned. `closed`: the sitting is over, what was said stays at hand.
`archived`: the conversation is over; the next message begins one that is linked to it."""
Presence = Literal["here", "away", "gone"]

MISSED_BEATS = 2.5
"""So many heartbeats may be missing before somebody counts as gone."""


@dataclass(frozen=True, kw_only=True)
class SessionTimes:
    """How long nothing may be said before a sitting is warned of, closed, and archived."""

    heartbeat: timedelta = timedelta(seconds=30)
    warn_after: timedelta = timedelta(minutes=25)
    close_after: timedelta = timedelta(minutes=30)
    archive_after: timedelta = timedelta(hours=24)
    tell_on: tuple[str, ...] = ("web",)
    """Channels on which the customer reads of it; elsewhere a warning would be a message too many."""


@dataclass(frozen=True, kw_only=True)
class Sitting:
    """One continuous stay: its first and its last sign of life."""

    started_at: datetime
    active_at: datetime


def phase(active_at: datetime, now: datetime, times: SessionTimes) -> Phase:
    """Say where a sitting stands by its last sign of life; the bounds belong to the later phase."""
    idle = now - active_at
    if idle >= times.archive_after:
        return "archived"
    if idle >= times.close_after:
        return "closed"
    return "ending" if idle >= times.warn_after else "open"


def next_change(active_at: datetime, now: datetime, times: SessionTimes) -> datetime | None:
    """Say when the phase changes if nothing more is said; None when it is archived."""
    bounds = (times.warn_after, times.close_after, times.archive_after)
    return next((active_at + bound for bound in bounds if active_at + bound > now), None)


def ended_at(active_at: datetime, times: SessionTimes) -> datetime:
    """Say when a sitting ends that shows no more life, however late somebody looks."""
    return active_at + times.close_after


def sittings(moments: Sequence[datetime], times: SessionTimes) -> tuple[Sitting, ...]:
    """Part signs of life, in any order, into sittings: a pause of `close_after` begins another."""
    return tuple(
        Sitting(started_at=run[0], active_at=run[-1]) for run in _runs(sorted(moments), times.close_after)
    )


def presence(
    seen_at: datetime | None, active_at: datetime | None, now: datetime, times: SessionTimes
) -> Presence:
    """Say whether a customer is at their page, has it open and is silent, or has left."""
    if seen_at is None or now - seen_at > times.heartbeat * MISSED_BEATS:
        return "gone"
    return "here" if active_at is not None and now - active_at < times.warn_after else "away"


def _runs(moments: Sequence[datetime], pause: timedelta) -> Iterator[list[datetime]]:
    """Yield moments that follow each other without a pause."""
    run = [*moments[:1]]
    for before, moment in pairwise(moments):
        if moment - before >= pause:
            yield run
            run = []
        run.append(moment)
    if run:
        yield run
