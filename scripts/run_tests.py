"""Runs every suite: NLU's and the web's beside the core's, whose summary closes; no failure hides another."""

import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "scripts"))

from set_up import environment  # noqa: E402

PYTHON = ROOT / ".venv" / "bin" / "python"
CORE = [PYTHON, "-m", "pytest", "-q", "-m", "not slow", "--cov", "--cov-branch"]
LONGEST_FIRST = ["chaos", "e2e", "integration", "contracts", "properties", "unit"]
"""Short files at the end keep every core busy to the last; NLU's tests run beside the first."""
PROCESSES = min(4, (os.cpu_count() or 1) + 1)
"""One more than cores: a test often waits for a server of its own."""
AT_ONCE = ["-n", str(PROCESSES), "--dist", "loadfile", "--no-loadscope-reorder"]
REPORT = ["--cov-report", "term:skip-covered"]
NLU = [ROOT / "nlu" / ".venv" / "bin" / "python", "-m", "pytest", "-q", "nlu/tests"]
SPEAKING = threading.Lock()


@dataclass(frozen=True)
class Suite:
    """A command, and where it runs."""

    name: str
    argv: Sequence[Path | str]
    cwd: Path = ROOT


@dataclass(frozen=True)
class Ended:
    """How a suite ended, and the last line that it said."""

    passed: bool
    last: str


def main() -> int:
    """Run all suites; the status is zero only when every one of them passed."""
    if not any(shutil.which(name) for name in ("chromium", "chromium-browser", "google-chrome")):
        say("No Chromium is on PATH: browser tests are skipped (Debian: apt install chromium)")
    if not loud(Suite("Model for the tests", [PYTHON, "-m", "tests.learning"])).passed:
        return 1
    beside = [Suite("NLU", NLU), Suite("Web", ["npm", "test"], ROOT / "web")]
    with ThreadPoolExecutor(1) as lane:
        others = [lane.submit(quiet, suite) for suite in beside]
        chosen = sys.argv[1:] or [f"tests/{folder}" for folder in LONGEST_FIRST]
        core = loud(Suite("Core", [*CORE, *AT_ONCE, *REPORT, *chosen]))
        waited = not all(other.done() for other in others)
        passed = [other.result() for other in others]
    if waited:
        say(core.last)  # the last line is pytest's own
    return 0 if core.passed and all(passed) else 1


def say(text: str) -> None:
    """Print whole lines, whoever else has something to say."""
    with SPEAKING:
        print(text, flush=True)


def loud(suite: Suite) -> Ended:
    """Run a suite and show its lines as they come."""
    say(f"{suite.name} tests" if suite.name == "Core" else suite.name)
    last = ""
    with started(suite) as process:
        for line in process.stdout or ():
            last = line.rstrip() or last
            say(line.rstrip())
    return Ended(process.returncode == 0, last)


def quiet(suite: Suite) -> bool:
    """Run a suite beside others: its lines come all at once, when it has ended."""
    began = time.monotonic()
    with started(suite) as process:
        said, _ = process.communicate()
    how = "passed" if process.returncode == 0 else "failed"
    say(f"\n{suite.name} tests\n{said.rstrip()}\n{suite.name} tests {how} ({time.monotonic() - began:.0f} s)")
    return process.returncode == 0


def started(suite: Suite) -> "subprocess.Popen[str]":
    """Start a suite, its errors among its lines."""
    return subprocess.Popen(  # noqa: S603
        suite.argv,
        cwd=suite.cwd,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    )


if __name__ == "__main__":
    sys.exit(main())
