"""How often and when a reply is tried again, whatever goes wrong."""

from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from app.outbox.port import DeliveryFailed, Outage, Refused, Retryable
from app.outbox.schedule import AWAY_S, LONGEST_S, RETRIES, after

many = settings(max_examples=150, deadline=None)
NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
RETRYABLE = st.builds(Retryable, st.text(max_size=300), after_s=st.none() | st.floats(0, 10**6))
FAILURES = st.one_of(RETRYABLE, st.builds(Outage, st.text(max_size=300)), st.builds(Refused, st.just("no")))


@many
@given(failures=st.lists(FAILURES, min_size=1, max_size=30))
def test_waits_double_until_the_last_and_a_refusal_ends_them(failures: list[DeliveryFailed]) -> None:
    """Feature: omnichannel-cx-platform, Property 2: Retry with Exponential Backoff"""
    attempts, now, waits = 0, NOW, []
    for failure in failures:
        coming = after(failure, attempts, now)
        assert len(coming.why) <= 200
        if coming.due is None:
            assert isinstance(failure, Refused) or coming.attempts == RETRIES + 1
            break
        if isinstance(failure, Outage):
            assert (coming.attempts, coming.due) == (attempts, now + timedelta(seconds=AWAY_S))
        else:
            waits.append((coming.due - now).total_seconds())
            assert coming.attempts == attempts + 1
            assert 2.0**coming.attempts <= waits[-1] <= max(2.0**coming.attempts, LONGEST_S)
        attempts, now = coming.attempts, coming.due
    assert len(waits) <= RETRIES


@many
@given(count=st.integers(1, RETRIES))
def test_without_a_wish_of_the_provider_the_wait_is_two_to_the_power_of_the_attempt(count: int) -> None:
    """Feature: omnichannel-cx-platform, Property 2: Retry with Exponential Backoff"""
    coming = after(Retryable("later"), count - 1, NOW)

    assert coming.due == NOW + timedelta(seconds=2**count)
