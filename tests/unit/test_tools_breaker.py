"""The circuit breaker: five failures, thirty seconds, three successes."""

from tools.breaker import Breaker


def failed(breaker: Breaker, times: int, now: float) -> None:
    for _ in range(times):
        breaker.failed(now)


def test_it_stays_closed_below_five_failures_in_a_row() -> None:
    breaker = Breaker()
    failed(breaker, 4, now=0)
    breaker.succeeded(0)
    failed(breaker, 4, now=1)

    assert breaker.state(1) == "closed"
    assert breaker.allows(1)


def test_the_fifth_failure_in_a_row_opens_it_for_thirty_seconds() -> None:
    breaker = Breaker()
    failed(breaker, 5, now=100)

    assert not breaker.allows(100)
    assert not breaker.allows(129.9)
    assert breaker.state(130) == "half_open"
    assert breaker.allows(130)


def test_three_successes_on_probation_close_it() -> None:
    breaker = Breaker()
    failed(breaker, 5, now=0)
    breaker.succeeded(31)
    breaker.succeeded(32)
    assert breaker.state(32) == "half_open"

    breaker.succeeded(33)

    assert breaker.state(33) == "closed"
    failed(breaker, 4, now=34)
    assert breaker.state(34) == "closed"


def test_one_failure_on_probation_opens_it_again_and_forgets_the_successes() -> None:
    breaker = Breaker()
    failed(breaker, 5, now=0)
    breaker.succeeded(31)
    breaker.succeeded(31)

    breaker.failed(32)

    assert not breaker.allows(61.9)
    assert breaker.state(62) == "half_open"
    breaker.succeeded(62)
    assert breaker.state(62) == "half_open"
