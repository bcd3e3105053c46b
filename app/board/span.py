"""Which time a board is about: today, seven days or thirty, where the reader lives. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

Period = Literal["today", "7d", "30d"]
DAYS: dict[Period, int] = {"today": 0, "7d": 6, "30d": 29}
WIDTH: dict[Period, timedelta] = {
    "today": timedelta(minutes=15),
    "7d": timedelta(hours=3),
    "30d": timedelta(hours=12),
}
"""How wide a point of a line is."""
SHARE_DAYS = 14
"""Days that the line of containment shows."""


@dataclass(frozen=True, kw_only=True)
class Span:
    """The board's time, from `since` on; days begin where the reader lives."""

    period: Period
    zone: str
    now: datetime

    @property
    def since(self) -> datetime:
        """When it begins: at a midnight."""
        return midnight(self.now, self.zone, DAYS[self.period])

    @property
    def days_since(self) -> datetime:
        """When the line of days begins."""
        return midnight(self.now, self.zone, max(DAYS[self.period], SHARE_DAYS - 1))

    @property
    def width(self) -> timedelta:
        """How wide a point of a line is."""
        return WIDTH[self.period]


def midnight(now: datetime, zone: str, days_ago: int) -> datetime:
    """Return when a day began in a zone; on days of 23 and 25 hours too."""
    there = now.astimezone(ZoneInfo(zone))
    day = (there - timedelta(days=days_ago)).date()
    return datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone))
