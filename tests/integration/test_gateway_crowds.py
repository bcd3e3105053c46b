"""Many at the front door: sockets that come back after a kill, one who floods beside ordinary customers."""

from collections.abc import AsyncIterator

import aiohttp
import pytest

from evals.bench.gateway import Stage, measure_flood, measure_sockets, stage
from evals.bench.gateway_crowd import PATIENCE

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
async def door() -> AsyncIterator[Stage]:
    async with stage() as opened:
        yield opened


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0), timeout=PATIENCE) as opened:
        yield opened


async def test_everybody_comes_back_after_the_door_was_killed_and_no_message_is_lost_or_doubled(
    door: Stage, session: aiohttp.ClientSession
) -> None:
    figures = await measure_sockets(door, session, 400)
    assert figures["storm_stayed_away_count"] == 0
    assert figures["storm_lost_count"] == 0
    assert figures["kb_per_socket"] <= 60


async def test_one_who_floods_is_refused_and_no_ordinary_customer_is(
    door: Stage, session: aiohttp.ClientSession
) -> None:
    figures = await measure_flood(door, session, 12.0)
    assert figures["ordinary_refused_count"] == 0
    assert figures["flood_refused_share"] > 0.8
