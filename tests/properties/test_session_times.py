"""When sittings end, over any times: by one pure clock."""

import itertools
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from policies.sessions import SessionTimes, ended_at, next_change, phase, presence, sittings

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
ORDER = ("open", "ending", "closed", "archived")
seconds = st.integers(min_value=0, max_value=7 * 86_400)
moments = st.lists(seconds.map(lambda one: NOON + timedelta(seconds=one)), min_size=1, max_size=40)


@st.composite
def any_times(draw: st.DrawFn) -> SessionTimes:
    """Times of any book: warned, then closed, then archived."""
    warn, more, most = (draw(st.integers(min_value=1, max_value=90_000)) for _ in range(3))
    return SessionTimes(
        warn_after=timedelta(seconds=warn),
        close_after=timedelta(seconds=warn + more),
        archive_after=timedelta(seconds=warn + more + most),
    )


@given(any_times(), seconds, seconds)
def test_a_sitting_never_goes_back_while_nothing_is_said(
    times: SessionTimes, earlier: int, later: int
) -> None:
    before, after = sorted((earlier, later))
    first, then = (phase(NOON, NOON + timedelta(seconds=one), times) for one in (before, after))

    assert ORDER.index(first) <= ORDER.index(then)


@given(any_times(), seconds)
def test_the_next_change_is_the_moment_at_which_the_phase_changes(times: SessionTimes, idle: int) -> None:
    now = NOON + timedelta(seconds=idle)
    then = next_change(NOON, now, times)

    if then is None:
        assert phase(NOON, now, times) == "archived"
    else:
        just_before = then - timedelta(microseconds=1)
        assert phase(NOON, just_before, times) == phase(NOON, now, times) != phase(NOON, then, times)


@given(any_times(), moments)
def test_sittings_hold_every_sign_of_life_once_and_leave_a_pause_between_them(
    times: SessionTimes, signs: list[datetime]
) -> None:
    parted = sittings(signs, times)

    assert all(sum(one.started_at <= sign <= one.active_at for one in parted) == 1 for sign in signs)
    for one, following in itertools.pairwise(parted):
        assert ended_at(one.active_at, times) <= following.started_at


@given(any_times(), moments, seconds)
def test_a_sign_of_life_always_opens_a_sitting_again(
    times: SessionTimes, signs: list[datetime], later: int
) -> None:
    now = max(signs) + timedelta(seconds=later)

    assert sittings([*signs, now], times)[-1].active_at == now
    assert phase(now, now, times) == "open"


@given(any_times(), st.integers(min_value=0, max_value=600))
def test_whoever_misses_three_heartbeats_is_gone(times: SessionTimes, silent: int) -> None:
    now = NOON + timedelta(seconds=silent)

    assert (presence(NOON, now, now, times) == "gone") == (silent > 75)
    assert presence(None, now, now, times) == "gone"
