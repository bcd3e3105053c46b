"""One model and one server for all tests of NLU, trained from the book that is shipped."""

import fcntl
import json
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT / "nlu"), str(ROOT)]

from frontdesk_nlu.without_tensorflow import stand_in

stand_in()

from policies.model import Intent, Place
from policies.nlu_data import (
    ASKS_FOR_PERSON,
    PRODUCT,
    PRODUCT_NAME,
    SEEMS_TO_ASK_FOR_PERSON,
    compile_training,
)

from frontdesk_nlu.serving.interpreter import Interpreter

BOOK = ROOT / "policies" / "book" / "intents"
CACHE = ROOT / ".tools" / "test-nlu"
"""The core's tests learn the same corpus into the same folder: whoever comes first trains."""
HELD_OUT = yaml.safe_load((Path(__file__).parent / "heldout.yaml").read_text())


def book_intents() -> dict[str, Intent]:
    """Read the book's intents without the schema, which needs the core's environment."""
    read = [(path, yaml.safe_load(path.read_text())["intents"]) for path in sorted(BOOK.glob("*.yaml"))]
    return {
        name: Intent(
            name=name,
            place=Place(file=path.name, line=1),
            **{"template": None, **intent, "examples": tuple(intent.get("examples", ()))},
        )
        for path, intents in read
        for name, intent in intents.items()
    }


def lookup_tables() -> dict[str, list[str]]:
    """Read the book's catalogue and who wants a person the same way."""
    book = BOOK.parent
    company = yaml.safe_load((book / "company.yaml").read_text())
    persons = [yaml.safe_load(file.read_text()) for file in sorted((book / "persons").glob("*.yaml"))]
    return {
        PRODUCT: company["products"],
        PRODUCT_NAME: company["product_names"],
        ASKS_FOR_PERSON: [text for file in persons for text in file.get("asks", ())],
        SEEMS_TO_ASK_FOR_PERSON: [text for file in persons for text in file.get("look_alikes", ())],
    }


@pytest.fixture(scope="session")
def model_folder() -> Path:
    """A model of the shipped book, trained only when something changed."""
    data, model = CACHE / "training", CACHE / "model"
    data.mkdir(parents=True, exist_ok=True)
    with (CACHE / "training.lock").open("a") as alone:
        fcntl.flock(alone, fcntl.LOCK_EX)
        (data / "nlu.yml").write_text(compile_training(book_intents(), lookup_tables()))
        command = [sys.executable, "-m", "frontdesk_nlu", "train", "--data", str(data), "--out", str(model)]
        subprocess.run(command, cwd=ROOT / "nlu", check=True)
    return model


@pytest.fixture(scope="session")
def interpreter(model_folder: Path) -> Interpreter:
    """The model, opened in this process."""
    return Interpreter.open(model_folder)


class Answer(NamedTuple):
    """Status and JSON body of one response."""

    status: int
    body: Any


class Client:
    """Talks to the server of the tests."""

    def __init__(self, port: int, log: Path, process: "subprocess.Popen[bytes]") -> None:
        self.base = f"http://127.0.0.1:{port}"
        self.log = log
        self.process = process

    def send(self, path: str, body: bytes | None = None, method: str | None = None) -> Answer:
        """GET without a body, POST with one."""
        asked = urllib.request.Request(self.base + path, body, method=method)
        try:
            with urllib.request.urlopen(asked, timeout=30) as response:
                return Answer(response.status, json.loads(response.read() or b"null"))
        except urllib.error.HTTPError as refused:
            return Answer(refused.code, json.load(refused))

    def parse(self, text: str, query: str = "", **more: Any) -> Answer:
        """Ask what a text means; half characters travel as JSON escapes."""
        return self.send("/model/parse" + query, json.dumps({"text": text, **more}).encode())


@contextmanager
def serving(model: Path, log: Path) -> Iterator["Client"]:
    """A server, as the engine starts it; it ends in good order unless the test has killed it."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    command = [sys.executable, "-m", "frontdesk_nlu", "serve", "--model", str(model), "--port", port]
    with log.open("wb") as out:
        server = subprocess.Popen(command, cwd=ROOT / "nlu", stdout=subprocess.PIPE, stderr=out)
    assert server.stdout is not None
    assert b"understanding on" in server.stdout.readline(), log.read_text()
    try:
        yield Client(int(port), log, server)
    finally:
        server.terminate()
        assert server.wait(timeout=30) in (0, -9)


@pytest.fixture(scope="session")
def client(model_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    """A running server for all tests that leave it as it is."""
    with serving(model_folder, tmp_path_factory.mktemp("server") / "log") as running:
        yield running
