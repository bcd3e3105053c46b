"""The servers that `frontdesk bench nlu` starts: our own on the book's corpus, and Rasa's."""

import asyncio
import contextlib
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from app.commands.book import training_text
from app.embedded.children import NLU_PYTHON, free_port
from app.embedded.errors import EmbeddedError
from app.embedded.training import STAMP, fingerprint_of, train
from app.settings import ROOT, Settings
from evals.bench.rasa import PEER
from evals.bench.servers import Server, running
from evals.errors import DidNotStart


@contextlib.contextmanager
def our_server(settings: Settings) -> Iterator[Server]:
    """Our own, with a model of the book as it is now."""
    model, port = model_of_the_book(settings), free_port()
    serve = [str(NLU_PYTHON), "-m", "frontdesk_nlu", "serve", "--model", str(model), "--port", str(port)]
    with (
        tempfile.TemporaryDirectory(prefix="frontdesk-bench-") as folder,
        running(serve, ROOT / "nlu", port, "/healthz", Path(folder) / "nlu.log") as server,
    ):
        yield server


def model_of_the_book(settings: Settings) -> Path:
    """Return the engine's model where it fits the book, else the benchmarks' own, trained when it does not.

    The engine's is never touched: it may be serving.
    """
    training, engines = training_text(settings.book), settings.state / "nlu"
    stamp = engines / STAMP
    if stamp.exists() and stamp.read_text("utf-8") == fingerprint_of(training):
        return engines / "model"
    own = settings.state / "bench" / "nlu"
    try:
        return asyncio.run(train(training, own, _say, log=own / "training.log")).folder
    except EmbeddedError as why:
        raise DidNotStart(str(why)) from why


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


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)
