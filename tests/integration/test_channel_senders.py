"""Every connector's sender against the suite of its port, on a line to the connectors that can be cut."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web
from fastapi import FastAPI

from app.channels.kit.bench import Bench
from app.channels.kit.checks import fresh, stored_once
from app.channels.kit.peer import Fault, VendorPeer
from app.channels.kit.peers import PEERS, make_peer
from app.channels.process import ChannelsProcess
from app.channels.proxy import Passage, build_router
from app.channels.sender import ConnectorSender
from app.channels.ways import WaysBack
from app.db import Database
from app.embedded.children import NLU_PYTHON, free_port
from app.formatting.channels import capabilities_of
from app.outbox.port import Outage
from app.privacy.vault import Vault
from app.problems import speak_problems
from tests.contracts.sender_port import SenderBench, SenderPort, an_errand
from tests.integration.front import serving
from tests.peers.faults import Faults, Says, line_to

pytest_plugins = ["app.channels.kit.plugin"]
pytestmark = pytest.mark.skipif(not NLU_PYTHON.exists(), reason="nlu/.venv is missing; `make setup` makes it")
TENANT = "t1"
AT_VENDOR = {
    "busy": Fault(status=429, retry_after_s=1),
    "error": Fault(status=500),
    "refused": Fault(status=400, refuses=True),
}
ON_LINE = {"cut": "reset", "cut_after": "cut_after", "away": "error"}
AWAY = Says(
    error=lambda: web.json_response({"kind": "outage", "why": "the channel is away"}, status=502),
    unauthorised=lambda: web.Response(status=401),
    throttled=lambda wait: web.Response(status=429),
)
SHORT = ("callback", "slack")
"""In the short run; the kit has every vendor fail there."""
# A browser's socket refuses nothing and names nothing that it took.
PUSHED = sorted(
    {name for name in PEERS if capabilities_of(name).pushed and make_peer(name).gives_ids} | {"hangouts"}
)


@dataclass
class Vendor:
    """A vendor behind its connector, and the line between us and the connectors."""

    peer: VendorPeer
    line: Faults
    before: int
    idempotent: bool = True
    """The connectors know a key again, whatever the vendor knows."""

    def shown(self) -> list[str]:
        return [one.text.splitlines()[0] for one in self.peer.heard[self.before :]]

    def fail(self, how: str) -> None:
        if how in AT_VENDOR:
            self.peer.faults.append(AT_VENDOR[how])
        else:
            self.line.next("effect", ON_LINE[how])  # type: ignore[arg-type]


class TestConnectorSender(SenderPort):
    """The sender of every channel that a connector serves."""

    @pytest.fixture(
        params=[pytest.param(one, marks=[] if one in SHORT else pytest.mark.slow) for one in PUSHED]
    )
    async def bench(
        self,
        request: pytest.FixtureRequest,
        channel_bench: Bench,
        channel_peers: dict[str, VendorPeer],
        database: str,
        tmp_path: Path,
    ) -> AsyncIterator[SenderBench]:
        peer, pool = channel_peers[request.param], Database(database, most=2)
        await pool.open()
        ways = WaysBack(pool, Vault.from_file(tmp_path / "keys", create=True), lambda: datetime.now(UTC))
        # Channels want that the customer writes first.
        said = await stored_once(channel_bench, peer, peer.says(marker := fresh(), f"Hi {marker}"), marker)
        channel, way = str(said["channel"]), said.get("reply_to") or {}
        await ways.keep(TENANT, channel, peer.customer, way)
        line = Faults(is_effect=lambda asked: True, says=AWAY)
        process = channel_bench.process
        async with line_to(process.url, line) as url, aiohttp.ClientSession() as session:
            sender = ConnectorSender(ChannelsProcess(url, process.token, session), ways)
            errand = replace(an_errand(channel, peer.customer), key=f"ent_{marker}.1")
            vendor = Vendor(peer, line, before=len(peer.heard))
            yield SenderBench(sender=sender, provider=vendor, errand=errand)
        await pool.close()


async def test_the_connectors_may_be_started_again_meanwhile(
    channel_bench: Bench, channel_peers: dict[str, VendorPeer]
) -> None:
    process, peer = channel_bench.process, channel_peers["callback"]
    reply = {"channel": "callback", "recipient": "somebody", "key": fresh(), "messages": [{"text": "Hi."}]}
    port = free_port()
    late = ChannelsProcess(f"http://127.0.0.1:{port}", process.token, process.session)
    sending = asyncio.create_task(late.deliver(reply))
    await asyncio.sleep(0)
    with pytest.raises(Outage):
        await replace(late, starts_within_s=0.0).deliver(reply)
    before = len(peer.heard)
    async with line_to(process.url, Faults(is_effect=lambda asked: True, says=AWAY), port):
        assert await sending

    assert [one.text for one in peer.heard[before:]] == ["Hi."]


async def test_a_webhook_waits_for_connectors_that_are_started_again(
    channel_bench: Bench, channel_peers: dict[str, VendorPeer]
) -> None:
    process, peer, port, marker = channel_bench.process, channel_peers["callback"], free_port(), fresh()
    app = FastAPI()
    speak_problems(app)
    app.include_router(build_router(Passage(process.session, f"http://127.0.0.1:{port}", None)))

    def line() -> AbstractAsyncContextManager[str]:
        return line_to(process.url, Faults(is_effect=lambda asked: True, says=AWAY), port)

    async with serving(app) as url:
        engine = replace(channel_bench, address=url)
        never_ran = await engine.call(peer, peer.says(fresh(), "Hello?"))
        async with line():
            assert (await engine.call(peer, peer.says(fresh(), "Hello."))).acknowledged
        waiting = asyncio.create_task(engine.call(peer, peer.says(marker, f"Still there? {marker}")))
        await asyncio.wait([waiting], timeout=0.3)
        assert not waiting.done()
        async with line():
            assert (await waiting).acknowledged

    assert never_ran.status == 503
    assert len(channel_bench.core.of("callback", marker)) == 1


async def test_the_place_that_a_customer_wrote_from_last_holds_whichever_engine_took_the_message(
    database: str, tmp_path: Path
) -> None:
    pool, vault = Database(database, most=2), Vault.from_file(tmp_path / "keys", create=True)
    await pool.open()
    one, other = (WaysBack(pool, vault, lambda: datetime.now(UTC)) for _ in range(2))

    await one.keep(TENANT, "slack", "U1", {"channel": "direct"})
    await other.keep(TENANT, "slack", "U1", {"channel": "a thread"})
    await one.keep(TENANT, "slack", "U1", {"channel": "direct"})

    assert await other.find(TENANT, "slack", "U1") == {"channel": "direct"}
    await pool.close()
