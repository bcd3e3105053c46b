"""Rasa's own bot under the same client, when it is installed and trained here."""

import contextlib
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console

from app.embedded.children import free_port
from app.settings import ROOT, inherited_environment
from evals.bench.load import drive
from evals.bench.mix import Talk
from evals.bench.processes import Usage, usage_of_tree
from evals.bench.servers import running

PEER = ROOT / "evals" / "peers" / "rasa" / "peer.py"
TRAINED_WITHIN_S = 1_200.0


def absent() -> str | None:
    """Why it cannot be measured, or None when it can."""
    if not PEER.exists():
        return "it is not part of this installation"
    from evals.peers.rasa.peer import absent as why

    return why()


def taught(console: Console) -> str | None:
    """Train it on the present corpus where it is not; why it cannot be measured, or None when it can."""
    if not PEER.exists():
        return absent()
    from evals.peers.rasa import peer

    if not peer.PYTHON.exists() or peer.is_trained():
        return absent()
    console.print(
        f"Rasa's DIET learns the book's examples in {peer.epochs()} epochs: several minutes on two cores, "
        f"ended after {TRAINED_WITHIN_S / 60:.0f}",
        highlight=False,
    )
    failed = run_alone([sys.executable, str(PEER), "train"], TRAINED_WITHIN_S)
    if failed and not absent():
        console.print(f"Its training {failed}; the model of an earlier corpus is measured", highlight=False)
    return f"its training {failed}" if failed and absent() else absent()


def training() -> dict[str, float]:
    """How often DIET saw its examples, and whether they are the present ones (1) or older ones (0)."""
    from evals.peers.rasa import peer

    return {"training_epochs_count": peer.epochs(), "trained_on_present_corpus": float(peer.is_trained())}


def run_alone(command: Sequence[str], within_s: float) -> str | None:
    """Run a command, and end it with all it started when it takes too long; how it failed, if it did."""
    with tempfile.TemporaryFile() as out:
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            env=inherited_environment(),
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=out,
            start_new_session=True,
        )
        try:
            status = process.wait(within_s)
        except subprocess.TimeoutExpired:
            return f"took longer than {within_s:.0f} s"
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        out.seek(0)
        said = out.read()[-500:].decode("utf-8", "replace").strip()
    return f"ended with status {status}: {said}" if status else None


def measure(warm_up: Sequence[Talk], talks: Sequence[Talk], at_once: int) -> dict[str, float]:
    """Run it on its REST channel and return its figures under our names."""
    port = free_port()
    serve = [sys.executable, str(PEER), "run", "--port", str(port)]
    with (
        tempfile.TemporaryDirectory(prefix="frontdesk-peer-") as folder,
        running(serve, ROOT, port, "/", Path(folder) / "rasa.log") as server,
    ):

        def read() -> dict[str, Usage]:
            return {"core": usage_of_tree(server.pid)}

        drive(server.url, warm_up, "warm", at_once, read)
        load = drive(server.url, talks, "run", at_once, read)
    return {
        "core_cpu_ms_per_message": load.cpu_ms("core"),
        "rss_mb": load.rss_mb("core"),
        "messages_count": load.messages,
        "errors_count": load.errors,
        **load.times(),
    }
