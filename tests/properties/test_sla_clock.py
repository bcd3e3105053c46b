"""The clock of promised times: never negative, monotone, the same whenever it is asked."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.desk.sla import Pause, Promise, due_at, forecast, standing, used
from policies.hours import WEEKDAYS, Hours, reached, worked

ZONES = (
    *("UTC", "Europe/Stockholm", "America/New_York", "America/St_Johns", "Asia/Kathmandu"),
    *("Australia/Lord_Howe", "Pacific/Apia", "Pacific/Chatham", "Africa/Casablanca", "America/Havana"),
)
NONE = timedelta()
moments = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31)).map(lambda at: at.replace(tzinfo=UTC))
spells = st.integers(0, 40 * 24 * 60).map(lambda minutes: timedelta(minutes=minutes))


@st.composite
def openings(draw: st.DrawFn) -> tuple[tuple[time, time | None], ...]:
    quarters = sorted(draw(st.sets(st.integers(0, 96), min_size=2, max_size=4)))
    pairs = zip(quarters[::2], quarters[1::2], strict=False)
    return tuple((_clock(begin), None if end == 96 else _clock(end)) for begin, end in pairs)


def _clock(quarter: int) -> time:
    return time(quarter // 4, quarter % 4 * 15)


@st.composite
def hours(draw: st.DrawFn) -> Hours:
    days = draw(st.dictionaries(st.sampled_from(WEEKDAYS), openings(), min_size=1))
    free = draw(st.frozensets(st.dates(date(2026, 1, 1), date(2027, 12, 31)), max_size=20))
    return Hours(timezone=draw(st.sampled_from(ZONES)), days=days, holidays=free)


@st.composite
def promises(draw: st.DrawFn, *, lasting: bool = False) -> Promise:
    since = draw(moments)
    pauses = [
        Pause(began_at=since + after, ended_at=since + after + length)
        for after, length in draw(st.lists(st.tuples(spells, spells), max_size=4))
    ]
    if lasting:
        pauses.append(Pause(began_at=since + draw(spells)))
    kept = draw(st.none() | spells)
    return Promise(
        kind="first_reply",
        since=since,
        within=draw(st.integers(0, 5000).map(lambda minutes: timedelta(minutes=minutes))),
        hours=draw(st.none() | hours()),
        pauses=draw(st.permutations(pauses)),
        kept_at=None if kept is None else since + kept,
    )


any_promise = promises() | promises(lasting=True)


@given(any_promise, spells)
def test_nothing_on_the_clock_is_ever_below_zero(promise: Promise, later: timedelta) -> None:
    shown = standing(promise, promise.since + later)
    assert min(shown.used, shown.left, shown.late_by) >= NONE
    assert shown.left == NONE or shown.late_by == NONE


@given(any_promise, moments)
def test_asking_before_it_began_counts_nothing(promise: Promise, at: datetime) -> None:
    assert used(promise, min(at, promise.since)) == NONE


@given(any_promise, spells, spells)
def test_time_that_counted_never_becomes_less(promise: Promise, first: timedelta, more: timedelta) -> None:
    earlier, later = promise.since + first, promise.since + first + more
    assert used(promise, earlier) <= used(promise, later) <= used(promise, earlier) + more
    assert standing(promise, earlier).left >= standing(promise, later).left


@given(any_promise, spells, spells)
def test_what_was_late_stays_late(promise: Promise, first: timedelta, more: timedelta) -> None:
    if standing(promise, promise.since + first).outcome == "late":
        assert standing(promise, promise.since + first + more).outcome == "late"


@given(any_promise, st.lists(spells, max_size=4), spells)
def test_when_it_is_due_does_not_depend_on_when_one_asks(
    promise: Promise, looks: list[timedelta], last: timedelta
) -> None:
    dues = {standing(promise, promise.since + look).due_at for look in (*looks, last)}
    assert dues == {due_at(promise)}


@given(promises())
def test_at_the_moment_it_is_due_exactly_the_promised_time_has_counted(promise: Promise) -> None:
    due = due_at(promise)
    if due is None:
        return
    open_ended = Promise(**{**vars(promise), "kept_at": None})
    assert used(open_ended, due) == promise.within
    assert standing(open_ended, due).outcome != "late"
    if promise.within and due > promise.since:
        assert used(open_ended, due - timedelta(microseconds=1)) < promise.within


@given(any_promise, spells)
def test_whoever_is_late_is_forecast_late(promise: Promise, later: timedelta) -> None:
    now = promise.since + later
    if standing(Promise(**{**vars(promise), "kept_at": None}), now).outcome == "late":
        assert forecast(promise, now, now) == "late"


@given(st.none() | hours(), moments, spells, spells)
def test_working_time_adds_up_over_any_cut(
    when: Hours | None, begin: datetime, first: timedelta, second: timedelta
) -> None:
    middle, end = begin + first, begin + first + second
    whole = worked(when, begin, end)
    assert whole == worked(when, begin, middle) + worked(when, middle, end)
    assert NONE <= whole <= end - begin


@given(hours(), moments, st.integers(1, 6000))
def test_working_time_is_reached_while_people_work(when: Hours, begin: datetime, minutes: int) -> None:
    amount = timedelta(minutes=minutes)
    at = reached(when, begin, amount)
    if at is not None:
        assert worked(when, begin, at) == amount
        assert when.open_at(at - timedelta(microseconds=1))


@given(hours(), moments)
def test_nobody_works_until_the_doors_open(when: Hours, at: datetime) -> None:
    opens = when.opens_after(at)
    if opens is None:
        return
    assert when.open_at(opens)
    assert worked(when, at, opens) == NONE
    assert (opens == at) is when.open_at(at)


@given(hours(), moments)
def test_nobody_works_on_a_holiday(when: Hours, at: datetime) -> None:
    if at.astimezone(ZoneInfo(when.timezone)).date() in when.holidays:
        assert not when.open_at(at)


NINE_TO_FIVE = ((time(9), time(17)),)


@pytest.mark.parametrize(
    ("opening", "day", "hours_worked"),
    [
        ((time(0), None), date(2026, 3, 29), 23),
        ((time(0), None), date(2026, 10, 25), 25),
        ((time(1), time(5)), date(2026, 3, 29), 3),
        ((time(9), time(17)), date(2026, 3, 29), 8),
    ],
    ids=["spring, all day", "autumn, all day", "spring, at night", "spring, by day"],
)
def test_a_changed_clock_makes_a_day_shorter_or_longer(
    opening: tuple[time, time | None], day: date, hours_worked: int
) -> None:
    when = Hours(timezone="Europe/Stockholm", days={"sunday": (opening,)})
    midnight = datetime.combine(day, time.min, ZoneInfo("Europe/Stockholm"))
    end = datetime.combine(day + timedelta(days=1), time.min, ZoneInfo("Europe/Stockholm"))
    assert worked(when, midnight.astimezone(UTC), end.astimezone(UTC)) == timedelta(hours=hours_worked)


def test_a_pause_moves_the_due_time_by_its_working_hours_only() -> None:
    when = Hours(timezone="UTC", days=dict.fromkeys(WEEKDAYS[:5], NINE_TO_FIVE))
    friday = datetime(2026, 11, 20, 16, tzinfo=UTC)
    promise = Promise(kind="resolution", since=friday, within=timedelta(hours=2), hours=when)
    assert due_at(promise) == datetime(2026, 11, 23, 10, tzinfo=UTC)

    over_the_weekend = Pause(began_at=friday + timedelta(minutes=30), ended_at=friday + timedelta(hours=65.5))
    paused = Promise(**{**vars(promise), "pauses": [over_the_weekend]})
    assert due_at(paused) == datetime(2026, 11, 23, 11, tzinfo=UTC)


def test_while_the_customer_has_to_act_nothing_is_due() -> None:
    since = datetime(2026, 11, 20, 10, tzinfo=UTC)
    lasting = Pause(began_at=since + timedelta(minutes=10))
    promise = Promise(kind="next_reply", since=since, within=timedelta(minutes=30), pauses=[lasting])
    shown = standing(promise, since + timedelta(days=3))
    assert (shown.outcome, shown.due_at, shown.left) == ("paused", None, timedelta(minutes=20))
