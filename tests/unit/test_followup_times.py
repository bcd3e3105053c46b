"""When somebody wants to be called, read out of their own words."""

from datetime import date, datetime

import pytest

from tools.followups.days import day_in
from tools.followups.windows import window_in

SATURDAY_NOON = datetime(2026, 11, 21, 12, 5)

WINDOWS = {
    "tomorrow between ten and eleven": ("22 10:00", "22 11:00"),
    "Monday 10-11": ("23 10:00", "23 11:00"),
    "on monday from 2 to 4": ("23 14:00", "23 16:00"),
    "Tuesday at 15:30": ("24 15:30", "24 16:30"),
    "tuesday, 9 am to 11 am": ("24 09:00", "24 11:00"),
    "next friday in the afternoon": ("27 13:00", "27 17:00"),
    "24 November, 3 pm": ("24 15:00", "24 16:00"),
    "24.11. at 10.30": ("24 10:30", "24 11:30"),
    "after 3 on wednesday": ("25 15:00", "25 17:00"),
    "before 11 on wednesday": ("25 09:00", "25 11:00"),
    "at two": ("21 14:00", "21 15:00"),
    "10:00": ("22 10:00", "22 11:00"),
    "as soon as possible": ("21 12:30", "21 13:30"),
    "thursday 2 to 4 pm": ("26 14:00", "26 16:00"),
    "on 2026-11-25 at 9 o'clock": ("25 09:00", "25 10:00"),
}
DAYS = {
    "until September": date(2027, 9, 1),
    "for three months": date(2027, 2, 21),
    "two weeks": date(2026, 12, 5),
    "until 15 January": date(2027, 1, 15),
    "January 15th 2027": date(2027, 1, 15),
    "till the end of december": date(2026, 12, 31),
    "end of next month": date(2026, 12, 31),
    "for a year": date(2027, 11, 21),
    "next month": date(2026, 12, 21),
    "tomorrow": date(2026, 11, 22),
}


@pytest.mark.parametrize("said", WINDOWS)
def test_hours_are_read_as_people_say_them(said: str) -> None:
    window = window_in(said, SATURDAY_NOON)

    assert window.starts is not None
    assert window.ends is not None
    assert (f"{window.starts:%d %H:%M}", f"{window.ends:%d %H:%M}") == WINDOWS[said]


@pytest.mark.parametrize("said", DAYS)
def test_the_end_of_a_pause_is_read_as_people_say_it(said: str) -> None:
    assert day_in(said, SATURDAY_NOON.date(), later=True).on == DAYS[said]


@pytest.mark.parametrize(
    "said", ["30 February at ten", "on 31.11. at 10", "monday at 25:00", "monday 11 to 10"]
)
def test_days_and_hours_that_no_calendar_or_clock_has_are_told_apart(said: str) -> None:
    assert window_in(said, SATURDAY_NOON).impossible


@pytest.mark.parametrize("said", ["whenever you like", "you decide", "sometime soon", "call my mother"])
def test_words_without_a_time_are_not_guessed_at(said: str) -> None:
    window = window_in(said, SATURDAY_NOON)

    assert (window.starts, window.on, window.impossible) == (None, None, False)


def test_a_day_without_an_hour_is_only_a_day() -> None:
    window = window_in("on Monday please", SATURDAY_NOON)

    assert (window.starts, window.on) == (None, date(2026, 11, 23))


def test_a_weekday_named_on_that_day_is_the_one_a_week_on() -> None:
    assert day_in("saturday", SATURDAY_NOON.date()).on == date(2026, 11, 28)
