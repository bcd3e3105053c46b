"""Dates, written and spoken; whoever knows the day resolves the relative ones."""

import re
from collections.abc import Iterator

from frontdesk_nlu.entities.found import Found, at

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
MONTH_NAME = (
    r"(?:jan(?:uary)?|feb(?:r?uary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\b"
)
MONTH = rf"(?P<month>{MONTH_NAME})\.?"
YEAR = r"(?:,?\s(?P<year>20\d\d))?\b"
DAY = r"(?P<day>[0-3]?\d)\s?(?:st|nd|rd|th)?"
WHOLE_DATES = (
    re.compile(r"\b(?P<year>20\d\d)-(?P<month>[01]?\d)-(?P<day>[0-3]?\d)\b"),
    re.compile(
        r"(?<![\d./])(?P<day>[0-3]?\d)[./-](?P<month>[0-3]?\d)[./-](?P<year>20\d\d|\d\d)(?![\d./]\d|\d)"
    ),
    re.compile(rf"\b{DAY}\.?\s(?:of\s)?{MONTH}{YEAR}", re.I),
    re.compile(rf"\b{MONTH}\s(?:the )?{DAY}(?![\w:]|[.,]\d){YEAR}", re.I),
    re.compile(r"(?<![\w./,#€$£-])(?P<day>[0-3]?\d)/(?P<month>[0-3]?\d)(?P<year>)(?![\w/]|[.,]\d)"),
    re.compile(r"(?<![\w./,#€$£-])(?P<day>[0-3]?\d)\.(?P<month>[01]?\d)(?P<year>)\.(?!\w)"),
)
MONTHS_ALONE = (
    re.compile(rf"\b{MONTH}\s(?P<year>20\d\d)\b", re.I),
    re.compile(
        rf"(?:\b(?:in|since|until|till|last|next|this(?! may)|of|early|late|mid|before|after|from|for|by) )"
        rf"(?P<alone>{MONTH_NAME})(?! (?:i|we|you|it|be|have|the)\b)",
        re.I,
    ),
    re.compile(r"\b(?P<alone>January|February|April|June|July|August|September|October|November|December)\b"),
)
WEEKDAY = (
    r"(?:mondays?|tuesdays?|wednesdays?|thursdays?|fridays?|saturdays?|sundays?"
    r"|teusday|tusday|wendsday|wensday|wednsday|thrusday|thurday|firday|saterday)"
)
SHORT_WEEKDAY = r"(?:mon|tues?|wed|thurs?|fri|sat|sun)"
SPOKEN_COUNT = (
    r"(?:\d{1,3}|an?|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|a couple of|a few)"
)
THINGS = (
    r"(?:deliver(?:y|ies)|shipping|shipments?|slots?|gifts?|presents?|sales?|markets?|cards?|codes?|offers?"
    r"|discounts?|deals?|editions?|collections?|decorations?|lights?|dinner|shifts?|houses?|flats?|homes?)"
)
"""What a day or a season only describes: `Saturday delivery`, `summer sale`."""
SPOKEN = re.compile(
    r"\b(?:the day (?:after tomm?orr?ow|before yesterday)|to-?day|todya|2day|yest[eu]r?d?ay|yesterdy"
    r"|tomm?orr?ow|tomorr?w|tmrw|2morrow|2moro|tonight"
    r"|(?:this|yesterday|tomorrow) (?:morning|afternoon|evening)|last night"
    r"|(?:last|next|this|past|previous) (?:week(?:end)?|month|year|quarter|spring|summer|autumn|winter)"
    rf"|(?:(?:last|next|this|coming|past) )?{WEEKDAY}"
    rf"|(?:last|next|this|on|by|since|until|till) (?P<short>{SHORT_WEEKDAY})\b\.?"
    rf"|{SPOKEN_COUNT} (?:days?|weeks?|months?|years?) (?:ago|back)"
    rf"|in {SPOKEN_COUNT} (?:days|weeks|months)"
    r"|(?:in|by|since|until|till|before|after|from|for) (?:the )?(?P<season>spring|summer|autumn|winter)"
    r"|christmas(?: eve| day)?|xmas|easter(?: sunday| monday)?|new year'?s(?: eve| day)?|black friday"
    r"|valentine'?s(?: day)?|mother'?s day|father'?s day|halloween)(?!\w)"
    rf"(?! {THINGS}\b)",
    re.I,
)
DATED = re.compile(
    r"\b(?:on|since|from|by|until|till|dated|before|after|for|of|the|date|due)[ :]{1,2}$", re.I
)
TELLING = frozenset({
    "morning", "afternoon", "evening", "night", "week", "weeks", "weekend", "month", "months", "year",
    "years", "quarter", "spring", "summer", "autumn", "winter", "christmas", "xmas", "easter", "valentine",
    "valentines", "halloween", "todya", "tonight", "tmrw", "tomorrow", "tommorow", "tommorrow", "tomorow",
    "tomorrw", "tomorw", "morrow", "moro", "mon", "tue", "tues", "wed", "thur", "thurs", "fri", "sat",
    "sun",
})  # fmt: skip
"""Without one of these words, or one that begins with `yest` or ends in `day`, no date is spoken."""
ORDINAL = re.compile(
    r"\b(?:on|by|since|until|till|before|after|from) the (?P<day>[0-3]?\d(?:st|nd|rd|th))\b", re.I
)


