"""Channels: every promise of the kit against vendors on loopback, and the way through a real engine."""

import asyncio
import contextlib
import json
import os
import random
import signal
import sys
import tempfile
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from pathlib import Path

import aiohttp
import pytest
from fastapi import FastAPI

from app.channels.build import Connectors, include_channels
from app.channels.errors import ChannelError
from app.channels.kit.bench import Bench, bench_with
from app.channels.kit.checks import fresh
from app.channels.kit.edges import edges_with
from app.channels.kit.peer import Call, File, VendorPeer
from app.channels.kit.peers import PEERS, make_edges
from app.channels.kit.peers.slack import SlackPeer
from app.channels.kit.peers.socketio import SocketIOPeer
from app.channels.kit.peers.webexteams import PICTURE
from app.channels.kit.run import Verdict, run_all, table, with_table
from app.channels.process import ChannelsProcess
from app.channels.sender import ConnectorSender
from app.channels.setting_up import Found, try_out
from app.channels.ways import WaysBack
from app.embedded.children import NLU_PYTHON
from app.formatting.parts import Part
from app.gateway.deps import GatewayDeps
from app.gateway.repository import stored_text
from app.outbox.port import DeliveryState, Errand
from app.problems import speak_problems
from app.settings import Settings
from tests.integration.front import TENANT, Front, open_front, serving

pytest_plugins = ["app.channels.kit.plugin"]
pytestmark = pytest.mark.skipif(not NLU_PYTHON.exists(), reason="nlu/.venv is missing; `make setup` makes it")
PAGE = Path(__file__).parents[2] / "docs" / "channels.md"


@pytest.fixture(scope="module")
async def verdicts(
    channel_bench: Bench,
    channel_peers: dict[str, VendorPeer],
    database: str,
    tmp_path_factory: pytest.TempPathFactory,
) -> list[Verdict]:
    """Every check on every channel, once; the engine's own doors stand before a real database."""
    edges = make_edges()
    async with edges_with(edges, database, tmp_path_factory.mktemp("edges")) as bench:
        own = await run_all(bench, edges.values())
    return own + await run_all(channel_bench, channel_peers.values())


async def test_every_channel_keeps_every_promise(verdicts: list[Verdict]) -> None:
    broken = [f"{one.channel}, {one.check}: {one.why}" for one in verdicts if one.failed]
    assert not broken


async def test_the_page_shows_what_was_proven_and_nothing_else(verdicts: list[Verdict]) -> None:
    page = PAGE.read_text("utf-8")
    assert page == with_table(page, table(verdicts)), f"run: frontdesk channel test --all --into {PAGE}"


@pytest.mark.parametrize("name", ["mattermost", "slack", "telegram"])
async def test_what_a_customer_sent_is_fetched_with_our_own_proof(
    channel_bench: Bench, channel_peers: dict[str, VendorPeer], name: str
) -> None:
    url = f"{channel_peers[name].url}/files-pri/lamp.jpg"
    fetched = await channel_bench.process.file(name, {"kind": "image", "id": "lamp.jpg", "url": url})
    assert fetched == b"lamp.jpg"


async def test_our_proof_goes_to_no_other_server(
    channel_bench: Bench, channel_peers: dict[str, VendorPeer]
) -> None:
    elsewhere = f"{channel_peers['telegram'].url}/files-pri/lamp.jpg"
    assert await channel_bench.process.file("slack", {"kind": "image", "url": elsewhere}) is None


@dataclass(frozen=True, kw_only=True)
class Engine:
    """An engine's doors for channels before a real database, with Slack behind them."""

    front: Front
    bench: Bench
    slack: SlackPeer
    connectors: Connectors
    told: list[tuple[str, DeliveryState]]

    async def texts(self, marker: str) -> list[str]:
        """Return what stands in conversations and carries a marker, in its order."""
        found: list[str] = []
        async with self.front.database.tenant(TENANT) as conn:
            rows = await conn.execute("select thread_id, seq from inbox order by accepted_at, seq")
            for thread_id, seq in await rows.fetchall():
                found.append(await stored_text(conn, self.front.vault, TENANT, thread_id, seq) or "")
        return [text for text in found if marker in text]


