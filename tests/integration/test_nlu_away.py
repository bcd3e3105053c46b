"""While the NLU service is gone, hung or talks nonsense, every turn still ends well, and nothing is begun."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp
import pytest

from app.embedded.children import NLU_PYTHON, free_port, nlu_child
from app.embedded.supervisor import Supervisor
from app.understanding.nlu_client import LIMITS, NluClient
from graphs.ports import Hints, InterpreterAway
from tests.fakes.nlu import FAULTS, LoopbackNlu, loopback_nlu
from tests.learning import trained
from tests.talk import MEANINGS, Talk, said

HINTS = Hints(
    last_intents=("order_track", "refund_request"),
    entities={"order_id": "1042"},
    tier="gold",
    channel="web",
    minutes=3.21,
    language="en",
)
LATER = LIMITS.open_s + 0.1


@dataclass
class Clock:
    """A steady clock that a test moves."""

    now: float = 1000.0

    def __call__(self) -> float:
        return self.now


@dataclass
class Desk:
    """A conversation over the real client and a service that can fail."""

    nlu: LoopbackNlu
    clock: Clock
    client: NluClient
    talk: Talk = field(init=False)

    def __post_init__(self) -> None:
        self.talk = Talk(interpreter=self.client)  # type: ignore[arg-type]


@pytest.fixture
async def desk() -> AsyncIterator[Desk]:
    clock = Clock()
    async with loopback_nlu(dict(MEANINGS)) as nlu, aiohttp.ClientSession() as session:
        yield Desk(nlu, clock, NluClient(session, nlu.url, clock))


@pytest.mark.parametrize("fault", FAULTS)
async def test_no_turn_fails_and_no_effect_is_begun_however_the_service_fails(desk: Desk, fault: str) -> None:
    talk = desk.talk
    asked = await talk.say("refund #1042 please")
    assert "€149.99" in said(asked)

    desk.nlu.fault = fault
    desk.clock.now += LATER
    waits = await talk.say("yes")
    assert waits.replies[0].template == "effect_waits"
    assert waits.starts == []
    assert talk.books.refunds == []

    unclear = await talk.say("could you kindly have it sent elsewhere")
    assert unclear.replies[0].template == "confirm_again"
    assert unclear.proposals == []
    assert (await talk.say("no")).changes[0].state == "cancelled", "leaving it as it is needs nobody"
    assert "Hello" in said(await talk.say("hello"))
    assert (await talk.say("let me talk to a human")).hand_off is not None

    desk.nlu.fault = None
    desk.clock.now += LATER
    talk.status, talk.waiting = "active", {}
    talk.snapshots.clear()
    assert "Order #1090" in said(await talk.say("where is order 1090 now?")), "it recovers by itself"


@pytest.mark.parametrize("fault", ["500", "breaks off", "no json"])
async def test_who_is_not_understood_is_asked_twice_and_then_gets_a_person(desk: Desk, fault: str) -> None:
    desk.nlu.fault = fault
    first = await desk.talk.say("my lamp has a crack in it")
    second = await desk.talk.say("it says so on the box as well")
    third = await desk.talk.say("what now")
    assert [draft.replies[0].template for draft in (first, second)] == ["clarify_away", "clarify_away"]
    assert third.hand_off is not None
    assert third.hand_off.kind == "unsure"
    assert [first.proposals, second.proposals, third.proposals] == [[], [], []]


async def test_an_answer_that_is_remembered_needs_no_service(desk: Desk) -> None:
    await desk.talk.say("where is order 1042?")
    desk.nlu.fault = "500"
    desk.clock.now += LATER
    assert "Order #1042" in said(await desk.talk.say("Where is order 1042?"))


async def test_a_bare_number_still_answers_the_question_for_it(desk: Desk) -> None:
    await desk.talk.say("I want to cancel")
    desk.nlu.fault = "no json"
    desk.clock.now += LATER
    asked = await desk.talk.say("1090")
    assert "Shall I cancel order #1090" in said(asked)
    assert asked.starts == []


async def test_a_service_that_keeps_failing_is_left_in_peace_and_tried_again_later(desk: Desk) -> None:
    desk.nlu.fault = "500"
    for number in range(20):
        with pytest.raises(InterpreterAway):
            await desk.client.parse(f"message {number}", HINTS)
    assert len(desk.nlu.bodies) == LIMITS.failures
    desk.nlu.fault, desk.clock.now = None, desk.clock.now + LATER
    assert (await desk.client.parse("where is it", HINTS)).intent == "order_track"


async def test_an_answer_a_moment_old_is_proof_enough_that_the_service_is_there(desk: Desk) -> None:
    await desk.client.parse("where is it", HINTS)
    assert await desk.client.present()
    assert len(desk.nlu.bodies) == 1
    desk.clock.now += LATER
    assert await desk.client.present()
    assert len(desk.nlu.bodies) == 2


async def test_what_the_conversation_knows_reaches_the_service(desk: Desk) -> None:
    await desk.client.parse("where is it", HINTS)
    assert desk.nlu.bodies == [
        {
            "text": "where is it",
            "metadata": {
                "last_intents": ["order_track", "refund_request"],
                "entities": {"order_id": "1042"},
                "tier": "gold",
                "channel": "web",
                "minutes": 3.2,
                "language": "en",
            },
        }
    ]


async def test_a_whole_conversation_tells_the_service_what_it_knows(desk: Desk) -> None:
    await desk.talk.say("where is my order #1042?")
    await desk.talk.say("and a refund for it?")
    told = desk.nlu.bodies[-1]["metadata"]
    assert told["last_intents"] == ["order_track"]
    assert told["entities"] == {"order_id": "1042"}
    assert (told["tier"], told["channel"], told["minutes"]) == ("standard", "web", 0.0)
    assert told["language"] == "en"


async def test_half_a_character_is_no_reason_to_fail(desk: Desk) -> None:
    understood = await desk.client.parse("where is \ud83d order 1042", HINTS)
    assert [one.value for one in understood.entities] == ["1042"]
    assert desk.nlu.bodies[0]["text"] == "where is ? order 1042"


async def test_a_remembered_answer_never_points_beside_the_words(desk: Desk) -> None:
    await desk.client.parse("where is order 1042", HINTS)
    spaced = "where   is order 1042"
    (found,) = (await desk.client.parse(spaced, HINTS)).entities
    assert spaced[found.start : found.end] == "1042"


@pytest.mark.timeout(420)
async def test_a_killed_service_is_done_without_and_comes_back(tmp_path: Path, servers_dir: Path) -> None:
    if not NLU_PYTHON.exists():
        pytest.skip("NLU's environment nlu/.venv is missing; `make setup` makes it")
    model = await trained()
    child = nlu_child(tmp_path, model.folder, model.fingerprint, free_port())
    back, clock = asyncio.Event(), Clock()
    supervisor = Supervisor(say=lambda line: back.set() if "runs again" in line else None)
    one = await supervisor.start(child)
    try:
        async with aiohttp.ClientSession() as session:
            client = NluClient(session, child.url, clock)
            talk = Talk(interpreter=client)  # type: ignore[arg-type]
            assert "Order #1042" in said(await talk.say("where is my order #1042?"))
            assert "Shall I cancel" in said(await talk.say("please cancel order 1090"))

            os.kill(one.running.pid, signal.SIGSTOP)
            clock.now += LATER
            hung = await talk.say("yes")
            assert hung.replies[0].template == "effect_waits"
            os.kill(one.running.pid, signal.SIGKILL)
            gone = await talk.say("what about the parcel I told you about")
            assert gone.replies[0].template == "confirm_again"
            assert talk.books.orders["1090"].status == "processing"

            await back.wait()
            clock.now += LATER
            await talk.say("yes")
            assert talk.books.orders["1090"].status == "cancelled"
    finally:
        await supervisor.stop()
