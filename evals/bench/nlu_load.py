"""Runs the askers in their own process, and measures the server's processes meanwhile."""

import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from app.settings import ROOT, inherited_environment
from evals.bench.load import ClientFailed
from evals.bench.nlu_client import Asking, Told
from evals.bench.processes import shared_memory_mb, usage_of_tree
from evals.figures import percentile


@dataclass(frozen=True, kw_only=True)
class Texts:
    """What is asked: texts nobody asked before, and others for warming up and for single questions."""

    warm_up: Sequence[str]
    distinct: Sequence[str]
    single: Sequence[str]


@dataclass(frozen=True)
class Limits:
    """How long one run may take, and where to say how far it is."""

    run_within_s: float
    console: Console


@dataclass(frozen=True, kw_only=True)
class Run:
    """One run, and the CPU that the server spent on it."""

    told: Told
    cpu_s: float

    @property
    def cpu_ms(self) -> float:
        """CPU of all the server's processes for one message."""
        return round(self.cpu_s * 1000 / max(1, len(self.told.ms)), 3)

    def ms(self, share: float) -> float:
        """The time within which a share of the messages was answered."""
        return round(percentile(self.told.ms, share), 2)


def measure_server(url: str, pid: int, texts: Texts, at_once: int, limits: Limits) -> dict[str, float]:
    """Ask new texts many at a time, the same again, and then one by one."""

    def run(name: str, asked: Sequence[str], at_once: int) -> Run:
        done = drive(f"{url}/model/parse", pid, asked, at_once, limits.run_within_s)
        limits.console.print(f"  {name}: {len(asked)} in {done.told.wall_s:.1f} s", highlight=False)
        return done

    run("warming up", texts.warm_up, at_once)
    distinct = run("new texts", texts.distinct, at_once)
    repeated = run("the same again", sorted(texts.distinct), at_once)
    single = run("one by one", texts.single, 1)
    return {
        "cpu_ms_per_distinct_message": distinct.cpu_ms,
        "cpu_ms_per_repeated_message": repeated.cpu_ms,
        "cpu_ms_per_single_message": single.cpu_ms,
        "messages_per_second": round(len(distinct.told.ms) / distinct.told.wall_s, 1),
        "repeated_messages_per_second": round(len(repeated.told.ms) / repeated.told.wall_s, 1),
        "p50_ms": single.ms(0.5),
        "p95_ms": single.ms(0.95),
        "loaded_p50_ms": distinct.ms(0.5),
        "loaded_p95_ms": distinct.ms(0.95),
        "rss_mb": round(shared_memory_mb(pid), 1),
        "client_cpu_ms_per_message": round(distinct.told.client_cpu_s * 1000 / len(distinct.told.ms), 3),
        "messages_count": len(distinct.told.ms),
        "errors_count": distinct.told.errors + repeated.told.errors + single.told.errors,
    }


def drive(url: str, pid: int, texts: Sequence[str], at_once: int, within_s: float = 600.0) -> Run:
    """Let the askers ask, and return what it cost between their first and last question."""
    plan = Asking(url=url, at_once=at_once, texts=list(texts))
    with tempfile.TemporaryDirectory(prefix="frontdesk-bench-") as folder:
        asked, told = Path(folder) / "plan.json", Path(folder) / "told.json"
        asked.write_text(plan.model_dump_json(), "utf-8")
        before = usage_of_tree(pid)
        _ask([str(asked), str(told)], url, within_s)
        spent = usage_of_tree(pid).cpu_s - before.cpu_s
        return Run(told=Told.model_validate_json(told.read_bytes()), cpu_s=spent)


def _ask(plan_and_out: Sequence[str], url: str, within_s: float) -> None:
    """Run the askers to their end; what hangs is ended."""
    try:
        done = subprocess.run(
            [sys.executable, "-m", "evals.bench.nlu_client", *plan_and_out],
            cwd=ROOT,
            env=inherited_environment(),
            capture_output=True,
            text=True,
            check=False,
            timeout=within_s,
        )
    except subprocess.TimeoutExpired:
        raise ClientFailed(f"{url} did not answer all texts within {within_s:.0f} s") from None
    if done.returncode != 0:
        raise ClientFailed(f"{url} could not be asked:\n{done.stderr[-2000:]}")