@pytest.fixture(scope="module")
async def engine(
    channel_bench: Bench,
    channel_peers: dict[str, VendorPeer],
    database: str,
    tmp_path_factory: pytest.TempPathFactory,
) -> AsyncIterator[Engine]:
    """The same connectors, with a real engine where the kit's own core was."""
    told: list[tuple[str, DeliveryState]] = []

    async def changed(
        _: str, __: str, provider_id: str, state: DeliveryState, ___: str | None = None
    ) -> bool:
        told.append((provider_id, state))
        return True

    async with open_front(database, tmp_path_factory.mktemp("front")) as front:
        process = ChannelsProcess(channel_bench.process.url, channel_bench.process.token, front.session)
        ways = WaysBack(front.database, front.vault, front.clock)
        connectors = Connectors(process=process, ways=ways, sender=ConnectorSender(process, ways))
        app = FastAPI()
        speak_problems(app)
        include_channels(app, connectors, gateway_of(front), None, changed, files=front.files)
        async with serving(app) as url:
            channel_bench.core.behind.update(dict.fromkeys(("slack", "socketio"), url))
            slack = channel_peers["slack"]
            assert isinstance(slack, SlackPeer)
            bench = replace(channel_bench, address=url)
            yield Engine(front=front, bench=bench, slack=slack, connectors=connectors, told=told)
            channel_bench.core.behind.clear()


def gateway_of(front: Front) -> GatewayDeps:
    return GatewayDeps(
        tenants=front.database,
        vault=front.vault,
        accept=front.store.accept,
        hub=front.hub,
        authenticator=None,  # type: ignore[arg-type] - channels are known by their signatures
        clock=front.clock,
        tenant_id=TENANT,
        demo=False,
        company=lambda: "Lamps and more",
        files=front.files,
    )


async def test_a_signed_event_is_one_message_in_the_conversation_and_a_forged_one_is_none(
    engine: Engine,
) -> None:
    marker = fresh()
    call = engine.slack.says(marker, f"Where is my order? {marker}")
    for forged in engine.slack.tampered(call):
        assert (await engine.bench.call(engine.slack, forged)).refused
    assert await engine.texts(marker) == []
    assert (await engine.bench.call(engine.slack, call)).acknowledged
    assert await engine.texts(marker) == [f"Where is my order? {marker}"]


async def test_many_deliveries_of_one_event_at_once_are_one_turn(engine: Engine) -> None:
    await many_deliveries_are_one_turn(engine, 20)


@pytest.mark.slow
async def test_two_hundred_deliveries_of_one_event_at_once_are_one_turn(engine: Engine) -> None:
    await many_deliveries_are_one_turn(engine, 200)


async def many_deliveries_are_one_turn(engine: Engine, count: int) -> None:
    marker = fresh()
    call = engine.slack.says(marker, f"Once, please {marker}")
    answers = await asyncio.gather(*(engine.bench.call(engine.slack, call) for _ in range(count)))
    assert all(answer.acknowledged for answer in answers)
    assert await engine.texts(marker) == [f"Once, please {marker}"]


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(set(PEERS) - {"slack", "socketio"}))
async def test_two_hundred_deliveries_at_once_are_one_turn_on_every_channel(
    engine: Engine, channel_peers: dict[str, VendorPeer], name: str
) -> None:
    peer, marker = channel_peers[name], fresh()
    # Some signatures cover the address, which is the engine's here.
    peer.webhook_url = f"{engine.bench.address}/webhooks/{name}/webhook"
    engine.bench.core.behind[name] = engine.bench.address
    calls = [peer.says(marker, f"Once, please {marker}") for _ in range(200)]
    answers = await asyncio.gather(*(engine.bench.call(peer, call) for call in calls))
    del engine.bench.core.behind[name]
    assert all(answer.acknowledged for answer in answers)
    assert await engine.texts(marker) == [f"Once, please {marker}"]


async def test_a_picture_is_fetched_from_its_channel_and_kept_with_the_conversation(
    engine: Engine, channel_peers: dict[str, VendorPeer]
) -> None:
    peer, front, marker = channel_peers["webexteams"], engine.front, fresh()
    assert front.files is not None
    engine.bench.core.behind[peer.name] = engine.bench.address
    call = peer.says(marker, f"It arrived like this {marker}", files=[File(id=marker)])
    assert (await engine.bench.call(peer, call)).acknowledged
    del engine.bench.core.behind[peer.name]
    async with front.database.tenant(TENANT) as conn:
        found = await conn.execute("select attachment_id from attachments where conversation_id is not null")
        ids = [row[0] for row in await found.fetchall()]
    assert [(await front.files.read(TENANT, one)).content for one in ids] == [PICTURE]


async def test_a_file_is_given_to_nobody_but_the_engine(engine: Engine) -> None:
    body = {"channel": "webexteams", "attachment": {"kind": "file", "url": "https://127.0.0.1/"}}
    async with engine.front.session.post(f"{engine.bench.process.url}/file", json=body) as answer:
        assert answer.status == 401


