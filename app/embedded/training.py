"""Trains the NLU model from the rule book, in NLU's own interpreter, when something it depends on changed."""

import asyncio
import fcntl
import hashlib
import shutil
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from app.embedded.children import NLU_PYTHON, nlu_environment
from app.embedded.errors import Missing, NotReady
from app.embedded.process import Launch, Running, start
from app.embedded.supervisor import Say
from app.settings import ROOT

NLU = ROOT / "nlu"
CODE = NLU / "frontdesk_nlu"
STAMP = "fingerprint"
LOCK = "training.lock"
LOOK_AGAIN_S = 0.2


@dataclass(frozen=True, kw_only=True)
class Model:
    """A trained model."""

    folder: Path
    fingerprint: str
    fresh: bool
    """True when it was trained just now."""


def fingerprint_of(training: str) -> str:
    """What a model depends on: the book's examples, NLU's code and its lock files."""
    mark = hashlib.sha256(training.encode())
    for path in _sources():
        mark.update(str(path.relative_to(NLU)).encode() + b"\0")
        mark.update(path.read_bytes())
    return mark.hexdigest()[:16]


def _sources() -> Iterable[Path]:
    code = (path for path in CODE.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    shipped = (path for path in (NLU / "data").rglob("*") if path.is_file())
    return sorted([*code, *shipped, *NLU.glob("requirements*.lock")])


async def train(training: str, folder: Path, say: Say, *, log: Path) -> Model:
    """Train into a folder unless the model there is already the one for these examples.

    Two trainings never share a folder: the second would take the first's scratch files for leftovers.
    """
    async with alone(folder):
        return await _train(training, folder, say, log)


@asynccontextmanager
async def alone(folder: Path) -> AsyncIterator[None]:
    """Wait until nobody else trains into the folder; a killed holder leaves nothing behind."""
    with _lock_of(folder) as file:
        while not _taken(file):  # noqa: ASYNC110 - the kernel tells no event loop that a lock is free
            await asyncio.sleep(LOOK_AGAIN_S)
        yield


def _lock_of(folder: Path) -> IO[str]:
    """Open the file that stands for the folder, and make the folder where there is none."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return (folder / LOCK).open("a", encoding="utf-8")


def _taken(file: IO[str]) -> bool:
    """Take the kernel's lock on a file, or say that another has it."""
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


async def _train(training: str, folder: Path, say: Say, log: Path) -> Model:
    """Train into a folder that is ours alone."""
    mark, model, stamp = fingerprint_of(training), folder / "model", folder / STAMP
    if stamp.exists() and stamp.read_text("utf-8") == mark and model.is_dir():
        return Model(folder=model, fingerprint=mark, fresh=False)
    if not NLU_PYTHON.exists():
        raise Missing("NLU's environment nlu/.venv is missing. Run `make setup`, or set FRONTDESK_NLU_URL.")
    corpus = folder / "training"
    corpus.mkdir(mode=0o700, parents=True, exist_ok=True)
    (corpus / "nlu.yml").write_text(training, "utf-8")
    say("NLU learns the rule book's intents")
    stamp.unlink(missing_ok=True)
    forget_interrupted(folder)
    command = Launch(
        argv=[str(NLU_PYTHON), "-m", "frontdesk_nlu", "train", "--data", str(corpus), "--out", str(model)],
        log=log,
        cwd=NLU,
        env=nlu_environment(folder / "home"),
    )
    await _run(command)
    stamp.write_text(mark, "utf-8")
    return Model(folder=model, fingerprint=mark, fresh=True)


def forget_interrupted(folder: Path) -> None:
    """Remove the scratch folders of trainings that were killed before they could."""
    for scratch in [*folder.glob("tmp*"), *folder.glob("model/tmp*")]:
        if scratch.is_dir() and not scratch.is_symlink():
            shutil.rmtree(scratch, ignore_errors=True)


async def _run(launch: Launch) -> None:
    """Run NLU's command to its end; when we are stopped, so is it."""
    command: Running = start(launch)
    try:
        await command.ended()
    except asyncio.CancelledError:
        await command.stop()
        raise
    if command.own and command.own.returncode != 0:
        raise NotReady("NLU training", command.exit_text, launch.log)