YEAR_ALONE = re.compile(
    r"\b(?:in|since|until|till|before|after) (?P<year>(?:19[5-9]|20[0-4])\d)\b(?![.,:/-]\d)", re.I
)


def dates(text: str) -> Iterator[Found]:
    """Find dates in figures: `2026-11-18`, without a year `--11-18`."""
    yield from whole_dates(text)
    for hit in ORDINAL.finditer(text):
        yield named(hit, "day")
    for hit in YEAR_ALONE.finditer(text):
        yield named(hit, "year")


def spoken_dates(text: str) -> Iterator[Found]:
    """Find days and seasons in words: the value is the words as they stand."""
    for hit in SPOKEN.finditer(text):
        yield named(hit, "season" if hit["season"] else "short" if hit["short"] else 0)


def may_tell_a_date(word: str) -> bool:
    """Say whether a folded word may belong to a spoken date; a text without one holds none."""
    return word in TELLING or word.startswith("yest") or word.endswith(("day", "days"))


def may_tell_a_month(word: str) -> bool:
    """Say whether a folded word may be a month."""
    return word[:3] in MONTHS


def whole_dates(text: str) -> Iterator[Found]:
    """Find dates with a day and a month; `24/7` and marks such as `9/10` are none."""
    for pattern in WHOLE_DATES:
        for hit in pattern.finditer(text):
            value = iso(hit["year"], hit["month"], int(hit["day"]))
            rated = (
                hit["year"] == ""
                and hit["month"] in {"5", "10", "7"}
                and not DATED.search(text, 0, hit.start())
            )
            if value is not None and not rated:
                yield at(hit, "date", value, 1.0)


def months(text: str) -> Iterator[Found]:
    """Find months that name no day; `may` and `march` count only after a word such as `in`."""
    first, *alone = MONTHS_ALONE
    for hit in first.finditer(text):
        yield at(hit, "date", f"{hit['year']}-{month_number(hit['month']):02d}", 0.9)
    for pattern in alone:
        for hit in pattern.finditer(text):
            yield named(hit, "alone", f"--{month_number(hit['alone']):02d}")


def named(hit: re.Match[str], group: str | int, value: str | None = None) -> Found:
    """Make the entity of a part of what a pattern found; without a value it is the words themselves."""
    return Found(
        entity="date",
        value=value or " ".join(hit[group].lower().split()),
        start=hit.start(group),
        end=hit.end(group),
        confidence=0.9,
    )


def month_number(name: str) -> int:
    """Return the number of a month by its first three letters."""
    return MONTHS.index(name[:3].lower()) + 1


def iso(year: str | None, month: str, day: int) -> str | None:
    """Write a date the ISO way, the day before the month as Europe does; None when there is no such day."""
    number = int(month) if month.isdigit() else month_number(month)
    if number > 12 and day <= 12:
        number, day = day, number
    if not (1 <= number <= 12 and 1 <= day <= 31):
        return None
    return f"{('20' + year)[-4:] if year else '-'}-{number:02d}-{day:02d}"