@pytest.mark.parametrize(
    ("name", "query", "said"),
    [
        ("facebook", "hub.mode=subscribe&hub.verify_token=verify-me&hub.challenge=1158", "1158"),
        ("whatsapp", "hub.mode=subscribe&hub.verify_token=guess&hub.challenge=1", "token is another"),
        ("x", "crc_token=abc&nonce=1", "response_token"),
    ],
)
async def test_a_vendor_that_asks_whether_the_address_is_ours_is_answered(
    engine: Engine, channel_peers: dict[str, VendorPeer], name: str, query: str, said: str
) -> None:
    answered = await engine.bench.call(channel_peers[name], Call(method="GET", query=query))
    assert said in answered.text


async def test_a_caller_hears_the_reply_in_the_answer_to_what_they_said(
    channel_bench: Bench, channel_peers: dict[str, VendorPeer], verdicts: list[Verdict]
) -> None:
    voice = channel_peers["twilio_voice"]
    voice.webhook_url = f"{channel_bench.process.url}/webhooks/twilio_voice/webhook"
    channel_bench.core.replies[:] = [{"text": "It leaves today."}, {"text": "Anything else?"}]
    answered = await channel_bench.call(voice, voice.says(fresh(), "Where is my order?"))
    channel_bench.core.replies.clear()
    assert '<Say voice="woman">It leaves today.</Say><Pause length="1"/>' in answered.text
    assert answered.text.endswith('<Say voice="woman">Anything else?</Say></Gather></Response>')


async def test_a_reply_goes_to_the_place_that_the_customer_wrote_from(engine: Engine) -> None:
    marker = fresh()
    await engine.bench.call(engine.slack, engine.slack.says(marker, f"Hello {marker}"))
    errand = Errand(
        tenant_id=TENANT,
        channel="slack",
        address=engine.slack.customer,
        part=Part(kind="text", text=f"It leaves today. {marker}", markup="slack"),
        key=marker,
        conversation_id="c",
        entry_id="e",
    )
    # Another engine, which has not seen the message, finds the way as well.
    ways = WaysBack(engine.front.database, engine.front.vault, engine.front.clock)
    provider_id = await ConnectorSender(engine.connectors.process, ways).deliver(errand)
    heard = [one for one in engine.slack.heard if marker in one.text]
    assert [(one.to, one.provider_id) for one in heard] == [("D024BE91L", provider_id)]


async def test_the_doors_for_connectors_open_to_nobody_else(engine: Engine) -> None:
    body = {"channel": "slack", "message_id": "m", "address": "a", "text": "let me in"}
    for headers in ({}, {"X-Channels-Token": "guess"}):
        assert await outside(engine, body, headers) == (401, "/problems/sign-in-needed")


async def outside(engine: Engine, body: dict[str, str], headers: dict[str, str]) -> tuple[int, str]:
    url = f"{engine.bench.address}/internal/channels/messages"
    async with engine.front.session.post(url, json=body, headers=headers) as answer:
        return answer.status, (await answer.json())["type"]


async def test_a_channel_that_is_not_connected_is_not_found(engine: Engine) -> None:
    url = f"{engine.bench.address}/webhooks/pager/webhook"
    async with engine.front.session.post(url, json={}) as answer:
        assert answer.status == 404


PUBLIC_CLIENT = """
import sys, threading, socketio

url, marker = sys.argv[1:]
client, confirmed, taken = socketio.Client(), threading.Event(), threading.Event()
client.on("session_confirm", lambda *_: confirmed.set())
client.connect(url, transports=["polling"])
client.emit("session_request", {"session_id": "s-" + marker})
told = {"session_id": "s-" + marker, "message": "From a web chat " + marker}
client.emit("user_uttered", told, callback=lambda *_: taken.set())
well = confirmed.wait(10) and taken.wait(10)
client.disconnect()
sys.exit(0 if well else 1)
"""


async def test_the_public_socketio_client_writes_through_the_engine(engine: Engine) -> None:
    marker = fresh()
    client = await asyncio.create_subprocess_exec(
        *(str(NLU_PYTHON), "-c", PUBLIC_CLIENT, engine.bench.address, marker), stderr=sys.stderr
    )
    assert await client.wait() == 0
    assert await engine.texts(marker) == [f"From a web chat {marker}"]


