"""The live feed: everything that happens, in order, and after a break everything missed."""

import asyncio
import secrets
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import aiohttp
import orjson
import pytest

from app.turns.hub import Hub
from tests.integration.front import Front, build_app, open_front, serving


@pytest.fixture(scope="module")
async def front(database: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Front]:
    async with open_front(database, tmp_path_factory.mktemp("front")) as opened:
        yield opened


def listening(front: Front, last: str = "", **headers: str) -> Any:
    sent = {"X-API-Key": front.key, **headers}
    return front.session.ws_connect(f"{front.url}/ws/console?last_event_id={last}", headers=sent)


async def heard(socket: aiohttp.ClientWebSocketResponse) -> dict[str, Any]:
    return dict(orjson.loads(await socket.receive_str(timeout=10)))


async def until(socket: aiohttp.ClientWebSocketResponse, kind: str) -> list[dict[str, Any]]:
    """Return the frames up to the first of a kind."""
    frames = [await heard(socket)]
    while frames[-1]["type"] != kind:
        frames.append(await heard(socket))
    return frames


async def talk(front: Front) -> str:
    conversation = await front.says("Hello", customer=f"C-{secrets.token_hex(4)}")
    await front.answers(conversation, "Hello.")
    return conversation


async def test_what_happens_is_told_as_it_happens_but_not_what_was_said(front: Front) -> None:
    async with listening(front) as socket:
        await socket.send_str('{"type":"ping"}')
        assert (await heard(socket))["type"] == "pong"
        conversation = await talk(front)
        frames = await until(socket, "reply.committed")

    assert [frame["type"] for frame in frames] == ["message.received", "reply.committed"]
    assert {frame["conversation_id"] for frame in frames} == {conversation}
    assert "Hello" not in str(frames)


async def test_after_a_break_nothing_is_missed_and_nothing_told_twice(front: Front) -> None:
    async with listening(front) as socket:
        await socket.send_str('{"type":"ping"}')
        await heard(socket)
        await talk(front)
        last = (await until(socket, "reply.committed"))[-1]["event_id"]
    missed = [await talk(front) for _ in range(3)]

    async with listening(front, last) as socket:
        told: list[dict[str, Any]] = []
        while sum(frame["type"] == "reply.committed" for frame in told) < 3:
            told.append(await heard(socket))

    assert [f["conversation_id"] for f in told if f["type"] == "reply.committed"] == missed
    ids = [frame["event_id"] for frame in told]
    assert len(set(ids)) == len(ids)
    assert last not in ids


async def test_an_engine_that_was_restarted_goes_on_where_the_console_was(front: Front) -> None:
    async with listening(front) as socket:
        await socket.send_str('{"type":"ping"}')
        await heard(socket)
        await talk(front)
        last = (await until(socket, "reply.committed"))[-1]["event_id"]
    missed = await talk(front)

    fresh = replace(front, hub=Hub())
    async with (
        serving(build_app(fresh, Path("dist"))) as url,
        listening(replace(fresh, url=url), last) as socket,
    ):
        told = await until(socket, "reply.committed")

    assert {frame["conversation_id"] for frame in told} == {missed}


async def test_a_page_that_has_just_read_its_lists_hears_what_happened_meanwhile(front: Front) -> None:
    conversation = await talk(front)

    async with front.session.ws_connect(
        f"{front.url}/ws/console?recent", headers={"X-API-Key": front.key}
    ) as socket:
        told = [await heard(socket)]
        while told[-1]["conversation_id"] != conversation or told[-1]["type"] != "reply.committed":
            told.append(await heard(socket))

    assert "resync" not in {frame["type"] for frame in told}


async def test_an_event_that_commits_late_is_not_missed(front: Front) -> None:
    from app.conversations.feed.repository import record_event

    async with listening(front) as socket:
        await socket.send_str('{"type":"ping"}')
        await heard(socket)
        async with front.database.tenant("t1") as slow:
            await record_event(slow, front.vault, "t1", "agent.status", None, {"who": "slow"}, front.clock())
            async with front.database.tenant("t1") as quick:
                await record_event(
                    quick, front.vault, "t1", "agent.status", None, {"who": "quick"}, front.clock()
                )
            front.hub.changed("t1", None)
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(socket.receive_str(), 0.3)
        front.hub.changed("t1", None)
        told = {(await heard(socket))["data"]["who"] for _ in range(2)}

    assert told == {"slow", "quick"}


@pytest.mark.parametrize("last", ["1.1", "nonsense", "99999999999999999999.1"])
async def test_an_id_that_is_too_old_or_unknown_asks_to_load_again(front: Front, last: str) -> None:
    async with listening(front, last) as socket:
        assert (await heard(socket))["type"] == "resync"


async def test_a_stranger_hears_nothing(front: Front) -> None:
    async with listening(front, **{"X-API-Key": "fd_wrong"}) as socket:
        frame = await heard(socket)
        closed = await socket.receive()

    assert frame["problem"]["type"] == "/problems/wrong-key"
    assert closed.type == aiohttp.WSMsgType.CLOSE


async def test_a_page_of_another_site_hears_nothing(front: Front) -> None:
    async with listening(front, Origin="https://elsewhere.example") as socket:
        assert (await heard(socket))["problem"]["type"] == "/problems/not-from-console"


async def test_another_tenants_events_are_not_told(front: Front) -> None:
    from app.conversations.feed.repository import record_event

    async with listening(front) as socket:
        await socket.send_str('{"type":"ping"}')
        await heard(socket)
        async with front.database.tenant("t2") as conn:
            await record_event(conn, front.vault, "t2", "agent.status", None, {"who": "them"}, front.clock())
        async with front.database.tenant("t1") as conn:
            await record_event(conn, front.vault, "t1", "agent.status", None, {"who": "us"}, front.clock())
        front.hub.changed("t1", None)

        assert (await heard(socket))["data"]["who"] == "us"


async def test_a_console_that_asks_for_bundles_gets_many_events_in_one_frame(front: Front) -> None:
    async with front.session.ws_connect(
        f"{front.url}/ws/console?bundle=1", headers={"X-API-Key": front.key}
    ) as socket:
        await socket.send_str('{"type":"ping"}')
        assert (await heard(socket))["type"] == "pong"
        await asyncio.gather(*(talk(front) for _ in range(5)))
        told: list[dict[str, Any]] = []
        frames = 0
        while sum(event["type"] == "reply.committed" for event in told) < 5:
            frame = await heard(socket)
            frames += 1
            told += frame["events"] if frame["type"] == "events" else [frame]

    assert len({event["event_id"] for event in told}) == len(told) > frames
