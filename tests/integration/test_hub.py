"""Signals: direct in a process, over a real Valkey between two, and none of them needed twice."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from redis.asyncio import Redis

from app.turns.hub import CHANNEL, Hub

LONG = 10.0
SHORT = 0.05


@pytest.fixture
async def two_hubs(valkey_url: str) -> AsyncIterator[tuple[Hub, Hub]]:
    ours, theirs = Redis.from_url(valkey_url), Redis.from_url(valkey_url)
    hubs = Hub(ours), Hub(theirs)
    for hub in hubs:
        hub.start()
    while dict(await ours.pubsub_numsub(CHANNEL)).get(CHANNEL.encode(), 0) < 2:  # noqa: ASYNC110 - Valkey has no event
        await asyncio.sleep(0.01)
    yield hubs
    for hub in hubs:
        await hub.stop()
    await ours.aclose()
    await theirs.aclose()


async def test_a_change_before_the_wait_is_not_missed() -> None:
    hub = Hub()
    with hub.subscribe("conv") as changes:
        hub.changed("acme", "conv")
        assert await changes.wait(LONG)


async def test_changes_between_two_waits_are_one() -> None:
    hub = Hub()
    with hub.subscribe("conv") as changes:
        hub.changed("acme", "conv")
        hub.changed("acme", "conv")
        assert await changes.wait(LONG)
        assert not await changes.wait(SHORT)


async def test_only_the_conversation_and_the_tenant_concerned_are_woken() -> None:
    hub = Hub()
    with (
        hub.subscribe("other") as other,
        hub.subscribe_events("acme") as acme,
        hub.subscribe_events("umbrella") as umbrella,
    ):
        hub.changed("acme", "conv")
        assert await acme.wait(LONG)
        assert not await other.wait(SHORT)
        assert not await umbrella.wait(SHORT)


async def test_another_process_is_woken(two_hubs: tuple[Hub, Hub]) -> None:
    here, there = two_hubs
    with there.subscribe("conv") as changes:
        here.changed("acme", "conv")
        assert await changes.wait(LONG)


async def test_one_does_not_hear_itself_twice(two_hubs: tuple[Hub, Hub]) -> None:
    here, there = two_hubs
    with here.subscribe("conv") as ours, there.subscribe("conv") as theirs:
        here.changed("acme", "conv")
        assert await ours.wait(LONG)
        assert await theirs.wait(LONG)
        assert not await ours.wait(SHORT)


async def test_without_valkey_signals_still_work_inside_the_process() -> None:
    hub = Hub(Redis.from_url("unix:///nowhere/valkey.sock"))
    hub.start()
    with hub.subscribe("conv") as changes:
        hub.changed("acme", "conv")
        assert await changes.wait(LONG)
    await hub.stop()
