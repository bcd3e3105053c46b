"""Amounts, shares and dates of a text, in a form in which two ways of writing them compare equal."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

_NUMBER = r"\d{1,3}(?:[.,'’\u00a0\u202f ]\d{3})+(?:[.,]\d{1,2})?(?!\d)|\d+(?:[.,]\d{1,2})?(?!\d)"
_SIGN = r"[€£$]|\b(?:EUR|USD|GBP|SEK|DKK|NOK|CHF)\b"
_WORD = r"[€£$]|(?:EUR|USD|GBP|SEK|DKK|NOK|CHF|[Ee]uros?|[Dd]ollars?|[Pp]ounds?)\b"
_SIGNED = re.compile(rf"(?:{_SIGN})\s?({_NUMBER})")
_WORDED = re.compile(rf"(?<![\w.,])({_NUMBER})\s?(?:{_WORD})")
_MONEY_WORDS = ("€", "£", "$", "EUR", "USD", "GBP", "SEK", "DKK", "NOK", "CHF", "uro", "ollar", "ound")
# Order numbers, times, quoted numbers and durations are no money, or "30 days" would support "€30".
_BARE = re.compile(
    rf"(?<![\w#.,/-])(?<!\d:)(?<![Oo]rder )(?<!number )(?!(?<=\")\d+\")({_NUMBER})"
    r"(?![\w:/-])(?!\s?(?:%|percent|-?(?:working |business )?(?:minute|hour|day|week|month|year)))"
)
_SHARE = re.compile(rf"(?<![\w.,])({_NUMBER})\s?(?:%|percent\b|per cent\b)")

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH_STARTS = tuple(month.capitalize() for month in _MONTHS)
_MONTH = (
    r"(Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?|"
    r"Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)\b\.?"
)
_DAY_MONTH = re.compile(rf"\b(\d{{1,2}})(?:st|nd|rd|th)?\.?(?: of)? {_MONTH}(?:,? (\d{{4}}))?")
_MONTH_DAY = re.compile(rf"\b(?=[JFMASOND]){_MONTH} (\d{{1,2}})(?:st|nd|rd|th)?\b(?!:)(?:,? (\d{{4}}))?")
_ISO = re.compile(r"\b(\d{4})-(\d{2})-(\d{2})(?!\d)")
_NUMERIC = re.compile(r"\b(\d{1,2})[./](\d{1,2})[./](\d{4}|\d{2})\b")


@dataclass(frozen=True, order=True)
class Day:
    """A day of a month; the year is None where the text leaves it out."""

    month: int
    day: int
    year: int | None

    def stands_in(self, known: "set[Day]") -> bool:
        """Tell whether the known days hold this one; a year counts where both sides give one."""
        years = {other.year for other in known if (other.month, other.day) == (self.month, self.day)}
        return bool(years) and (self.year is None or self.year in years or years == {None})


def amounts(text: str) -> set[int]:
    """Find amounts of money, in cents."""
    if not any(word in text for word in _MONEY_WORDS):
        return set()
    return {_cents(found) for pattern in (_SIGNED, _WORDED) for found in pattern.findall(text)}


def numbers(text: str) -> set[int]:
    """Find numbers that may be amounts (no order numbers, times, dates, durations), in cents."""
    return {_cents(found) for found in _BARE.findall(text)}


def shares(text: str) -> set[int]:
    """Find percentages, in hundredths."""
    if "%" not in text and "cent" not in text:
        return set()
    return {_cents(found) for found in _SHARE.findall(text)}


def days(text: str) -> set[Day]:
    """Find calendar days; a numeric date that can be read two ways gives both readings."""
    return {day for day in _days(text) if 1 <= day.month <= 12 and 1 <= day.day <= 31}


def _days(text: str) -> Iterator[Day]:
    """Read each way of writing a day."""
    if any(month in text for month in _MONTH_STARTS):
        for day, month, year in _DAY_MONTH.findall(text):
            yield Day(_month(month), int(day), _year(year))
        for month, day, year in _MONTH_DAY.findall(text):
            yield Day(_month(month), int(day), _year(year))
    for year, month, day in _ISO.findall(text):
        yield Day(int(month), int(day), int(year))
    for first, second, year in _NUMERIC.findall(text):
        yield Day(int(second), int(first), _year(year))
        yield Day(int(first), int(second), _year(year))


def _month(name: str) -> int:
    """Number a month by its English name."""
    return _MONTHS.index(name[:3].lower()) + 1


def _year(digits: str) -> int | None:
    """Read a year; two digits mean this century."""
    return None if not digits else int(digits) + (2000 if len(digits) == 2 else 0)


def _cents(number: str) -> int:
    """Read a number in either notation: the last separator before one or two digits is the decimal one."""
    whole, fraction = number, ""
    if (separator := re.search(r"[.,](\d{1,2})$", number)) is not None:
        whole, fraction = number[: separator.start()], separator.group(1)
    return int(re.sub(r"\D", "", whole)) * 100 + int(fraction.ljust(2, "0") or 0)
