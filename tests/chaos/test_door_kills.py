"""Whatever is killed while customers write and are answered: each message once, each answer at least once.

Here processes are killed at random; what one step after the other may break stands in `test_outbox_kills`.
"""

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from random import Random

import pytest

from app.channels.kit.peers.callback import CallbackPeer
from app.embedded.children import NLU_PYTHON
from tests.chaos.door_storm import DoorStorm, lines_in, open_door_storm, plain_text

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(900),
    pytest.mark.skipif(not NLU_PYTHON.exists(), reason="nlu/.venv is missing; `make setup` makes it"),
]
WITHIN_S = 400.0
EACH = ("engine", "connectors", "postgres", "valkey")
MANY = ("engine", "connectors", "engine", "postgres", "engine", "valkey", "engine") * 4


async def endured(
    storm: DoorStorm,
    customers: Mapping[str, int],
    lines: int,
    kills: Sequence[str],
    pauses: tuple[float, float],
) -> list[str]:
    """Let everybody write while things are killed, wait until all was answered, and find what is wrong."""
    people = [(channel, f"{channel}c{n}") for channel, count in customers.items() for n in range(count)]
    wanted = list(range(lines))
    async with asyncio.timeout(WITHIN_S), asyncio.TaskGroup() as group:
        group.create_task(storm.rages(kills, Random(11), pauses))
        for channel, customer in people:
            group.create_task(storm.writes(channel, customer, lines))
    async with asyncio.timeout(WITHIN_S):
        while any(set(storm.read(*one)) != set(wanted) for one in people):  # noqa: ASYNC110 - others answer
            await asyncio.sleep(0.1)
    shown = await storm.timelines()
    faults = [
        f"{who} was answered {read}" for one in people if first(read := storm.read(*(who := one))) != wanted
    ]
    for direction in ("inbound", "outbound"):
        texts = [text for way, text in shown if way == direction]
        for _, customer in people:
            if (stands := lines_in(texts, customer)) != wanted:
                faults.append(f"{direction} of {customer} in the timeline: {stands}")
    return faults + known_again(storm)


def first(numbers: Sequence[int]) -> list[int]:
    """Return each number once, in the order in which they came first."""
    return list(dict.fromkeys(numbers))


def known_again(storm: DoorStorm) -> list[str]:
    """Find answers that were repeated under another key than before, where the provider knows keys."""
    keys = Counter[str]()
    callback = storm.peers.get("callback")
    if isinstance(callback, CallbackPeer):
        keys.update(text for text, _ in {(one.text, one.key) for one in callback.heard})
    mails = {(plain_text(mail), mail["Message-ID"]) for _, mail in storm.office.mails}
    keys.update(text for text, _ in mails)
    return [f"{text!r} came under {count} keys" for text, count in keys.items() if count > 1]


async def test_messages_and_answers_survive_a_kill_of_each_process() -> None:
    async with open_door_storm(["slack"]) as storm:
        faults = await endured(storm, {"slack": 6, "email": 3}, 4, EACH, (0.2, 0.5))

        assert faults == []
        assert set(storm.killed) == set(EACH)


async def test_five_hundred_messages_and_answers_survive_kills_of_every_process() -> None:
    async with open_door_storm(["slack", "callback", "whatsapp"]) as storm:
        customers = {"slack": 15, "callback": 15, "whatsapp": 10, "email": 10}
        faults = await endured(storm, customers, 10, MANY, (0.1, 1.5))

        print(f"500 messages and answers, {storm.repeated} sent again, killed {dict(storm.killed)}")
        assert faults == []
        assert set(storm.killed) == set(EACH)
