"""What the front door lets in: bursts, pauses, several engines, and what a sender is told."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.gateway.limits.door import Door
from app.gateway.message import Inbound
from app.problems import Problem
from policies.limits import DoorLimits, Rate
from tests.fakes.shared_buckets import FakeSharedBuckets

NOON = datetime(2026, 1, 15, 12, tzinfo=UTC)
WEB = Rate(count=60, per="minute", burst=20)
SMS = Rate(count=10, per="minute", burst=10)
LIMITS = DoorLimits(channels={"web": WEB, "sms": SMS, "voice": None}, company=None)
SAID = "Please wait a moment."


class Street:
    """Engines before which senders queue, under a clock that the test moves."""

    def __init__(self, limits: DoorLimits = LIMITS, engines: int = 1) -> None:
        self.now = NOON
        self.shared = FakeSharedBuckets(lambda: self.now.timestamp())
        self.doors = [
            Door(self.shared, lambda tenant: limits, lambda tenant: SAID, lambda: self.now)
            for _ in range(engines)
        ]
        self.number = 0

    async def send(
        self, sender: str = "anna", channel: str = "web", *, engine: int = 0, bulk: bool = False, id: str = ""
    ) -> Problem | None:
        """Send one message; the problem when it is refused."""
        self.number += 1
        inbound = Inbound(
            tenant_id="t1",
            channel=channel,
            message_id=id or f"m{self.number}",
            address=sender,
            text="hi",
            bulk=bulk,
            received_at=self.now,
        )
        try:
            await self.doors[engine].admit(inbound)
        except Problem as problem:
            return problem
        return None

    async def taken(self, count: int, **options: object) -> int:
        """Send several at once; how many were let in."""
        return [await self.send(**options) for _ in range(count)].count(None)  # type: ignore[arg-type]

    def passes(self, seconds: float) -> None:
        """Let time go by."""
        self.now += timedelta(seconds=seconds)


async def test_a_burst_is_taken_and_the_next_message_waits_for_its_turn() -> None:
    street = Street()
    assert await street.taken(20) == 20
    refused = await street.send()
    assert refused is not None
    assert (refused.status, refused.slug, refused.headers["Retry-After"]) == (429, "too-many-messages", "1")
    street.passes(1.0)
    assert await street.taken(3) == 1


async def test_another_sender_and_another_channel_are_not_held_up() -> None:
    street = Street()
    await street.taken(50)
    assert await street.send("bert") is None
    assert await street.send("anna", "sms") is None
    assert await street.taken(100, channel="voice") == 100


async def test_the_company_has_a_limit_of_its_own_that_bulk_senders_pass() -> None:
    street = Street(DoorLimits(company=Rate(count=60, per="minute", burst=30)))
    sent = [await street.send(f"sender{number}") for number in range(40)]
    assert sent.count(None) == 30
    assert await street.send("another", bulk=True) is None


async def test_who_is_refused_does_not_use_up_the_companys_limit() -> None:
    street = Street(DoorLimits(channels={"web": WEB}, company=Rate(count=60, per="minute", burst=40)))
    await street.taken(500, sender="flood")
    assert [await street.send(f"sender{number}") for number in range(20)] == [None] * 20


async def test_a_sender_is_told_in_words_once_and_anew_after_a_quiet_time() -> None:
    street = Street()
    await street.taken(20)
    told = [(await street.send()) for _ in range(5)]
    assert [problem.extra.get("notice") for problem in told if problem] == [SAID, None, None, None, None]
    street.passes(120)
    await street.taken(20)
    again = await street.send()
    assert again is not None
    assert again.extra["notice"] == SAID


async def test_a_message_that_comes_again_is_let_in_for_nothing() -> None:
    street = Street()
    assert [await street.send(id="same") for _ in range(200)] == [None] * 200
    assert await street.taken(19) == 19


async def test_a_quiet_sender_and_one_who_is_shut_out_cost_no_round_trip() -> None:
    street = Street()
    await street.taken(WEB.burst // 5)
    assert street.shared.asked == 0
    await street.taken(30)
    asked = street.shared.asked
    await street.taken(500)
    assert street.shared.asked == asked


async def test_without_valkey_each_engine_counts_for_itself_and_charges_it_later() -> None:
    street = Street()
    street.shared.away = True
    assert await street.taken(50) == 20
    street.shared.away = False
    street.passes(1.5)
    assert await street.taken(50) <= 2


arrivals = st.lists(st.tuples(st.integers(0, 2), st.floats(0, 3)), min_size=1, max_size=150)


@given(arrivals)
def test_several_engines_let_in_the_limit_and_their_stated_slack_at_most(
    arriving: Sequence[tuple[int, float]],
) -> None:
    async def run() -> None:
        street, times = Street(engines=3), []
        for engine, pause in arriving:
            street.passes(pause if pause > 1.5 else 0)
            if await street.send(engine=engine) is None:
                times.append((street.now - NOON).total_seconds())
        slack = 3 * (WEB.burst // 5)
        for first, begin in enumerate(times):
            for last in range(first, len(times)):
                allowed = WEB.burst + (times[last] - begin) * WEB.per_second + slack
                assert last - first + 1 <= allowed + 1e-6

    asyncio.run(run())


async def test_how_it_stands_is_told_in_headers() -> None:
    street = Street()
    await street.taken(5)
    inbound = Inbound(
        tenant_id="t1", channel="web", message_id="m", address="anna", text="hi", received_at=street.now
    )
    headers = street.doors[0].headers(inbound)
    assert headers == {
        "RateLimit-Limit": "20",
        "RateLimit-Remaining": "15",
        "RateLimit-Reset": "5",
        "RateLimit-Policy": "60;w=60;burst=20",
    }


async def test_new_visitors_of_one_network_are_held_up_and_others_are_not() -> None:
    street = Street(DoorLimits(new_visitors=Rate(count=1, per="minute", burst=2)))
    door = street.doors[0]
    for _ in range(2):
        await door.admit_visitor("t1", "203.0.113.9")
    with pytest.raises(Problem):
        await door.admit_visitor("t1", "203.0.113.9")
    await door.admit_visitor("t1", "203.0.113.10")
