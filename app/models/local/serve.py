"""Serves the small model OpenAI-compatible on loopback until told to stop."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

import aiohttp

from app.embedded.errors import NotReady
from app.embedded.process import Launch, Running, start
from app.models.local.install import interpreter, weights

MODEL = "smollm2-135m"
CONTEXT = 8192
LONGEST_START_S = 60.0
LOOK_EVERY_S = 0.1


def server_command(folder: Path, port: int) -> Sequence[str]:
    """Return the command of the model's server; it listens on loopback only."""
    return [
        str(interpreter(folder)),
        "-m",
        "llama_cpp.server",
        *("--model", str(weights(folder)), "--model_alias", MODEL, "--n_ctx", str(CONTEXT)),
        *("--host", "127.0.0.1", "--port", str(port)),
    ]


async def start_server(argv: Sequence[str], port: int, log: Path) -> Running:
    """Start the server and return once it answers; a server that ends first is told with its log."""
    running = start(Launch(argv=argv, log=log))
    try:
        async with asyncio.timeout(LONGEST_START_S), aiohttp.ClientSession() as session:
            while not await _answers(session, port):
                if not running.alive:
                    raise NotReady("The model's server", running.exit_text, log)
                await asyncio.sleep(LOOK_EVERY_S)
    except TimeoutError:
        await running.stop()
        raise NotReady("The model's server", f"did not answer in {LONGEST_START_S:.0f} s", log) from None
    return running


async def _answers(session: aiohttp.ClientSession, port: int) -> bool:
    """Say whether the server answers at all."""
    try:
        async with session.get(f"http://127.0.0.1:{port}/v1/models"):
            return True
    except aiohttp.ClientError:
        return False


def how_to_use(port: int) -> str:
    """Return the variables with which an engine asks this model."""
    return (
        f"  FRONTDESK_LLM_URL=http://127.0.0.1:{port}/v1\n"
        f"  FRONTDESK_LLM_MODEL={MODEL}\n"
        f"  FRONTDESK_LLM_WITHIN_S=1.5"
    )
