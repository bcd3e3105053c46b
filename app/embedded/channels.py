"""The connectors' process: started when the credentials name a channel, also when that happens later."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from pathlib import Path

from app.channels.credentials import credentials_file, read_channels
from app.channels.errors import ChannelError
from app.embedded.children import LOOPBACK, NLU_PYTHON, Child, nlu_environment
from app.embedded.errors import EmbeddedError, Missing
from app.embedded.supervisor import Say, Server
from app.settings import ROOT, Settings

CHANNELS = "channels"
LOOK_EVERY_S = 1.0
Start = Callable[[Server], Awaitable[None]]


def channels_child(settings: Settings, token_file: Path, port: int) -> Child:
    """The connectors with this installation's credentials, in NLU's interpreter."""
    if not NLU_PYTHON.exists():
        raise Missing("NLU's environment nlu/.venv is missing, and channels need it. Run `make setup`.")
    host = LOOPBACK if settings.host in ("0.0.0.0", "::", "localhost") else settings.host  # noqa: S104
    serve = [
        *(str(NLU_PYTHON), "-m", "frontdesk_channels", "serve"),
        *("--credentials", str(credentials_file(settings))),
        *("--core", f"http://{host}:{settings.port}"),
        *("--token-file", str(token_file)),
    ]
    return Child(
        name=CHANNELS,
        argv=serve,
        data_dir=settings.state,
        port=port,
        cwd=ROOT / "nlu",
        env=nlu_environment(settings.state / "nlu" / "home"),
        patience_s=120.0,
    )


async def start_channels(settings: Settings, child: Callable[[], Server], start: Start, say: Say) -> None:
    """Start the connectors as soon as the file names a channel; what is wrong with it is told once."""
    file, tried = credentials_file(settings), b""
    while True:
        content = await asyncio.to_thread(_content, file)
        if content != tried and await _tried(file, child, start, say):
            return
        tried = content
        await asyncio.sleep(LOOK_EVERY_S)


async def _tried(file: Path, child: Callable[[], Server], start: Start, say: Say) -> bool:
    """Start once; from then on the supervisor keeps it alive, also when the file changes."""
    try:
        if not read_channels(file):
            return False
        await start(child())
    except (ChannelError, EmbeddedError) as error:
        say(f"Channels do not start: {error}")
        return False
    return True


def _content(file: Path) -> bytes:
    with contextlib.suppress(OSError):
        return file.read_bytes()
    return b""
