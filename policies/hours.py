"""When people work: pure, every moment is an argument."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
Opening = tuple[time, time | None]
"""From when until when by the wall clock; None: until midnight."""
LONGEST_CLOSED_DAYS = 800
"""Who is closed for longer is taken for closed for good."""
DAY = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class Hours:
    """From when until when people work on each weekday, in their own time zone."""

    timezone: str
    days: Mapping[str, tuple[Opening, ...]]
    """Weekdays without an entry are free."""
    holidays: frozenset[date] = frozenset()
    """Days on which nobody works, whatever the weekday."""

    def open_at(self, moment: datetime) -> bool:
        """Say whether people work at a moment."""
        span = next(self.spans(moment), None)
        return span is not None and span[0] <= moment

    def opens_after(self, moment: datetime) -> datetime | None:
        """Return when people work next: now, where they do; None when they never will."""
        return next((max(begin, moment) for begin, _ in self.spans(moment)), None)

    def spans(self, since: datetime) -> Iterator[tuple[datetime, datetime]]:
        """Yield the times at work that end after a moment, in order and apart from each other, in UTC."""
        day = since.astimezone(ZoneInfo(self.timezone)).date() - DAY
        until, closed = datetime.min.replace(tzinfo=UTC), 0
        while closed < LONGEST_CLOSED_DAYS and day.year < 9998:
            closed += 1
            for opening in self._on(day):
                # A clock put forward can make two times of the wall clock the same moment.
                begin, end = max(_moment(day, opening[0], self.timezone), until), self._end(day, opening)
                if end > max(begin, since):
                    closed, until = 0, end
                    yield begin, end
            day += DAY

    def _on(self, day: date) -> tuple[Opening, ...]:
        return () if day in self.holidays else self.days.get(WEEKDAYS[day.weekday()], ())

    def _end(self, day: date, opening: Opening) -> datetime:
        end = opening[1]
        return (
            _moment(day + DAY, time.min, self.timezone) if end is None else _moment(day, end, self.timezone)
        )


@lru_cache(maxsize=256)
def _moment(day: date, at: time, timezone: str) -> datetime:
    return datetime.combine(day, at, ZoneInfo(timezone)).astimezone(UTC)


def worked(hours: Hours | None, begin: datetime, end: datetime) -> timedelta:
    """Return how much of the time between two moments is working time; without hours, all of it."""
    if end <= begin:
        return timedelta()
    if hours is None:
        return end - begin
    total = timedelta()
    for opens, closes in hours.spans(begin):
        if opens >= end:
            break
        total += min(closes, end) - max(opens, begin)
    return total


def reached(hours: Hours | None, begin: datetime, amount: timedelta) -> datetime | None:
    """Return the first moment at which so much working time has passed; None when it never will have."""
    if hours is None or amount <= timedelta():
        return begin + max(amount, timedelta())
    left = amount
    for opens, closes in hours.spans(begin):
        from_ = max(opens, begin)
        if closes - from_ >= left:
            return from_ + left
        left -= closes - from_
    return None
