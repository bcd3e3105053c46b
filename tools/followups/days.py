"""Which day a customer means: "tomorrow", "next Friday", "24 November", "for three months". Pure."""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

MONTHS = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
COUNTS = {
    "a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8,
    "nine": 9, "ten": 10, "eleven": 11, "twelve": 12, "couple of": 2, "a couple of": 2,
}  # fmt: skip
_COUNT = "|".join([r"\d{1,3}", *sorted(COUNTS, key=len, reverse=True)])
_MONTH = "|".join(f"{name[:3]}(?:{name[3:]})?" if len(name) > 3 else name for name in MONTHS)
ISO = re.compile(r"\b(\d{4})-(\d{1,2})-(\d{1,2})\b")
DOTTED = re.compile(r"\b(\d{1,2})[./](\d{1,2})(?:[./](\d{4}|\d{2}))?(?!\d)")
DAY_MONTH = re.compile(rf"\b(\d{{1,2}})(?:st|nd|rd|th)?(?: of)? ({_MONTH})\b(?:,? (\d{{4}}))?")
MONTH_DAY = re.compile(rf"\b({_MONTH}) (?:the )?(\d{{1,2}})(?:st|nd|rd|th)?\b(?!:)(?:,? (\d{{4}}))?")
SPAN = re.compile(rf"\b({_COUNT}) (day|week|month|year)s?\b")
END_OF = re.compile(rf"\bend of (?:the )?({_MONTH}|month|year|this month|next month)\b")
MONTH_ALONE = re.compile(rf"\b(?:in|until|till|to|by|through|mid|early|late|next|for|^)?\s*({_MONTH})\b")
NEXT_SPAN = re.compile(r"\bnext (week|month|year)\b")


@dataclass(frozen=True, kw_only=True)
class Day:
    """A day, or none; `impossible` when the words name one that no calendar has."""

    on: date | None = None
    impossible: bool = False


def day_in(said: str, today: date, *, later: bool = False) -> Day:
    """Return the day that words name; `later` also reads spans and months, for ends that lie ahead."""
    text = " ".join(said.casefold().split())
    for look in (_written, _spoken):
        found = look(text, today)
        if found is not None:
            return found
    return (_far(text, today) or Day()) if later else Day()


def _written(text: str, today: date) -> Day | None:
    """Days with numbers."""
    if found := ISO.search(text):
        return _made(int(found[1]), int(found[2]), int(found[3]))
    if found := DAY_MONTH.search(text):
        return _dated(int(found[1]), _month(found[2]), found[3], today)
    if found := MONTH_DAY.search(text):
        return _dated(int(found[2]), _month(found[1]), found[3], today)
    if (found := DOTTED.search(text)) and is_date(found):
        return _dated(int(found[1]), int(found[2]), found[3], today)
    return None


def is_date(found: re.Match[str]) -> bool:
    """Tell 24.11. from half past ten: "10.30" has no such month."""
    return bool(found[3]) or "/" in found[0] or int(found[2]) <= len(MONTHS)


def _spoken(text: str, today: date) -> Day | None:
    """Days that are named from today on."""
    if "day after tomorrow" in text:
        return Day(on=today + timedelta(days=2))
    if re.search(r"\b(tomorrow|tmrw|tomorow|tommorow|tommorrow)\b", text):
        return Day(on=today + timedelta(days=1))
    if re.search(r"\btoday\b", text):
        return Day(on=today)
    for number, name in enumerate(WEEKDAYS):
        if re.search(rf"\b{name[:3]}(?:{name[3:]})?\b", text):
            ahead = (number - today.weekday()) % 7 or 7
            return Day(on=today + timedelta(days=ahead))
    return None


def _far(text: str, today: date) -> Day | None:
    """Ends of a time: a span from today on, a month, the end of one."""
    if found := END_OF.search(text):
        return Day(on=_end_of(found[1], today))
    if found := SPAN.search(text):
        count = COUNTS.get(found[1]) or int(found[1])
        return _after(today, count, found[2])
    if found := NEXT_SPAN.search(text):
        return _after(today, 1, found[1])
    if found := MONTH_ALONE.search(text):
        month = _month(found[1])
        return Day(on=date(today.year + (month <= today.month), month, 1))
    return None


def _after(today: date, count: int, unit: str) -> Day:
    """So many days, weeks, months or years from today; centuries are nobody's wish."""
    if unit in ("day", "week"):
        return Day(on=today + timedelta(days=count * (7 if unit == "week" else 1)))
    months = today.month - 1 + count * (12 if unit == "year" else 1)
    year, month = today.year + months // 12, months % 12 + 1
    return Day(on=date(year, month, min(today.day, monthrange(year, month)[1])))


def _end_of(name: str, today: date) -> date:
    if "year" in name:
        return date(today.year, 12, 31)
    month = today.month if name in ("month", "this month") else today.month + 1
    year = today.year
    if "month" not in name:
        month = _month(name)
        year += month < today.month
    year, month = year + (month - 1) // 12, (month - 1) % 12 + 1
    return date(year, month, monthrange(year, month)[1])


def _month(name: str) -> int:
    return next(number for number, month in enumerate(MONTHS, start=1) if month.startswith(name[:3]))


def _dated(day: int, month: int, year: str | None, today: date) -> Day:
    """A day of a month; without a year, the next time that it comes."""
    if year:
        return _made(int(year) + (2000 if len(year) == 2 else 0), month, day)
    here = _made(today.year, month, day)
    if here.on is not None and here.on < today:
        return _made(today.year + 1, month, day)
    return here


def _made(year: int, month: int, day: int) -> Day:
    try:
        return Day(on=date(year, month, day))
    except ValueError:
        return Day(impossible=True)
