"""Limits over a real Valkey: the script charges rightly, and nothing waits for it long."""

import asyncio
import secrets
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest
from redis.asyncio import Redis

from app.gateway.limits.bucket import Bucket
from app.gateway.limits.door import Door
from app.gateway.limits.shared import SharedBuckets
from app.gateway.message import Inbound
from app.problems import Problem
from policies.limits import DoorLimits, Rate

PATIENCE_S = 30.0
SLOW = Rate(count=10, per="hour", burst=10)


def shared_over(redis: Redis) -> SharedBuckets:
    """The buckets of one engine."""
    return SharedBuckets(redis, lambda tenant: b"k" * 32, asyncio.get_running_loop().time, PATIENCE_S)


@pytest.fixture
async def redis(valkey_url: str) -> AsyncIterator[Redis]:
    client = Redis.from_url(valkey_url)
    yield client
    await client.aclose()


def bucket(name: str = "") -> Bucket:
    return Bucket(name=name or secrets.token_hex(8), rate=SLOW)


async def test_the_shared_bucket_charges_what_is_owed_and_takes_one(redis: Redis) -> None:
    shared, one = shared_over(redis), bucket()
    answer = await shared.ask("t1", [one], [4])
    assert answer is not None
    opened, left = answer
    assert opened
    assert left == [pytest.approx(5, abs=0.01)]


async def test_nothing_is_taken_from_one_bucket_when_the_other_is_empty(redis: Redis) -> None:
    shared, full, empty = shared_over(redis), bucket(), bucket()
    await shared.ask("t1", [empty], [9])
    refused = await shared.ask("t1", [full, empty], [0, 0])
    assert refused is not None
    assert not refused[0]
    assert refused[1] == [pytest.approx(10, abs=0.01), pytest.approx(0, abs=0.01)]


async def test_two_engines_at_once_take_no_more_than_there_is(redis: Redis) -> None:
    name = secrets.token_hex(8)
    engines = [shared_over(redis), shared_over(redis)]
    answers = await asyncio.gather(*(engines[n % 2].ask("t1", [bucket(name)], [0]) for n in range(40)))
    assert sum(answer is not None and answer[0] for answer in answers) == SLOW.burst


async def test_no_address_stands_in_valkey_and_buckets_leave_it_when_they_are_full(redis: Redis) -> None:
    await shared_over(redis).ask("t1", [bucket("sms:+46700000001")], [0])
    keys = [key async for key in redis.scan_iter("frontdesk:limit:*")]
    assert keys
    assert not any(b"+467" in key for key in keys)
    assert all([await redis.pttl(key) > 0 for key in keys])


async def test_a_valkey_that_is_gone_is_not_waited_for() -> None:
    redis = Redis.from_url("redis://127.0.0.1:1/0")
    limits = DoorLimits(other_channels=SLOW, company=None)
    door = Door(shared_over(redis), lambda tenant: limits, lambda tenant: None, lambda: datetime.now(UTC))
    refused = 0
    for number in range(SLOW.burst + 5):
        inbound = Inbound(
            tenant_id="t1",
            channel="chat",
            message_id=f"m{number}",
            address="anna",
            text="hi",
            received_at=datetime.now(UTC),
        )
        try:
            await door.admit(inbound)
        except Problem:
            refused += 1
    assert refused == 5
    await redis.aclose()
