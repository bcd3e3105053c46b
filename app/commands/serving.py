"""Brings engine and servers up in the order that is ready first, and takes them down in reverse."""

import asyncio
import contextlib
import errno
import importlib
import signal
import socket
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import uvicorn

from app.commands.book import training_text
from app.commands.outcome import known_mistakes
from app.embedded.addresses import running_addresses
from app.embedded.children import healthy
from app.embedded.errors import EmbeddedError, PortTaken
from app.embedded.lock import hold, prepare_data_dir
from app.embedded.stack import Stack
from app.settings import Settings

BACKLOG = 2048
LOOK_EVERY_S = 0.1


def say(line: str) -> None:
    """Tell the person at the terminal one thing."""
    print(line, flush=True)


async def run_everything(settings: Settings) -> None:
    """Serve until told to stop."""
    began = time.monotonic()
    prepare_data_dir(settings.state)
    with hold(settings.state, address_of(settings)), listening(settings) as listener:
        settings = settings.model_copy(update={"port": listener.getsockname()[1]})
        say(f"Frontdesk starts at {address_of(settings)}, state in {settings.state}")
        async with stack_for(settings) as stack:
            await until_told(lambda: _bring_up(stack, listener, began))


async def run_servers(settings: Settings) -> None:
    """Keep the servers up without an engine, until told to stop."""
    prepare_data_dir(settings.state)
    with hold(settings.state, "servers only"):
        async with stack_for(settings) as stack:
            await until_told(lambda: _bring_servers_up(stack))


async def run_engine(settings: Settings) -> None:
    """Serve with the servers that already run."""
    addresses = running_addresses(settings.state)
    with listening(settings) as listener:
        bound = addresses.into(settings, port=listener.getsockname()[1])
        say(f"Engine starts at {address_of(bound)}")
        await until_told(lambda: _serve(bound, listener, _told_when_ready(bound)))


@contextlib.asynccontextmanager
async def stack_for(settings: Settings) -> AsyncIterator[Stack]:
    """The servers of these settings, stopped at the end whatever happens."""
    stack = Stack(settings, say, training=lambda: training_text(settings.book))
    try:
        yield stack
    finally:
        await stack.stop()
        say("Stopped")


async def _bring_servers_up(stack: Stack) -> None:
    from app.db import migrate

    addresses = await stack.start_stores()
    await migrate(addresses.database_url, say)
    await stack.start_services()
    say("Servers are ready")
    await asyncio.Event().wait()


async def _bring_up(stack: Stack, listener: socket.socket, began: float) -> None:
    """Start the stores while the engine's modules load, then engine and services side by side.

    Services wait for the modules, because two cores are soon busy and the
    engine is what people wait for.
    """
    from app.db import migrate

    loading = asyncio.create_task(asyncio.to_thread(importlib.import_module, "app.main"))
    addresses = await stack.start_stores()
    await migrate(addresses.database_url, say)
    await loading
    services = asyncio.create_task(_services(stack))
    settings = addresses.into(stack.settings)
    try:
        await _serve(settings, listener, _announce(settings, services, began))
    finally:
        services.cancel()
        await asyncio.gather(services, return_exceptions=True)


async def _services(stack: Stack) -> bool:
    """Start what the engine can begin without; a failure is told, and the engine goes on."""
    try:
        await stack.start_services()
    except known_mistakes() as error:
        say(f"The engine goes on without it: {error}")
        return False
    return True


async def _serve(settings: Settings, listener: socket.socket, beside: Awaitable[None]) -> None:
    """Run the engine on a listening socket, and something beside it, until cancelled."""
    from app.main import create_app

    app = create_app(settings)
    config = uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        proxy_headers=settings.public_url is not None,
        server_header=False,
        backlog=BACKLOG,
        timeout_graceful_shutdown=5,
        timeout_keep_alive=75,
        ws_per_message_deflate=False,  # it would cost memory for each socket, for frames of 200 bytes
    )
    server = Engine(config)
    serving = asyncio.ensure_future(_served(server, listener))
    telling = asyncio.ensure_future(beside)
    try:
        await asyncio.shield(serving)
    finally:
        telling.cancel()
        server.should_exit = True
        await serving
    if (broken := getattr(app.state, "broken", None)) is not None:
        raise broken
    if not server.started:
        raise EmbeddedError(f"The engine did not start. Its log is {settings.state / 'log' / 'engine.log'}.")


async def _served(server: uvicorn.Server, listener: socket.socket) -> None:
    """Serve; a start that fails ends the server, not the process, which has servers of its own to stop."""
    try:
        await server.serve(sockets=[listener])
    except SystemExit:
        server.should_exit = True


class Engine(uvicorn.Server):
    """A server that leaves signals to us, who have more to stop than the server."""

    @contextlib.contextmanager
    def capture_signals(self) -> Any:
        """Do nothing; `until_told` listens."""
        yield


async def _announce(settings: Settings, services: "asyncio.Task[bool]", began: float) -> None:
    """Say when the engine serves, then when everything is ready, with addresses and logins."""
    from app.commands.state import welcome

    await _answers(settings, "/healthz")
    say(f"Engine serves ({time.monotonic() - began:.1f} s)")
    if await services:
        await _answers(settings, "/readyz")
        say(f"Everything is ready ({time.monotonic() - began:.1f} s)")
    say("\n" + welcome(settings.state, address_of(settings)))


async def _told_when_ready(settings: Settings) -> None:
    await _answers(settings, "/healthz")
    say("Engine serves")
    await _answers(settings, "/readyz")
    say(f"Engine is ready at {address_of(settings)}")


async def _answers(settings: Settings, path: str) -> None:
    while not await healthy(settings.port, path):  # noqa: ASYNC110 - another process's state has no event
        await asyncio.sleep(LOOK_EVERY_S)


@contextlib.contextmanager
def listening(settings: Settings) -> Any:
    """The engine's socket, taken before anything is started so that callers wait instead of failing."""
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((settings.host, settings.port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                raise PortTaken(settings.host, settings.port) from None
            raise EmbeddedError(f"FRONTDESK_HOST={settings.host}: {error.strerror}. Use 127.0.0.1.") from None
        listener.listen(BACKLOG)
        listener.setblocking(False)
        yield listener


def address_of(settings: Settings) -> str:
    """Where a browser on this machine finds the engine."""
    host = "127.0.0.1" if settings.host in ("0.0.0.0", "::") else settings.host  # noqa: S104
    return f"http://{host}:{settings.port}"


async def until_told(work: Callable[[], Awaitable[None]]) -> None:
    """Do the work until it ends or SIGINT, SIGTERM or SIGHUP asks to stop."""
    told = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(name, told.set)
    doing, waiting = asyncio.ensure_future(work()), asyncio.create_task(told.wait())
    await asyncio.wait({doing, waiting}, return_when=asyncio.FIRST_COMPLETED)
    waiting.cancel()
    if told.is_set():
        print(file=sys.stderr)
        say("Stopping")
        doing.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await doing
    else:
        await doing