async def test_a_web_chat_over_a_websocket_reaches_the_engine_and_hears_the_reply(engine: Engine) -> None:
    marker = fresh()
    url = f"{engine.bench.address}/socket.io/?EIO=4&transport=websocket"
    async with engine.front.session.ws_connect(url) as socket:
        assert (await socket.receive_str()).startswith("0")
        await socket.send_str("40")
        assert (await socket.receive_str()).startswith("40")
        told = f'{{"session_id":"{marker}","message":"Over a socket {marker}"}}'
        await socket.send_str(f'42["session_request",{{"session_id":"{marker}"}}]')
        assert marker in await socket.receive_str()
        await socket.send_str(f'421["user_uttered",{told}]')
        assert await socket.receive_str() == "431[]"
        reply = {"channel": "socketio", "recipient": marker, "key": marker, "messages": [{"text": "Soon."}]}
        await engine.connectors.process.deliver(reply)
        assert await socket.receive_str() == '42["bot_uttered",{"text":"Soon."}]'
    assert await engine.texts(marker) == [f"Over a socket {marker}"]


async def test_a_socket_by_long_polling_reaches_the_engine_too(engine: Engine) -> None:
    marker, peer = fresh(), SocketIOPeer()
    assert (await engine.bench.call(peer, peer.says(marker, f"Polled {marker}"))).acknowledged
    await peer.close()
    assert await engine.texts(marker) == [f"Polled {marker}"]


async def test_nothing_is_acknowledged_while_the_engine_is_away(engine: Engine) -> None:
    marker, direct = fresh(), replace(engine.bench, address=engine.bench.process.url)
    call = engine.slack.says(marker, f"Kept {marker}")
    engine.bench.core.behind["slack"] = "http://127.0.0.1:9"  # nobody listens there
    assert not (await direct.call(engine.slack, call)).acknowledged
    engine.bench.core.behind["slack"] = engine.bench.address
    assert (await direct.call(engine.slack, call)).acknowledged
    assert await engine.texts(marker) == [f"Kept {marker}"]


@pytest.mark.slow
async def test_credentials_are_tried_at_the_vendor_before_they_are_kept(
    channel_bench: Bench, channel_peers: dict[str, VendorPeer], tmp_path: Path
) -> None:
    settings, slack = Settings(data_dir=tmp_path), channel_peers["slack"]
    found = await try_out(settings, "slack", slack.credentials(), "Hello from us", "U7")
    assert found == Found(account="frontdesk in Loopback", unsigned="", sent=True)
    assert [one.to for one in slack.heard if one.text == "Hello from us"] == ["U7"]
    another = {**channel_peers["telegram"].credentials(), "verify": "another_bot"}
    with pytest.raises(ChannelError, match="the token is loopback_bot's, but `verify` says another_bot"):
        await try_out(settings, "telegram", another)


@pytest.mark.slow
async def test_no_webhook_is_lost_or_doubled_while_the_connectors_are_killed_again_and_again() -> None:
    with tempfile.TemporaryDirectory(prefix="frontdesk-kit-", ignore_cleanup_errors=True) as folder:
        slack = SlackPeer()
        async with bench_with([slack], Path(folder)) as bench:
            killing = asyncio.create_task(kill_now_and_then(Path(folder), times=4))
            marker, narrow = fresh(), asyncio.Semaphore(4)
            await asyncio.gather(*(until_acknowledged(bench, slack, marker, n, narrow) for n in range(500)))
            killed = await killing
            texts = [str(one["text"]) for one in bench.core.of("slack", marker)]
    assert killed == 4
    assert sorted(texts) == sorted(f"{marker} number {n}." for n in range(500))


async def until_acknowledged(
    bench: Bench, slack: SlackPeer, marker: str, number: int, narrow: asyncio.Semaphore
) -> None:
    """Send an event as Slack does: again, with the same id, until it is acknowledged."""
    async with narrow:
        while True:
            call = slack.says(f"{marker}-{number}", f"{marker} number {number}.")
            with contextlib.suppress(aiohttp.ClientError):
                if (await bench.call(slack, call)).acknowledged:
                    return
            await asyncio.sleep(0.1)


async def kill_now_and_then(folder: Path, times: int) -> int:
    """Kill the connectors' process while it serves, and again once it has come back."""
    killed = 0
    while killed < times:
        await asyncio.sleep(random.uniform(0.05, 0.4))
        pid = json.loads((folder / "run" / "channels.json").read_text())["pid"]
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
            killed += 1
        while json.loads((folder / "run" / "channels.json").read_text())["pid"] == pid:  # noqa: ASYNC110
            await asyncio.sleep(0.05)
    return killed
