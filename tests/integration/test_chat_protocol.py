"""The AsyncAPI document of `/ws/chat` against what really goes over the socket."""

from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

import aiohttp
import orjson
import pytest
from jsonschema import Draft202012Validator

from app.gateway.chat_protocol import CLIENT, SERVER, document, written
from app.turns.typing import Typing
from tests.integration.front import TENANT, Front, open_front

DOCS = Path(__file__).parents[2] / "docs" / "chat.asyncapi.json"
SPOKEN_ALOUD = {"provisional", "retract"}
"""Frames that need a model that writes; their shapes are tried where those are tested."""


def payload_of(name: str) -> Draft202012Validator:
    """What the document says of one frame."""
    told: Mapping[str, Any] = orjson.loads(written())
    schema = told["components"]["messages"][name]["payload"]
    return Draft202012Validator({**schema, "components": told["components"]})


@pytest.fixture(scope="module")
async def front(database: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Front]:
    async with open_front(database, Path(tmp_path_factory.mktemp("protocol"))) as opened:
        yield opened


class Line:
    """A socket that keeps every frame of both directions."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self.socket = socket
        self.heard: list[dict[str, Any]] = []

    async def say(self, frame: Mapping[str, Any]) -> None:
        await self.socket.send_json(frame)

    async def hear(self, kind: str) -> dict[str, Any]:
        """Wait for a frame of a type."""
        while True:
            frame = dict(await self.socket.receive_json(timeout=10))
            self.heard.append(frame)
            if frame["type"] == kind:
                return frame


async def test_every_frame_of_a_conversation_is_as_the_document_says(front: Front) -> None:
    async with front.session.ws_connect(f"{front.url}/ws/chat") as socket:
        line = Line(socket)
        await line.say({"type": "hello"})
        conversation = (await line.hear("welcome"))["conversation_id"]
        await line.say({"type": "ping"})
        await line.hear("pong")
        await line.say({"type": "message", "id": "m1", "text": "hello"})
        await line.hear("ack")
        await front.hands_off(conversation)
        await line.hear("status")
        await line.say({"type": "message", "id": "m2", "text": ""})
        await line.hear("error")
        front.hub.types(Typing(tenant_id=TENANT, conversation_id=conversation, who="agent"))
        while not (await line.hear("working")).get("on"):
            continue
        front.hub.types(Typing(tenant_id=TENANT, conversation_id=conversation, who="agent", read_no=1))
        await line.hear("seen")
    seen = {frame["type"] for frame in line.heard}
    assert seen | SPOKEN_ALOUD == {*document()["components"]["messages"]} - {
        "hello",
        "message",
        "typing",
        "read",
        "ping",
    }
    for frame in line.heard:
        payload_of(frame["type"]).validate(frame)


@pytest.mark.parametrize(
    "frame",
    [
        {"type": "hello", "token": "x", "last_entry_no": 4},
        {"type": "message", "id": "m", "text": "hi", "payload": "/affirm"},
        {"type": "message", "id": "m", "attachments": ["att_1"]},
        {"type": "typing"},
        {"type": "read", "entry_no": 3},
        {"type": "ping"},
    ],
)
def test_what_clients_send_fits_the_document(frame: dict[str, Any]) -> None:
    payload_of(frame["type"]).validate(frame)


@pytest.mark.parametrize(
    "frame", [{"type": "message", "text": "no id"}, {"type": "hello", "last_entry_no": -1}, {"type": "ping2"}]
)
async def test_what_the_document_refuses_the_socket_refuses_too(front: Front, frame: dict[str, Any]) -> None:
    kind = frame["type"] if frame["type"] in document()["components"]["messages"] else "ping"
    assert not payload_of(kind).is_valid(frame)
    async with front.session.ws_connect(f"{front.url}/ws/chat") as socket:
        line = Line(socket)
        await line.say({"type": "hello"} if kind == "message" else frame)
        if kind == "message":
            await line.hear("welcome")
            await line.say(frame)
        assert (await line.hear("error"))["problem"]["status"] == 422


def test_the_file_in_docs_is_the_document_that_is_served() -> None:
    assert DOCS.read_bytes() == written(), "write it anew: `frontdesk asyncapi > docs/chat.asyncapi.json`"


def test_every_reference_of_the_document_leads_somewhere() -> None:
    told = orjson.loads(written())

    def references(value: Any) -> list[str]:
        if isinstance(value, dict):
            own = [value["$ref"]] if isinstance(value.get("$ref"), str) else []
            return own + [one for inner in value.values() for one in references(inner)]
        return [one for inner in value for one in references(inner)] if isinstance(value, list) else []

    for reference in references(told):
        at = told
        for part in reference.removeprefix("#/").split("/"):
            at = at[part]
    assert len(told["components"]["messages"]) == len(CLIENT) + len(SERVER)
