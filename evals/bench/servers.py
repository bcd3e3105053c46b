"""Servers that a benchmark starts: ready when they answer, ended in the end."""

import contextlib
import subprocess
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from app.settings import inherited_environment
from evals.errors import DidNotStart
from evals.house import stop

LONGEST_START_S = 480.0
"""Rasa takes half a minute on a quiet machine, and many times that on a busy one."""
LOOK_EVERY_S = 0.05


@dataclass(frozen=True, kw_only=True)
class Server:
    """A server that is ready to be asked."""

    url: str
    pid: int
    start_s: float


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
    ended = process.poll()
    why = "ended" if ended is not None else f"did not answer within {LONGEST_START_S:.0f} s"
    raise DidNotStart(f"the server of {url} {why}:\n{log.read_text('utf-8', 'replace')[-2000:]}")
