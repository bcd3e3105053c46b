"""Engines, PostgreSQL and Valkey are killed while replies are carried: none is lost, none overtakes."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest
from psycopg import AsyncConnection

from app.outbox.dispatcher import OutboxDispatcher
from app.outbox.port import ChannelSender, Errand
from tests.chaos.outbox_storm import OutboxStorm, open_storm, own_servers
from tests.integration.front import TENANT, Front, open_front
from tests.integration.outbox_house import OutboxHouse, outbox_house

WITHIN_S = 120.0
KILLS = ("engine", "line", "postgres", "engine", "valkey", "line", "engine") * 4
"""What is killed, one after the other, while 500 replies are said and carried."""


class Died(BaseException):
    """Stands for an engine that was killed: nothing after it runs."""


class Life:
    """So many steps, then the engine is dead."""

    def __init__(self, steps: int) -> None:
        self.steps = steps

    def step(self) -> None:
        """Go on, or die."""
        self.steps -= 1
        if self.steps < 0:
            raise Died


class DyingTenants:
    """Transactions of an engine that may die before one, or after its commit."""

    def __init__(self, tenants: Any, life: Life) -> None:
        self._tenants, self._life = tenants, life

    @contextlib.asynccontextmanager
    async def tenant(self, tenant_id: str) -> AsyncIterator[AsyncConnection]:
        self._life.step()
        async with self._tenants.tenant(tenant_id) as conn:
            yield conn
        self._life.step()

    def anyone(self) -> Any:
        return self._tenants.anyone()


class DyingSender:
    """A sender whose engine may die before the provider is asked, or before it hears the answer."""

    def __init__(self, sender: ChannelSender, life: Life) -> None:
        self._sender, self._life = sender, life

    async def deliver(self, errand: Errand) -> str:
        self._life.step()
        provider_id = await self._sender.deliver(errand)
        self._life.step()
        return provider_id


@pytest.fixture(scope="module")
async def front(database: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Front]:
    async with open_front(database, tmp_path_factory.mktemp("front")) as opened:
        yield opened


@pytest.fixture
async def house(front: Front) -> AsyncIterator[OutboxHouse]:
    async with outbox_house(front, "sms", lease_s=5.0, attempt_s=2.0) as opened:
        yield opened


async def test_an_engine_may_die_at_any_step_of_carrying(house: OutboxHouse) -> None:
    long = " ".join(f"Sentence {n} of a reply that is too long for one message." for n in range(50))
    for steps in range(14):
        house.sms.attempts.clear()
        conversation, address = await house.writes()
        await house.front.answers(conversation, long, "and this")
        await dies_after(house, steps)
        house.front.clock.ahead += timedelta(seconds=6)
        await house.carry()

        first, second, last = house.sms.texts(address)
        assert (f"{first} {second}", last) == (long, "and this"), f"died at step {steps}"
        assert len(set(house.sms.attempts)) == 3
        assert await house.states(conversation) == ["sent", "sent"]


async def dies_after(house: OutboxHouse, steps: int) -> None:
    """Let an engine live for so many steps."""
    life = Life(steps)
    senders = {name: DyingSender(one, life) for name, one in house.deps.senders.items()}
    deps = replace(house.deps, tenants=DyingTenants(house.deps.tenants, life), senders=senders)
    engine = OutboxDispatcher(deps, TENANT)
    with contextlib.suppress(Died):
        await engine.look()
        await engine.settled()


async def said_and_carried(storm: OutboxStorm, conversations: int, lines: int) -> list[str]:
    """Say everything in all conversations at once, wait until it was carried, and find what is wrong."""

    async def talk(number: int) -> tuple[str, list[str]]:
        conversation_id, address = begun[number]
        texts = [f"{number}.{line}" for line in range(lines)]
        for spoken, text in enumerate(texts):
            await storm.until_over(spoken / lines)
            await storm.say(conversation_id, text)
        return address, texts

    begun = [await storm.begin(number) for number in range(conversations)]
    said = await asyncio.gather(*(talk(number) for number in range(conversations)))
    async with asyncio.timeout(WITHIN_S):
        while await storm.left():  # noqa: ASYNC110 - engines are other processes
            await asyncio.sleep(0.1)
    wrong = [
        f"{address}: {read}" for address, texts in said if (read := storm.provider.texts(address)) != texts
    ]
    keys = set(storm.provider.attempts)
    return wrong + ([] if len(keys) == conversations * lines else [f"{len(keys)} keys"])


@pytest.mark.slow
@pytest.mark.timeout(400)
async def test_five_hundred_replies_survive_kills_of_engines_postgres_and_valkey(tmp_path: Path) -> None:
    random = Random(7)
    async with (
        own_servers() as (postgres, valkey),
        open_storm(postgres.url, valkey.url, tmp_path / "keys", engines=2) as storm,
    ):
        storm.postgres, storm.valkey = postgres, valkey
        storm.provider.slow_s = 0.02
        raging = asyncio.create_task(rage(storm, random))
        faults = await said_and_carried(storm, conversations=50, lines=10)
        await raging

        assert faults == []
        repeated = len(storm.provider.attempts) - len(set(storm.provider.attempts))
        print(f"500 replies, {repeated} attempts repeated, killed {dict(storm.killed)}")
        assert {"engine", "postgres", "valkey"} <= set(storm.killed)


async def rage(storm: OutboxStorm, random: Random) -> None:
    """Kill one after the other; between two kills there is time to carry something."""
    for number, what in enumerate(KILLS, start=1):
        await asyncio.sleep(random.uniform(0.1, 1.0))
        match what:
            case "engine":
                await storm.kill_engine(random)
            case "postgres":
                await storm.kill_postgres()
            case "valkey":
                storm.kill_valkey()
            case _:
                storm.provider.faults += ["cut_after", "cut"]
        storm.over = number / len(KILLS)
