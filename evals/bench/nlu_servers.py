"""The servers that `frontdesk bench nlu` starts: our own on the book's corpus, and Rasa's."""

import asyncio
import contextlib
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from app.commands.book import training_text
from app.embedded.children import NLU_PYTHON, free_port
from app.embedded.errors import EmbeddedError
from app.embedded.training import fingerprint_of, train
from app.settings import ROOT, Settings, inherited_environment
from evals.bench.rasa import PEER
from evals.errors import DidNotStart
from evals.house import copy_model, stop

LONGEST_START_S = 240.0
LOOK_EVERY_S = 0.05


@dataclass(frozen=True, kw_only=True)
class Server:
    """A server that is ready to be asked."""

    url: str
    pid: int
    start_s: float


@contextlib.contextmanager
def our_server(settings: Settings) -> Iterator[Server]:
    """Our own, with the model of the data folder when it fits the book, else with one trained now."""
    with tempfile.TemporaryDirectory(prefix="frontdesk-bench-", ignore_cleanup_errors=True) as folder:
        model, port = model_in(Path(folder) / "nlu", settings), free_port()
        serve = [str(NLU_PYTHON), "-m", "frontdesk_nlu", "serve", "--model", str(model), "--port", str(port)]
        with running(serve, ROOT / "nlu", port, "/healthz", Path(folder) / "nlu.log") as server:
            yield server


def model_in(folder: Path, settings: Settings) -> Path:
    """Return a model of the book; one that had to be trained is kept for the next time."""
    kept, training = settings.state / "nlu", training_text(settings.book)
    if not copy_model(kept, folder, fingerprint_of(training)):
        folder.mkdir(parents=True)
        try:
            asyncio.run(train(training, folder, _say, log=folder / "training.log"))
        except EmbeddedError as why:
            raise DidNotStart(str(why)) from why
        if not kept.exists():
            shutil.copytree(folder, kept)
    return folder / "model"


@contextlib.contextmanager
def rasa_server() -> Iterator[Server]:
    """Rasa's own, with its HTTP API."""
    port = free_port()
    serve = [sys.executable, str(PEER), "run", "--port", str(port), "--api"]
    with (
        tempfile.TemporaryDirectory(prefix="frontdesk-peer-") as folder,
        running(serve, ROOT, port, "/status", Path(folder) / "rasa.log") as server,
    ):
        yield server


@contextlib.contextmanager
def running(command: Sequence[str], cwd: Path, port: int, path: str, log: Path) -> Iterator[Server]:
    """Start a server, wait until it answers with 200, and stop it in the end."""
    began = time.monotonic()
    with log.open("wb") as out:
        process = subprocess.Popen(
            command,
            cwd=cwd,
            env=inherited_environment(),
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=out,
            start_new_session=True,
        )
    try:
        _wait_for(process, f"http://127.0.0.1:{port}{path}", log)
        took = round(time.monotonic() - began, 2)
        yield Server(url=f"http://127.0.0.1:{port}", pid=process.pid, start_s=took)
    finally:
        stop(process)


def _wait_for(process: "subprocess.Popen[bytes]", url: str, log: Path) -> None:
    deadline = time.monotonic() + LONGEST_START_S
    while time.monotonic() < deadline and process.poll() is None:
        with contextlib.suppress(URLError, OSError), urlopen(url, timeout=2):  # noqa: S310 - a loopback address
            return
        time.sleep(LOOK_EVERY_S)
    raise DidNotStart(f"{url} did not answer:\n{log.read_text('utf-8', 'replace')[-2000:]}")


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)
