"""Sittings: warned of, closed, gone on with, archived; on the real database."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import orjson
import pytest

from app.sessions.keeping import SessionDeps, Sessions
from graphs.draft import Draft, Reply
from policies.sessions import SessionTimes
from tests.integration.front import TENANT, Front, open_front
from tests.talk import shelf

TIMES = SessionTimes()
MINUTE = timedelta(minutes=1)


@pytest.fixture(scope="module")
async def front(database: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Front]:
    async with open_front(database, tmp_path_factory.mktemp("front")) as opened:
        yield opened


@pytest.fixture(scope="module")
def keeping(front: Front) -> Sessions:
    return engine(front)


def engine(front: Front) -> Sessions:
    """What one engine does for sittings."""
    return Sessions(
        SessionDeps(
            tenants=front.database,
            vault=front.vault,
            hub=front.hub,
            books=shelf(),
            clock=front.clock,
            signs=front.signs,
        )
    )


async def answered(front: Front, keeping: Sessions, customer: str, intent: str | None = None) -> str:
    """A conversation in which the assistant had the last word just now."""
    conversation = await front.says("Where is my order?", customer=customer)
    claim = await front.claim(conversation)
    await front.commit(claim, Draft(replies=[Reply(text="It leaves today.")], intent=intent))
    await keeping.visit(TENANT)
    return conversation


async def pause(front: Front, keeping: Sessions, minutes: float) -> None:
    front.clock.ahead += MINUTE * minutes
    await keeping.visit(TENANT)


async def sessions(front: Front, conversation: str) -> dict[str, Any]:
    status, shown = await front.call("GET", f"/api/v1/conversations/{conversation}/sessions")
    assert status == 200, shown
    return dict(shown)


async def notices(front: Front, conversation: str) -> list[str]:
    _, shown = await front.call("GET", f"/api/v1/conversations/{conversation}")
    return [entry["text"] for entry in shown["timeline"] if entry["kind"] == "notice"]


async def status_of(front: Front, conversation: str) -> str:
    _, shown = await front.call("GET", f"/api/v1/conversations/{conversation}")
    return str(shown["status"])


async def write_on(front: Front, conversation: str, text: str = "One more thing.") -> str:
    """Write to a conversation by its id; returns the one in which the message stands."""
    message = {"channel": "web", "message_id": text, "text": text, "conversation_id": conversation}
    status, stored = await front.call("POST", "/api/v1/messages", message)
    assert status == 202, stored
    return str(stored["conversation_id"])


async def test_a_silent_customer_is_warned_once_and_the_sitting_closed_once(front: Front) -> None:
    engines = [engine(front) for _ in range(3)]
    conversation = await answered(front, engines[0], "C-silent")

    front.clock.ahead += 26 * MINUTE
    await asyncio.gather(*(one.visit(TENANT) for one in engines))
    warned = await sessions(front, conversation)
    front.clock.ahead += 5 * MINUTE
    await asyncio.gather(*(one.visit(TENANT) for one in engines))
    closed = await sessions(front, conversation)

    warning, closing = await notices(front, conversation)
    assert "in 4 minutes" in warning
    assert "closed" in closing
    assert [one["state"] for one in (warned["items"][0], closed["items"][0])] == ["ending", "closed"]
    assert len(closed["items"]) == 1
    assert await status_of(front, conversation) == "active"


async def test_a_message_after_the_end_goes_on_in_the_same_conversation_with_its_memory(
    front: Front, keeping: Sessions
) -> None:
    conversation = await answered(front, keeping, "C-returns")
    await pause(front, keeping, 26)
    await pause(front, keeping, 60)

    same = await write_on(front, conversation, "And when does it arrive?")
    await front.answers(same, "On Friday.")
    shown = await sessions(front, conversation)

    assert same == conversation
    first, second = shown["items"]
    assert (first["state"], second["state"]) == ("closed", "open")
    assert second["resumes"] == first["session_id"]


async def test_who_types_is_not_cut_off(front: Front, keeping: Sessions) -> None:
    conversation = await answered(front, keeping, "C-types")
    await pause(front, keeping, 26)
    front.signs.types(TENANT, conversation, front.clock())
    await pause(front, keeping, 10)

    (only,) = (await sessions(front, conversation))["items"]
    assert only["state"] == "open"


async def test_a_message_on_its_way_keeps_the_sitting_open(front: Front, keeping: Sessions) -> None:
    conversation = await answered(front, keeping, "C-way")
    await pause(front, keeping, 26)
    await write_on(front, conversation, "Yes, I am here.")
    await pause(front, keeping, 10)
    (waiting,) = (await sessions(front, conversation))["items"]
    await front.answers(conversation, "Good.")
    await pause(front, keeping, 0)
    (only,) = (await sessions(front, conversation))["items"]

    assert waiting["closed_at"] is None
    assert (only["state"], only["warned_at"]) == ("open", None)


async def test_whoever_waits_for_a_person_is_neither_warned_nor_closed(
    front: Front, keeping: Sessions
) -> None:
    conversation = await front.says("I want a person.", customer="C-waits")
    await front.hands_off(conversation)
    await keeping.visit(TENANT)
    await pause(front, keeping, 26)
    await pause(front, keeping, 60)

    (only,) = (await sessions(front, conversation))["items"]
    assert only["state"] == "open"
    assert not [text for text in await notices(front, conversation) if "close" in text]


async def test_whoever_said_goodbye_is_not_asked_whether_they_are_still_there(
    front: Front, keeping: Sessions
) -> None:
    conversation = await answered(front, keeping, "C-bye", "goodbye")
    await pause(front, keeping, 26)
    await pause(front, keeping, 10)

    assert await notices(front, conversation) == []
    assert (await sessions(front, conversation))["items"][0]["state"] == "closed"


async def test_after_a_day_the_conversation_is_archived_and_can_still_be_read(
    front: Front, keeping: Sessions
) -> None:
    conversation = await answered(front, keeping, "C-day")
    with_person = await front.says("A person, please.", customer="C-person")
    await front.hands_off(with_person)
    deciding = await front.says("My money back.", customer="C-decide")
    await front.wants_approval(deciding)
    await pause(front, keeping, 23 * 60)
    before = await status_of(front, conversation)
    await pause(front, keeping, 61)

    assert (before, await status_of(front, conversation)) == ("active", "archived")
    _, shown = await front.call("GET", f"/api/v1/conversations/{conversation}")
    assert "It leaves today." in [entry["text"] for entry in shown["timeline"]]
    assert await status_of(front, with_person) == "escalating"
    assert await status_of(front, deciding) == "active"


async def test_messages_to_an_archived_conversation_go_on_in_one_that_is_linked_to_it(
    front: Front, keeping: Sessions
) -> None:
    old = await answered(front, keeping, "C-linked")
    await pause(front, keeping, 25 * 60)
    first = await asyncio.gather(*(write_on(front, old, f"Hello again {n}") for n in range(6)))
    again = await write_on(front, old, "Are you there?")
    for _ in range(7):
        await front.answers(again, "Yes.")
    await pause(front, keeping, 25 * 60)
    later = await write_on(front, old, "And a day later.")

    assert set(first) == {again}
    assert len({old, again, later}) == 3
    assert (await sessions(front, later))["continues"] == again
    assert (await sessions(front, again))["continues"] == old
    assert (await sessions(front, old))["continued_by"] == later


async def test_an_open_widget_follows_into_the_conversation_that_goes_on(
    front: Front, keeping: Sessions
) -> None:
    async with front.session.ws_connect(f"{front.url.replace('http', 'ws')}/ws/chat") as socket:
        await socket.send_str(orjson.dumps({"type": "hello"}).decode())
        welcome = await next_frame(socket, "welcome")
        await say(socket, "m1", "Hello")
        old = welcome["conversation_id"]
        await next_frame(socket, "ack")
        await front.answers(old, "Good day.")
        await next_frame(socket, "entry")
        await pause(front, keeping, 0)
        await pause(front, keeping, 25 * 60)
        await say(socket, "m2", "I am back")
        moved = await next_frame(socket, "welcome")
        await front.answers(moved["conversation_id"], "Welcome back.")
        said = [(await next_frame(socket, "entry"))["entry"]["text"] for _ in range(2)]

    assert moved["conversation_id"] != old
    assert said == ["I am back", "Welcome back."]


async def test_an_agent_sees_whether_the_customer_is_there(front: Front, keeping: Sessions) -> None:
    conversation = await answered(front, keeping, "C-there")
    unseen = await sessions(front, conversation)
    front.signs.beat(TENANT, conversation, front.clock())
    await keeping.visit(TENANT)
    seen = await sessions(front, conversation)
    front.clock.ahead += 2 * MINUTE
    left = await sessions(front, conversation)

    assert [one["presence"] for one in (unseen, seen, left)] == ["gone", "here", "gone"]


async def say(socket: Any, message_id: str, text: str) -> None:
    await socket.send_str(orjson.dumps({"type": "message", "id": message_id, "text": text}).decode())


async def next_frame(socket: Any, kind: str) -> dict[str, Any]:
    """The next frame of a kind; others are passed over."""
    async with asyncio.timeout(10):
        while True:
            frame = orjson.loads((await socket.receive()).data)
            if frame["type"] == kind:
                return dict(frame)
