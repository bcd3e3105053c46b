"""Files through a running front door: brought, sent with a message, read by links, refused, forgotten."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import aiohttp
import orjson
import pytest

from app.attachments.scanning import Clamd
from app.problems import Problem
from tests.integration.front import TENANT, Front, give_key, open_front
from tests.peers.clamd import EICAR, clamd

PNG = b"\x89PNG\r\n\x1a\n" + b"picture" * 100


@pytest.fixture(scope="module")
async def front(database: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Front]:
    async with open_front(database, Path(tmp_path_factory.mktemp("files"))) as opened:
        yield opened


async def upload(
    front: Front, content: bytes = PNG, *, name: str = "lamp.png", **headers: str
) -> tuple[int, Any]:
    """Bring a file with the key of every scope, or with what the headers say."""
    sent = headers or {"X-API-Key": front.key}
    url = f"{front.url}/api/v1/attachments"
    async with front.session.post(url, params={"name": name}, data=content, headers=sent) as response:
        return response.status, await response.json(content_type=None)


async def hello(socket: aiohttp.ClientWebSocketResponse) -> dict[str, Any]:
    """Begin as a visitor."""
    await socket.send_json({"type": "hello"})
    return dict(await socket.receive_json())


async def test_a_picture_is_brought_sent_and_read_by_an_agent_and_its_customer(front: Front) -> None:
    async with front.session.ws_connect(f"{front.url}/ws/chat") as socket:
        welcome = await hello(socket)
        mine = {"X-Customer-Token": welcome["token"]}
        status, stored = await upload(front, **mine)
        assert status == 201, stored
        assert (stored["media_type"], stored["size"], stored["name"]) == ("image/png", len(PNG), "lamp.png")
        await socket.send_json({"type": "message", "id": "m1", "attachments": [stored["attachment_id"]]})
        assert (await socket.receive_json())["type"] == "ack"
    await front.answers(welcome["conversation_id"], "I see it.")
    _, shown = await front.call("GET", f"/api/v1/conversations/{welcome['conversation_id']}")
    asked = next(entry for entry in shown["timeline"] if entry["sender"] == "customer")
    assert asked["text"] == "[lamp.png]"
    assert asked["attachments"][0]["attachment_id"] == stored["attachment_id"]
    path = f"/api/v1/attachments/{stored['attachment_id']}/link"
    for headers in ({"X-API-Key": front.key}, mine):
        async with front.session.post(front.url + path, headers=headers) as response:
            url = (await response.json())["url"]
        async with front.session.get(front.url + url) as response:
            assert await response.read() == PNG
            assert response.headers["X-Content-Type-Options"] == "nosniff"
            assert "sandbox" in response.headers["Content-Security-Policy"]


async def test_what_lies_in_the_store_is_not_the_file(front: Front) -> None:
    _, stored = await upload(front)
    assert front.files is not None
    kept = await front.files.blobs.get(f"{TENANT}/{stored['attachment_id']}")
    assert PNG[:16] not in kept
    assert b"picture" not in kept


async def test_an_oversized_file_is_refused_before_it_was_all_sent(front: Front) -> None:
    status, problem = await upload(front, PNG + b"x" * 300_000)
    assert (status, problem["type"]) == (413, "/problems/file-too-large")

    async def endless() -> AsyncIterator[bytes]:
        for _ in range(50):
            yield PNG * 20

    async with front.session.post(
        f"{front.url}/api/v1/attachments", data=endless(), headers={"X-API-Key": front.key}
    ) as response:
        assert response.status == 413


@pytest.mark.parametrize(
    ("content", "status", "slug"),
    [
        (b"<html><script>steal()</script>", 415, "kind-not-taken"),
        (b"MZ\x90 a program called photo.png", 415, "kind-not-taken"),
        (b"", 422, "empty-file"),
    ],
)
async def test_what_a_file_is_counts_and_not_its_name(
    front: Front, content: bytes, status: int, slug: str
) -> None:
    assert (await upload(front, content, name="photo.png"))[0] == status
    assert (await upload(front, content, name="photo.png"))[1]["type"] == f"/problems/{slug}"


async def test_nobody_sends_a_file_that_another_brought(front: Front) -> None:
    _, stored = await upload(front)
    other = await give_key(front, "another", ("messages:write",))
    message = {
        "channel": "web",
        "message_id": "stolen",
        "address": "x",
        "text": "look",
        "attachments": [{"attachment_id": stored["attachment_id"]}],
    }
    status, problem = await front.call("POST", "/api/v1/messages", message, key=other)
    assert (status, problem["type"]) == (422, "/problems/no-such-file")
    assert (await front.call("POST", "/api/v1/messages", message))[0] == 202


async def test_another_visitor_gets_no_link(front: Front) -> None:
    _, stored = await upload(front)
    async with front.session.ws_connect(f"{front.url}/ws/chat") as socket:
        stranger = (await hello(socket))["token"]
    url = f"{front.url}/api/v1/attachments/{stored['attachment_id']}/link"
    async with front.session.post(url, headers={"X-Customer-Token": stranger}) as response:
        assert response.status == 404
    async with front.session.post(url) as response:
        assert response.status == 401


async def test_a_link_ends_by_itself(front: Front) -> None:
    _, stored = await upload(front)
    async with front.session.get(front.url + stored["url"]) as response:
        assert response.status == 200
    front.clock.ahead += timedelta(minutes=16)
    async with front.session.get(front.url + stored["url"]) as response:
        assert response.status == 404
        assert orjson.loads(await response.read())["type"] == "/problems/link-over"


async def test_an_infected_file_is_refused_and_without_the_scanner_none_is_taken(front: Front) -> None:
    assert front.files is not None
    async with clamd() as address:
        files = replace(front.files, scanner=Clamd(address))
        stored = await files.take(TENANT, "key:all", "fine.png", PNG)
        assert stored.attachment_id is not None
        with pytest.raises(Problem) as refused:
            await files.take(TENANT, "key:all", "bad.txt", EICAR)
        assert refused.value.slug == "infected-file"
    with pytest.raises(Problem) as away:
        await files.take(TENANT, "key:all", "fine.png", PNG)
    assert (away.value.status, away.value.headers["Retry-After"]) == (503, "60")


async def test_a_file_that_no_message_brought_is_forgotten_after_a_day_and_a_sent_one_stays(
    front: Front,
) -> None:
    assert front.files is not None
    _, unused = await upload(front)
    _, used = await upload(front)
    message = {
        "channel": "web",
        "message_id": "keeps",
        "address": "y",
        "attachments": [{"attachment_id": used["attachment_id"]}],
    }
    assert (await front.call("POST", "/api/v1/messages", message))[0] == 202
    front.clock.ahead += timedelta(hours=25)
    await front.files.blobs.put(f"{TENANT}/att_orphan", b"its conversation was deleted")
    await front.files.sweep(TENANT)
    keys = await front.files.blobs.keys(TENANT)
    assert f"{TENANT}/{used['attachment_id']}" in keys
    assert f"{TENANT}/{unused['attachment_id']}" not in keys
    assert f"{TENANT}/att_orphan" not in keys


async def test_a_file_that_its_channel_keeps_stands_in_the_timeline_with_its_address(front: Front) -> None:
    message = {
        "channel": "sms",
        "message_id": "mms-1",
        "address": "z",
        "attachments": [{"url": "https://media.example/1.jpg", "content_type": "image/jpeg"}],
    }
    status, stored = await front.call("POST", "/api/v1/messages", message)
    assert status == 202, stored
    await front.answers(stored["conversation_id"], "I see.")
    _, shown = await front.call("GET", f"/api/v1/conversations/{stored['conversation_id']}")
    assert shown["timeline"][0]["attachments"][0]["url"] == "https://media.example/1.jpg"
