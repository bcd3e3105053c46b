"""The bench on which channels prove themselves: vendors, a core, the connectors' process; all on loopback."""

import contextlib
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import aiohttp
from aiohttp import web

from app.channels.credentials import add_channel
from app.channels.kit.core import Core
from app.channels.kit.peer import Call, VendorPeer
from app.channels.process import ChannelsProcess
from app.embedded.channels import channels_child
from app.embedded.children import LOOPBACK, Child, free_port
from app.embedded.lock import prepare_data_dir
from app.embedded.supervisor import Supervisor
from app.settings import Settings

KEY = "kit"


@dataclass(frozen=True, kw_only=True)
class Answered:
    """What the vendor reads after a webhook call."""

    status: int
    text: str
    retry_after: str | None

    @property
    def acknowledged(self) -> bool:
        """Whether the vendor believes that the message arrived."""
        return self.status < 300

    @property
    def refused(self) -> bool:
        """Whether it was told that it is not who it says it is."""
        return self.status in (401, 403)


@dataclass(frozen=True, kw_only=True)
class Bench:
    """Everything that a check needs."""

    core: Core
    process: ChannelsProcess
    address: str
    """What vendors call: the connectors' process itself, or an engine before it."""

    async def call(self, peer: VendorPeer, call: Call) -> Answered:
        """Make a webhook call as the vendor would."""
        url = f"{self.address}/webhooks/{peer.channel or peer.name}/{call.path}"
        query = f"?{call.query}" if call.query else ""
        session = self.process.session
        if (reached := await peer.reach(session, self.address, call)) is not None:
            return Answered(status=reached[0], text=reached[1], retry_after=None)
        async with session.request(
            call.method, url + query, data=call.body or None, headers=call.headers
        ) as answer:
            return Answered(
                status=answer.status, text=await answer.text(), retry_after=answer.headers.get("Retry-After")
            )


@contextlib.asynccontextmanager
async def bench_with(
    peers: Sequence[VendorPeer], folder: Path, say: Callable[[str], None] = print
) -> AsyncIterator[Bench]:
    """Start the vendors, a core and one channels process that serves all of them."""
    core = Core(KEY)
    async with contextlib.AsyncExitStack() as stack:
        session = await stack.enter_async_context(aiohttp.ClientSession())
        core_port = await _serve(stack, core.app())
        supervisor = Supervisor(say)
        child = await stack.enter_async_context(connected(peers, folder, core_port, supervisor))
        yield Bench(core=core, process=ChannelsProcess(child.url, KEY, session), address=child.url)


@contextlib.asynccontextmanager
async def connected(
    peers: Sequence[VendorPeer], folder: Path, core_port: int, supervisor: Supervisor
) -> AsyncIterator[Child]:
    """Start the vendors, and one channels process between them and the core on a port."""
    prepare_data_dir(folder, wanted_mb=1)
    (folder / "token").write_text(KEY, "ascii")
    settings, port = Settings(data_dir=folder, port=core_port), free_port()
    async with contextlib.AsyncExitStack() as stack:
        for peer in peers:
            stack.push_async_callback(peer.close)
            await _open(stack, peer, f"http://{LOOPBACK}:{port}/webhooks/{peer.channel or peer.name}/webhook")
            add_channel(folder / "credentials.yml", peer.name, peer.credentials())
        stack.push_async_callback(supervisor.stop)
        child = channels_child(settings, folder / "token", port)
        await supervisor.start(child)
        yield child


async def _open(stack: contextlib.AsyncExitStack, peer: VendorPeer, webhook_url: str) -> None:
    app = web.Application()
    app.add_routes(peer.routes())
    peer.url = f"http://{LOOPBACK}:{await _serve(stack, app)}"
    peer.webhook_url = webhook_url


async def _serve(stack: contextlib.AsyncExitStack, app: web.Application) -> int:
    runner = web.AppRunner(app, shutdown_timeout=0.5)
    await runner.setup()
    stack.push_async_callback(runner.cleanup)
    port = free_port()
    await web.TCPSite(runner, LOOPBACK, port).start()
    return port
