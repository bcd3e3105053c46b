"""When people work: pure, the moment is an argument."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time
from zoneinfo import ZoneInfo

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


@dataclass(frozen=True, kw_only=True)
class Hours:
    """From when until when people work on each weekday, in their own time zone."""

    timezone: str
    days: Mapping[str, tuple[time, time]]
    """Weekdays without an entry are free."""

    def open_at(self, moment: datetime) -> bool:
        """Say whether people work at a moment."""
        here = moment.astimezone(ZoneInfo(self.timezone))
        span = self.days.get(WEEKDAYS[here.weekday()])
        return span is not None and span[0] <= here.time() < span[1]
