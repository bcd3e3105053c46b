"""Too many messages at a running front door: refused on every way in, told once, and nothing of it stored."""

import secrets
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from policies.limits import DoorLimits, Rate
from tests.integration.front import TENANT, TOO_MANY, UNLIMITED, Front, give_key, open_front

THREE = Rate(count=1, per="minute", burst=3)
SOON = aiohttp.ClientTimeout(total=0.5)
NARROW = DoorLimits(other_channels=THREE, company=None)


@pytest.fixture(scope="module")
async def opened(database: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Front]:
    async with open_front(database, Path(tmp_path_factory.mktemp("limits"))) as front:
        yield front


@pytest.fixture
async def front(opened: Front) -> AsyncIterator[Front]:
    """A door that takes three messages of a sender."""
    opened.limits = NARROW
    yield opened
    opened.limits = UNLIMITED


async def stored(front: Front) -> int:
    async with front.database.tenant(TENANT) as conn:
        row = await (
            await conn.execute("select count(*) from inbox where tenant_id = %s", [TENANT])
        ).fetchone()
    return int(row[0]) if row else 0


async def write(front: Front, address: str, key: str = "", **more: Any) -> tuple[int, dict[str, Any], Any]:
    """Bring a message over the API."""
    message = {"channel": "sms", "message_id": secrets.token_hex(6), "text": "hi", "address": address, **more}
    headers = {"X-API-Key": key or front.key}
    async with front.session.post(f"{front.url}/api/v1/messages", json=message, headers=headers) as response:
        return response.status, await response.json(content_type=None), response.headers


async def test_a_sender_beyond_the_limit_is_refused_told_once_and_nothing_is_stored(front: Front) -> None:
    taken = [await write(front, "+4670001") for _ in range(3)]
    assert [status for status, _, _ in taken] == [202] * 3
    assert [headers["RateLimit-Remaining"] for _, _, headers in taken] == ["2", "1", "0"]
    before = await stored(front)
    status, problem, headers = await write(front, "+4670001")
    assert (status, problem["type"]) == (429, "/problems/too-many-messages")
    assert 0 < int(headers["Retry-After"]) <= 60
    assert headers["RateLimit-Policy"] == "1;w=60;burst=3"
    assert problem["notice"] == TOO_MANY
    assert "notice" not in (await write(front, "+4670001"))[1]
    assert await stored(front) == before
    assert (await write(front, "+4670002"))[0] == 202


async def test_two_hundred_deliveries_of_one_message_are_one_message_and_none_is_refused(
    front: Front,
) -> None:
    before = await stored(front)
    told = [await write(front, "+4670003", message_id="the-same") for _ in range(50)]
    assert {status for status, _, _ in told} == {202}
    assert await stored(front) == before + 1


async def test_a_widget_that_floods_reads_why_and_may_go_on_later(front: Front) -> None:
    async with front.session.ws_connect(f"{front.url}/ws/chat") as socket:
        await socket.send_json({"type": "hello"})
        await socket.receive_json()
        heard: list[dict[str, Any]] = []
        for number in range(5):
            await socket.send_json({"type": "message", "id": f"m{number}", "text": "hi"})
            while (
                not heard or heard[-1]["type"] not in ("ack", "error") or heard[-1].get("id") != f"m{number}"
            ):
                heard.append(await socket.receive_json(timeout=10))
    refused = [frame for frame in heard if frame["type"] == "error"]
    assert [frame["id"] for frame in refused] == ["m3", "m4"]
    assert [frame["problem"].get("notice") for frame in refused] == [TOO_MANY, None]


async def test_rasas_rest_channel_is_limited_too(front: Front) -> None:
    front.limits = DoorLimits(channels={"rest": Rate(count=1, per="hour", burst=1)}, company=None)
    sender = secrets.token_hex(4)
    message = {"sender": sender, "message": "hi", "metadata": {"message_id": "one"}}
    # The door is passed before anybody answers; the sender hangs up without waiting for that.
    with pytest.raises(TimeoutError):
        async with front.session.post(f"{front.url}/webhooks/rest/webhook", json=message, timeout=SOON):
            pass
    message["metadata"] = {"message_id": "two"}
    async with front.session.post(f"{front.url}/webhooks/rest/webhook", json=message) as response:
        assert response.status == 429


async def test_the_companys_limit_holds_for_a_plain_key_and_not_for_a_bulk_one(front: Front) -> None:
    front.limits = DoorLimits(other_channels=None, company=Rate(count=1, per="hour", burst=2))
    plain = await give_key(front, "plain", ("messages:write",))
    bulk = await give_key(front, "bulk", ("messages:write", "messages:bulk"))
    assert [(await write(front, f"a{n}", plain))[0] for n in range(4)] == [202, 202, 429, 429]
    assert [(await write(front, f"b{n}", bulk))[0] for n in range(4)] == [202] * 4


async def test_one_key_has_a_limit_whoever_it_writes_for(front: Front) -> None:
    front.limits = DoorLimits(other_channels=None, company=None, key=Rate(count=1, per="hour", burst=2))
    key = await give_key(front, "limited", ("messages:write",))
    assert [(await write(front, f"c{n}", key))[0] for n in range(3)] == [202, 202, 429]
    assert (await write(front, "c9"))[0] == 202
