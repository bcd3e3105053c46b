"""The board's forecast and its days: pure, so that every sentence can be tried."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from app.board.forecast import QUARTERS, Load, expected, forecast
from app.board.gather import recent_since
from app.board.span import Span, midnight

loads = st.builds(
    Load,
    waiting=st.integers(0, 200),
    places=st.integers(0, 60),
    free=st.integers(0, 20),
    arrivals=st.lists(st.integers(0, 100), max_size=8).map(tuple),
    handling_s=st.none() | st.floats(30, 7200),
    target_s=st.none() | st.floats(30, 7200),
)


@given(loads, st.integers(0, 20))
def test_more_places_never_make_it_worse(load: Load, more: int) -> None:
    for fewer, many in zip(forecast(load), forecast(load, more_places=more), strict=True):
        assert 0.0 <= fewer <= many + 1e-9 <= 1.0 + 2e-9


def test_nobody_online_answers_nobody_who_waits() -> None:
    load = Load(waiting=3, places=0, free=0, arrivals=(1,) * 8, handling_s=None, target_s=None)
    assert forecast(load) == (0.0,) * QUARTERS


def test_who_has_room_answers_everybody_in_time() -> None:
    load = Load(waiting=2, places=20, free=10, arrivals=(4,) * 8, handling_s=600, target_s=300)
    assert forecast(load) == (1.0,) * QUARTERS


def test_a_desk_that_gets_more_than_it_ends_falls_behind_and_one_more_agent_helps() -> None:
    load = Load(waiting=6, places=5, free=0, arrivals=(12,) * 8, handling_s=600, target_s=300)
    alone, helped = forecast(load), forecast(load, more_places=5)
    assert alone[-1] < alone[0] < 1.0
    assert helped[-1] > alone[-1]


def test_the_last_quarters_weigh_most_in_what_is_expected() -> None:
    assert expected((0, 0, 0, 8)) > expected((8, 0, 0, 0))
    assert expected((5, 5, 5)) == 5
    assert expected(()) == 0


def test_a_day_begins_at_the_readers_midnight_also_when_the_clocks_change() -> None:
    oslo = ZoneInfo("Europe/Oslo")
    noon = datetime(2026, 10, 26, 12, tzinfo=oslo)  # the day after summer time ended
    begun = midnight(noon, "Europe/Oslo", 1)
    assert begun == datetime(2026, 10, 25, tzinfo=oslo)
    assert noon.astimezone(UTC) - begun.astimezone(UTC) == timedelta(hours=37)
    assert Span(period="7d", zone="UTC", now=noon).since == datetime(2026, 10, 20, tzinfo=UTC)


def test_the_line_of_two_hours_begins_on_a_whole_quarter() -> None:
    now = datetime(2026, 11, 21, 11, 7, 31, tzinfo=UTC)
    assert recent_since(now) == datetime(2026, 11, 21, 9, 15, tzinfo=UTC)
