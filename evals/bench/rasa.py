"""Rasa's own bot under the same client, when it is installed and trained here."""

import contextlib
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from app.embedded.children import free_port
from app.settings import ROOT, inherited_environment
from evals.bench.load import drive
from evals.bench.mix import Talk
from evals.bench.processes import Usage, usage_of_tree
from evals.errors import DidNotStart
from evals.house import stop

PEER = ROOT / "evals" / "peers" / "rasa" / "peer.py"
LONGEST_START_S = 180.0
LOOK_EVERY_S = 0.5


def absent() -> str | None:
    """Why it cannot be measured, or None when it can."""
    if not PEER.exists():
        return "it is not part of this installation"
    from evals.peers.rasa.peer import absent as why

    return why()


def measure(warm_up: Sequence[Talk], talks: Sequence[Talk], at_once: int) -> dict[str, float]:
    """Run it on its REST channel and return its figures under our names."""
    port = free_port()
    with _running(port) as process:
        url = f"http://127.0.0.1:{port}"

        def read() -> dict[str, Usage]:
            return {"core": usage_of_tree(process.pid)}

        drive(url, warm_up, "warm", at_once, read)
        load = drive(url, talks, "run", at_once, read)
    return {
        "core_cpu_ms_per_message": load.cpu_ms("core"),
        "rss_mb": load.rss_mb("core"),
        "messages_count": load.messages,
        "errors_count": load.errors,
        **load.times(),
    }


@contextlib.contextmanager
def _running(port: int) -> Iterator["subprocess.Popen[bytes]"]:
    with tempfile.TemporaryDirectory(prefix="frontdesk-peer-") as folder:
        log = Path(folder) / "rasa.log"
        with log.open("wb") as out:
            process = subprocess.Popen(
                [sys.executable, str(PEER), "run", "--port", str(port)],
                cwd=ROOT,
                env=inherited_environment(),
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                start_new_session=True,
            )
        try:
            _wait_for(process, port, log)
            yield process
        finally:
            stop(process)


def _wait_for(process: "subprocess.Popen[bytes]", port: int, log: Path) -> None:
    deadline = time.monotonic() + LONGEST_START_S
    while time.monotonic() < deadline and process.poll() is None:
        with contextlib.suppress(URLError, OSError), urlopen(f"http://127.0.0.1:{port}/", timeout=2):
            return
        time.sleep(LOOK_EVERY_S)
    raise DidNotStart(f"Rasa's bot did not start:\n{log.read_text('utf-8', 'replace')[-2000:]}")
