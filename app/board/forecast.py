"""What the next two hours bring, if people write as they did in the last two. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from math import exp

QUARTER_S = 15 * 60.0
QUARTERS = 8
USUAL_HANDLING_S = 600.0
"""Taken where no conversation with a person has ended yet."""
USUAL_TARGET_S = 900.0
PLACES_OF_ONE = 5
"""What one more agent would bring."""


@dataclass(frozen=True, kw_only=True)
class Load:
    """What is known of the last two hours, and of now."""

    waiting: int
    places: int
    """Of everybody online."""
    free: int
    arrivals: tuple[int, ...]
    """Handoffs in each of the last quarters of an hour, the oldest first."""
    handling_s: float | None
    target_s: float | None
    """How soon a person is to answer, on average over what waits."""


def forecast(load: Load, *, more_places: int = 0) -> tuple[float, ...]:
    """Say which share is answered in time in each of the next quarters.

    The queue is taken as a stream: people come as before, every place ends
    conversations at the mean pace, and waits spread around their mean as
    waits do. More places never make it worse.
    """
    return tuple(_shares(load, load.places + more_places, load.free + more_places))


def _shares(load: Load, places: int, free: int) -> Iterator[float]:
    handling = load.handling_s or USUAL_HANDLING_S
    target = load.target_s or USUAL_TARGET_S
    coming = expected(load.arrivals)
    ending = places * QUARTER_S / handling
    backlog = max(0.0, load.waiting - free)
    for _ in range(QUARTERS):
        after = max(0.0, backlog + coming - ending)
        yield in_time((backlog + after) / 2, ending, target)
        backlog = after


def in_time(backlog: float, ending_in_quarter: float, target_s: float) -> float:
    """Say which share waits no longer than the target, with so many before them."""
    if backlog <= 0:
        return 1.0
    if ending_in_quarter <= 0:
        return 0.0
    mean_wait = backlog / ending_in_quarter * QUARTER_S
    return 1.0 - exp(-target_s / mean_wait)


def expected(arrivals: tuple[int, ...]) -> float:
    """Expect as many as came in a quarter, the last ones weighing most."""
    if not arrivals:
        return 0.0
    weights = range(1, len(arrivals) + 1)
    return sum(weight * came for weight, came in zip(weights, arrivals, strict=True)) / sum(weights)
