"""The widget's socket: begin, resume, see who speaks, lose nothing."""

import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import orjson
import pytest

from app.handoff.outcomes import AgentName
from app.handoff.service import claim, release, speak
from tests.integration.front import Front, open_front

RUNA = AgentName(agent_id="runa", name="Runa Solberg")


@pytest.fixture(scope="module")
async def front(database: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Front]:
    async with open_front(database, tmp_path_factory.mktemp("front")) as opened:
        yield opened


class Widget:
    """The customer's side of the socket."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self.socket = socket

    async def send(self, **frame: Any) -> None:
        await self.socket.send_str(orjson.dumps(frame).decode())

    async def next(self, kind: str) -> dict[str, Any]:
        """Return the next frame of a kind; what comes between is skipped."""
        while True:
            frame: dict[str, Any] = orjson.loads(await self.socket.receive_str(timeout=10))
            if frame["type"] == kind:
                return frame

    async def entry(self, text: str) -> dict[str, Any]:
        """Return the entry with this text."""
        while True:
            frame = await self.next("entry")
            if frame["entry"]["text"] == text:
                entry: dict[str, Any] = frame["entry"]
                return entry

    async def speaker(self, kind: str) -> dict[str, Any]:
        """Return the status frame in which this kind of speaker begins."""
        while True:
            frame = await self.next("status")
            if frame["speaker"]["kind"] == kind:
                return frame


@asynccontextmanager
async def widget(front: Front, **hello: Any) -> AsyncIterator[tuple[Widget, dict[str, Any]]]:
    async with front.session.ws_connect(f"{front.url}/ws/chat") as socket:
        opened = Widget(socket)
        await opened.send(type="hello", **hello)
        yield opened, await opened.next("welcome")


async def test_a_new_visitor_is_welcomed_by_the_assistant(front: Front) -> None:
    async with widget(front, customer_id="C-1001") as (_, welcome):
        assert welcome["company"] == "Lamps and more"
        assert welcome["speaker"]["kind"] == "assistant"
        assert welcome["entries"] == []


async def test_a_message_is_acknowledged_then_shown_with_its_answer(front: Front) -> None:
    async with widget(front, customer_id="C-1001") as (chat, welcome):
        await chat.send(type="message", id="m1", text="Where is it?")
        ack = await chat.next("ack")
        await chat.next("working")
        await front.answers(welcome["conversation_id"], "On its way.")

        assert ack["id"] == "m1"
        assert (await chat.entry("Where is it?"))["sender"] == "customer"
        assert (await chat.entry("On its way."))["seq"] == ack["seq"]


async def test_a_message_sent_twice_is_acknowledged_with_the_same_seq(front: Front) -> None:
    async with widget(front) as (chat, _):
        await chat.send(type="message", id="same", text="Hello")
        first = await chat.next("ack")
        await chat.send(type="message", id="same", text="Hello")

        assert (await chat.next("ack"))["seq"] == first["seq"]


async def test_a_message_id_with_another_text_is_an_error_frame_for_that_message(front: Front) -> None:
    async with widget(front) as (chat, _):
        await chat.send(type="message", id="same", text="Hello")
        await chat.next("ack")
        await chat.send(type="message", id="same", text="Something else")

        refused = await chat.next("error")

    assert (refused["id"], refused["problem"]["type"]) == ("same", "/problems/other-message")


@pytest.mark.parametrize(
    ("frame", "field", "reason"),
    [
        ('{"type":"zebra"}', "type", "must be one of 'hello', 'message', 'typing', 'read', 'ping'"),
        ("{}", "type", "is missing"),
        ('["zebra"]', "body", "must be an object"),
        ('{"type":"message","id":7,"text":"zebra"}', "id", "Input should be a valid string"),
    ],
)
async def test_an_error_frame_names_the_field_and_repeats_no_value(
    front: Front, frame: str, field: str, reason: str
) -> None:
    async with widget(front) as (chat, _):
        await chat.socket.send_str(frame)
        refused = await chat.next("error")

    assert refused["problem"]["errors"] == [{"field": field, "reason": reason}]
    assert "zebra" not in orjson.dumps(refused).decode()


async def test_a_token_resumes_where_the_visitor_left(front: Front) -> None:
    async with widget(front, customer_id="C-1001") as (chat, welcome):
        await chat.send(type="message", id="m1", text="Are you there?")
        await chat.next("ack")
        await front.answers(welcome["conversation_id"], "I am.")
        seen = await chat.entry("Are you there?")

    async with widget(front, token=welcome["token"], last_entry_no=seen["entry_no"]) as (_, again):
        assert again["conversation_id"] == welcome["conversation_id"]
        assert [entry["text"] for entry in again["entries"]] == ["I am."]


async def test_a_forged_token_begins_a_new_conversation(front: Front) -> None:
    async with widget(front, customer_id="C-1001") as (_, welcome):
        body, _, mac = welcome["token"].partition(".")
    forged = f"{body}.{'A' * len(mac)}"

    async with widget(front, token=forged) as (_, again):
        assert again["conversation_id"] != welcome["conversation_id"]


async def test_a_customer_id_from_another_sites_page_is_not_believed(front: Front) -> None:
    headers = {"Origin": "https://elsewhere.example"}
    async with front.session.ws_connect(f"{front.url}/ws/chat", headers=headers) as socket:
        chat = Widget(socket)
        await chat.send(type="hello", customer_id="C-1001")
        welcome = await chat.next("welcome")
        await chat.send(type="message", id="m1", text="Hello")
        await chat.next("ack")

    status, shown = await front.call("GET", f"/api/v1/conversations/{welcome['conversation_id']}")
    assert status == 200
    assert shown["verified"] is False
    assert shown["profile"]["external_id"] is None


async def test_the_customer_sees_who_speaks_but_not_what_is_for_colleagues(front: Front) -> None:
    async with widget(front, customer_id="C-1001") as (chat, welcome):
        conversation = welcome["conversation_id"]
        await chat.send(type="message", id="m1", text="A person, please")
        await chat.next("ack")
        await front.hands_off(conversation)
        assert (await chat.next("status"))["speaker"]["kind"] == "nobody"
        await claim(front.handoff, "t1", conversation, RUNA)
        assert (await chat.next("status"))["speaker"] == {"kind": "agent", "name": "Runa"}
        await speak(front.handoff, "t1", conversation, RUNA, "a1", "Hello, this is Runa.")
        entry = await chat.entry("Hello, this is Runa.")
        await release(front.handoff, "t1", conversation, RUNA)
        back = await chat.speaker("assistant")

    assert entry["sender"] == "agent"
    assert back["status"] == "active"
    async with widget(front, token=welcome["token"]) as (_, again):
        assert {entry["kind"] for entry in again["entries"]} == {"message"}


@pytest.mark.parametrize(
    ("frame", "problem"),
    [
        ("no json", "/problems/not-json"),
        ('{"type":"dance"}', "/problems/wrong-fields"),
        ('{"type":"message","id":"m1"}', "/problems/wrong-fields"),
        ('{"type":"message","id":"m1","text":"a\\u0000b"}', "/problems/unreadable-text"),
        ('{"type":"message","id":"m1","text":"\\ud800"}', "/problems/unreadable-text"),
        (orjson.dumps({"type": "message", "id": "m1", "text": "a" * 70_000}).decode(), "/problems/too-large"),
    ],
)
async def test_a_bad_frame_is_answered_by_a_problem_and_the_socket_goes_on(
    front: Front, frame: str, problem: str
) -> None:
    async with widget(front) as (chat, _):
        await chat.socket.send_str(frame)
        assert (await chat.next("error"))["problem"]["type"] == problem

        await chat.send(type="ping")
        await chat.next("pong")


async def test_a_binary_frame_is_a_problem_too(front: Front) -> None:
    async with widget(front) as (chat, _):
        await chat.socket.send_bytes(secrets.token_bytes(8))

        assert (await chat.next("error"))["problem"]["type"] == "/problems/not-json"


async def test_whoever_does_not_say_hello_first_is_sent_away(front: Front) -> None:
    async with front.session.ws_connect(f"{front.url}/ws/chat") as socket:
        chat = Widget(socket)
        await chat.send(type="message", id="m1", text="Hello")

        assert (await chat.next("error"))["problem"]["type"] == "/problems/hello-first"
        assert (await socket.receive()).type == aiohttp.WSMsgType.CLOSE
