"""Between which hours a customer wants to be called: "tomorrow between ten and eleven". Pure."""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from tools.followups.days import COUNTS, DAY_MONTH, DOTTED, ISO, MONTH_DAY, day_in, is_date

SOON = timedelta(minutes=15)
LONG = timedelta(hours=1)
AFTER = timedelta(hours=2)
PARTS = {
    "morning": (9, 12),
    "before noon": (9, 12),
    "lunchtime": (12, 13),
    "lunch time": (12, 13),
    "noon": (12, 13),
    "midday": (12, 13),
    "afternoon": (13, 17),
    "evening": (18, 20),
    "tonight": (18, 20),
    "night": (20, 22),
}
AT_ONCE = re.compile(
    r"\b(?:asap|as soon as possible|right (?:now|away)|immediately|at once|now|straight away)\b"
)
_HOURS = "|".join(word for word in COUNTS if " " not in word and len(word) > 2)
_CLOCK = rf"(\d{{1,2}}|{_HOURS})(?:[:.h](\d{{2}}))?\s*(am|pm|a\.m\.|p\.m\.|o'clock|oclock|h)?"
BETWEEN = re.compile(rf"\b{_CLOCK}\s*(?:and|to|until|till|-|–)\s*{_CLOCK}(?!\w)")
SINGLE = re.compile(rf"\b(?:(at|around|about|after|from|before|by)\s+)?{_CLOCK}(?![\w%])")


@dataclass(frozen=True, kw_only=True)
class Window:
    """From when to when, in the company's local time; None where the words do not say it."""

    starts: datetime | None = None
    ends: datetime | None = None
    on: date | None = None
    """The day, also where no hour was said."""
    impossible: bool = False


def window_in(said: str, now: datetime) -> Window:
    """Return the hours that words name, from a local now without a zone."""
    text = " ".join(said.casefold().split())
    day = day_in(text, now.date())
    if day.impossible:
        return Window(impossible=True)
    if day.on is None and AT_ONCE.search(text):
        begins = _quarter(now + SOON)
        return Window(starts=begins, ends=begins + LONG, on=begins.date())
    hours = _hours(_without_dates(text))
    if hours is None:
        return Window(on=day.on)
    if hours == IMPOSSIBLE:
        return Window(impossible=True)
    return _placed(day.on, hours, now)


IMPOSSIBLE = (-1, -1)
"""Minutes of hours that no clock has."""


def _placed(on: date | None, hours: tuple[int, int], now: datetime) -> Window:
    """Put minutes of a day on a day; without one, on the next time that they come."""
    begins, ends = hours
    day = on or now.date()
    starts = datetime.combine(day, time()) + timedelta(minutes=begins)
    if on is None and starts <= now:
        starts += timedelta(days=1)
    return Window(starts=starts, ends=starts + timedelta(minutes=ends - begins), on=starts.date())


def _without_dates(text: str) -> str:
    """Leave out what numbers a day, so that only hours are left."""
    for pattern in (ISO, DAY_MONTH, MONTH_DAY):
        text = pattern.sub(" ", text)
    found = DOTTED.search(text)
    return DOTTED.sub(" ", text, count=1) if found and is_date(found) else text


def _hours(text: str) -> tuple[int, int] | None:
    """Minutes of the day from when to when."""
    if found := BETWEEN.search(text):
        later = _minutes(found[4], found[5], found[6])
        earlier = _minutes(found[1], found[2], found[3] or _same_half(found[1], found[4], found[6]))
        if earlier is None or later is None or later <= earlier:
            return IMPOSSIBLE
        return earlier, later
    for word, (begins, ends) in PARTS.items():
        if re.search(rf"\b{word}\b", text):
            return begins * 60, ends * 60
    if (found := SINGLE.search(text)) and _means_hour(found):
        at = _minutes(found[2], found[3], found[4])
        return IMPOSSIBLE if at is None else _around(found[1], at)
    return None


def _means_hour(found: re.Match[str]) -> bool:
    """A bare word such as "one" is no hour; a number, or a word behind "at", is."""
    return found[2].isdigit() or bool(found[1] or found[4])


def _around(word: str | None, at: int) -> tuple[int, int]:
    span = int(AFTER.total_seconds() // 60)
    if word in ("after", "from"):
        return at, at + span
    if word in ("before", "by"):
        return max(at - span, 0), at
    return at, at + int(LONG.total_seconds() // 60)


def _same_half(first: str, second: str, half: str | None) -> str | None:
    """Read "2 to 4 pm" as both in the afternoon, and "11 to 1 pm" not."""
    one, two = _number(first), _number(second)
    return half if half in ("am", "pm", "a.m.", "p.m.") and one <= two and two != 12 else None


def _number(word: str) -> int:
    return COUNTS.get(word) or int(word)


def _minutes(hour: str, minute: str | None, half: str | None) -> int | None:
    """Minutes since midnight; a bare 1 to 7 is meant in the afternoon. None when no clock has it."""
    at, minutes = _number(hour), int(minute or 0)
    if half in ("pm", "p.m.") and at < 12:
        at += 12
    elif half in ("am", "a.m."):
        at %= 12
    elif 1 <= at <= 7 and len(hour) != 2:
        at += 12
    return at * 60 + minutes if at < 24 and minutes < 60 else None


def _quarter(moment: datetime) -> datetime:
    """The next full quarter of an hour."""
    rest = -moment.minute % 15
    return (moment + timedelta(minutes=rest)).replace(second=0, microsecond=0)
