"""Engines, PostgreSQL and Valkey are killed while replies are carried: none is lost, none overtakes."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from random import Random

import orjson
import pytest

from app.channels.inbound import ChannelMessage, InboundDeps, take
from app.channels.ways import WaysBack
from app.email.taking import take_mail
from app.outbox.dispatcher import OutboxDispatcher
from tests.chaos.dying import Died, DyingAccept, DyingSender, DyingTenants, Life
from tests.chaos.outbox_storm import OutboxStorm, open_storm, own_servers
from tests.integration.front import TENANT, Front, open_front
from tests.integration.mail_house import mail_house, proven
from tests.integration.outbox_house import OutboxHouse, outbox_house

WITHIN_S = 120.0
KILLS = ("engine", "line", "postgres", "engine", "valkey", "line", "engine") * 4
"""What is killed, one after the other, while 500 replies are said and carried."""


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


async def test_an_engine_may_die_at_any_step_of_taking_a_mail(front: Front) -> None:
    async with mail_house(front) as house:
        for steps in range(9):
            raw = proven(
                f"mail {steps}", sender=f"s{steps}@example.org", Message_ID=f"<{steps}@s>"
            ).as_bytes()
            before, gateway, life = set(await house.conversations()), house.deps.gateway, Life(steps)
            gateway = replace(
                gateway,
                tenants=DyingTenants(gateway.tenants, life),
                accept=DyingAccept(gateway.accept, life),
            )
            with contextlib.suppress(Died):
                await take_mail(replace(house.deps, gateway=gateway), raw)
            for _ in range(2):  # its sender has heard nothing, and tries again
                await take_mail(house.deps, raw)

            (begun,) = set(await house.conversations()) - before
            await front.answers(begun, "Noted.")
            assert await house.said(begun) == [f"mail {steps}"]
            assert await front.store.claim(thread_id=begun) is None, f"died at step {steps}"


async def test_an_engine_may_die_at_any_step_of_taking_a_webhook(front: Front) -> None:
    async with mail_house(front) as mails:
        gateway = mails.deps.gateway
        for steps in range(6):
            life, address = Life(steps), f"U{steps}"
            message = ChannelMessage(
                channel="slack",
                message_id=f"D0:{steps}",
                address=address,
                text=f"webhook {steps}",
                reply_to={"channel": f"D{steps}"},
            )
            dying = InboundDeps(
                gateway=replace(gateway, accept=DyingAccept(gateway.accept, life)),
                ways=WaysBack(DyingTenants(gateway.tenants, life), gateway.vault, front.clock),
                token="",
                delivery_changed=mails.deps.delivery_changed,
            )
            ways = WaysBack(gateway.tenants, gateway.vault, front.clock)
            with contextlib.suppress(Died):
                await take(dying, message)
            for _ in range(2):
                stored = orjson.loads((await take(replace(dying, gateway=gateway, ways=ways), message)).body)

            conversation = stored["conversation_id"]
            await front.answers(conversation, "Noted.")
            assert await mails.said(conversation) == [f"webhook {steps}"]
            assert await front.store.claim(thread_id=conversation) is None, f"died at step {steps}"
            assert await ways.find(TENANT, "slack", address) == {"channel": f"D{steps}"}


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
