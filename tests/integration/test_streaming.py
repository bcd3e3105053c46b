"""Sentences are shown while a model writes, on the widget's socket and to the API; a lost turn's are not."""

import secrets
from collections.abc import AsyncIterator
from typing import Any

import orjson
import pytest

from app.handoff.outcomes import AgentName
from app.handoff.service import claim as take_over
from app.turns.aloud import TurnAloud
from graphs.draft import Draft, Reply
from tests.integration.front import Front, open_front
from tests.integration.test_gateway_chat import widget

RUNA = AgentName(agent_id="runa", name="Runa Solberg")


@pytest.fixture(scope="module")
async def front(database: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Front]:
    async with open_front(database, tmp_path_factory.mktemp("front")) as opened:
        yield opened


async def test_the_widget_sees_sentences_and_then_the_message(front: Front) -> None:
    async with widget(front, customer_id="C-1001") as (chat, welcome):
        await chat.send(type="message", id="m1", text="Where is it?")
        ack = await chat.next("ack")
        claim = await front.claim(welcome["conversation_id"])
        aloud = TurnAloud(claim, front.hub, front.store.holds)
        assert await aloud.say("It is on its way.")
        assert await aloud.say("Tomorrow it is there.")
        await front.commit(claim, Draft(replies=[Reply(text="It is on its way, tomorrow it is there.")]))

        first, second = await chat.next("provisional"), await chat.next("provisional")
        assert (first["seq"], first["number"], first["text"]) == (ack["seq"], 1, "It is on its way.")
        assert (second["number"], second["text"]) == (2, "Tomorrow it is there.")
        assert (await chat.next("entry"))["entry"]["seq"] == ack["seq"]


async def test_a_worker_that_lost_its_turn_shows_nothing_more(front: Front) -> None:
    async with widget(front, customer_id="C-1001") as (chat, welcome):
        await chat.send(type="message", id="m1", text="Where is it?")
        await chat.next("ack")
        claim = await front.claim(welcome["conversation_id"])
        aloud = TurnAloud(claim, front.hub, front.store.holds)
        assert await aloud.say("It is on its way.")
        await take_over(front.handoff, "t1", welcome["conversation_id"], RUNA)
        assert not await aloud.say("Tomorrow it is there.")
        await aloud.retract()

        assert (await chat.next("provisional"))["text"] == "It is on its way."
        assert (await chat.next("retract"))["seq"] == claim.seq


async def test_nobody_is_asked_and_nothing_kept_where_nobody_listens(front: Front) -> None:
    conversation = await front.says("Where is it?")
    claim = await front.claim(conversation)
    aloud = TurnAloud(claim, front.hub, front.store.holds)
    assert await aloud.say("It is on its way.")
    async with widget(front) as (chat, _):
        await chat.send(type="ping")
        assert (await chat.next("pong"))["type"] == "pong"


async def test_the_api_streams_sentences_and_ends_with_the_answer(front: Front) -> None:
    message = {"channel": "web", "message_id": secrets.token_hex(8), "text": "Where?", "address": "api-1"}
    headers = {"X-API-Key": front.key, "Accept": "text/event-stream", "Content-Type": "application/json"}
    url = f"{front.url}/api/v1/messages?wait=10"
    async with front.session.post(url, data=orjson.dumps(message), headers=headers) as response:
        assert response.headers["Content-Type"].startswith("text/event-stream")
        name, stored = await next_event(response.content)
        assert name == "stored"
        claim = await front.claim(stored["conversation_id"])
        aloud = TurnAloud(claim, front.hub, front.store.holds)
        await aloud.say("It is on its way.")
        await front.commit(claim, Draft(replies=[Reply(text="It is on its way!")]))
        told = [await next_event(response.content), await next_event(response.content)]
    assert [name for name, _ in told] == ["provisional", "answer"]
    assert told[0][1] == {"seq": stored["seq"], "number": 1, "text": "It is on its way."}
    assert [entry["text"] for entry in told[1][1]["replies"]] == ["It is on its way!"]


async def next_event(stream: Any) -> tuple[str, Any]:
    """Read one server-sent event."""
    raw = (await stream.readuntil(b"\n\n")).decode().splitlines()
    return raw[0].removeprefix("event: "), orjson.loads(raw[1].removeprefix("data: "))
