"""A Frontdesk to measure: one of its own in a temporary folder, or one that runs already."""

import contextlib
import json
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from app.commands.book import training_text
from app.commands.state import running_demo
from app.embedded.training import fingerprint_of
from app.settings import ROOT, Settings, inherited_environment
from evals.errors import DidNotStart, NothingToMeasure

LONGEST_START_S = 300.0
LOOK_EVERY_S = 0.2
LAST_LINES = 12


@dataclass(frozen=True, kw_only=True)
class DemoCustomer:
    """Somebody of the sample company who can be played."""

    id: str
    name: str
    email: str
    tier: str


@dataclass(frozen=True, kw_only=True)
class House:
    """A running Frontdesk with its demo laid out."""

    base_url: str
    shop_url: str
    nlu_url: str
    api_key: str
    agent_id: str
    customers: tuple[DemoCustomer, ...]
    pid: int | None
    """The engine's process; None when somebody else started it."""


@contextlib.contextmanager
def house_of_our_own(settings: Settings, more: Mapping[str, str] | None = None) -> Iterator[House]:
    """Start everything in a temporary folder, with further variables, and leave nothing behind.

    The NLU model of the data folder is used when it fits the rule book; a
    model that had to be trained is kept there for the next time.
    """
    with tempfile.TemporaryDirectory(prefix="frontdesk-eval-", ignore_cleanup_errors=True) as folder:
        state, model = Path(folder), settings.state / "nlu"
        fits = copy_model(model, state / "nlu", fingerprint_of(training_text(settings.book)))
        log = state / "frontdesk.log"
        process = start(state, log, more or {})
        try:
            yield wait_for(process, state, log)
            if not fits and not model.exists():
                shutil.copytree(state / "nlu", model)
        finally:
            stop(process)


def house_at(url: str, settings: Settings) -> House:
    """Use the demo that runs at this address on the data folder of the settings."""
    demo = running_demo(settings.state)
    if demo is None or demo["base_url"].rstrip("/") != url.rstrip("/"):
        raise NothingToMeasure(
            f"{url} is not the demo of {settings.state}. Set FRONTDESK_DATA_DIR to the folder of the one "
            f"that runs there, or leave --url out."
        )
    return _house(settings.state, None)


def copy_model(model: Path, to: Path, wanted: str) -> bool:
    """Take a trained model along when it is the wanted one."""
    stamp = model / "fingerprint"
    if not stamp.exists() or stamp.read_text("utf-8") != wanted:
        return False
    shutil.copytree(model, to)
    return True


def start(state: Path, log: Path, more: Mapping[str, str]) -> "subprocess.Popen[bytes]":
    """Start `frontdesk run` on any free port."""
    ours = {"FRONTDESK_DATA_DIR": str(state), "FRONTDESK_PORT": "0", "FRONTDESK_LOG_LEVEL": "warning"}
    with log.open("wb") as out:
        return subprocess.Popen(
            [sys.executable, "-m", "app.cli", "run"],
            cwd=ROOT,
            env={**inherited_environment(), **ours, **more},
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=out,
            start_new_session=True,
        )


def wait_for(process: "subprocess.Popen[bytes]", state: Path, log: Path) -> House:
    """Wait until everything is ready, NLU and articles included."""
    deadline = time.monotonic() + LONGEST_START_S
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise DidNotStart(f"Frontdesk ended with status {process.returncode}:\n{_tail(log)}")
        if (state / "demo.json").exists() and _ready(state):
            return _house(state, process.pid)
        time.sleep(LOOK_EVERY_S)
    raise DidNotStart(f"Frontdesk was not ready within {LONGEST_START_S:.0f} s:\n{_tail(log)}")


def stop(process: "subprocess.Popen[bytes]") -> None:
    """Ask it to end and wait; it stops its own servers."""
    process.terminate()
    try:
        process.wait(30)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _ready(state: Path) -> bool:
    base = json.loads((state / "demo.json").read_text("utf-8"))["base_url"]
    try:
        with urlopen(f"{base}/readyz", timeout=5) as answer:  # noqa: S310 - our own engine wrote the address
            return not json.loads(answer.read())["degraded"]
    except (URLError, OSError, ValueError, KeyError):
        return False


def _house(state: Path, pid: int | None) -> House:
    demo = json.loads((state / "demo.json").read_text("utf-8"))
    return House(
        base_url=demo["base_url"],
        shop_url=demo["shop_url"],
        nlu_url=demo["nlu_url"],
        api_key=demo["api_key"],
        agent_id=demo["agents"][0]["id"],
        customers=tuple(
            DemoCustomer(id=one["id"], name=one["name"], email=one["email"], tier=one["tier"])
            for one in demo["customers"]
        ),
        pid=pid,
    )


def _tail(log: Path) -> str:
    lines = log.read_text("utf-8", "replace").splitlines()
    return "\n".join(f"  {line}" for line in lines[-LAST_LINES:])
