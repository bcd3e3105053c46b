"""Runs every suite, the core last, so that its summary closes; one failing suite does not hide another."""

import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "scripts"))

from set_up import environment  # noqa: E402

CORE = [ROOT / ".venv" / "bin" / "python", "-m", "pytest", "-q", "-m", "not slow", "--cov", "--cov-branch"]
REPORT = ["--cov-report", "term:skip-covered"]
NLU = [ROOT / "nlu" / ".venv" / "bin" / "python", "-m", "pytest", "-q", "nlu/tests"]


def main() -> int:
    """Run the suites in order; the status is zero only when all of them passed."""
    if not any(shutil.which(name) for name in ("chromium", "chromium-browser", "google-chrome")):
        print("No Chromium is on PATH: browser tests are skipped (Debian: apt install chromium)", flush=True)
    suites: list[tuple[str, Sequence[Path | str], Path]] = [
        ("NLU", NLU, ROOT),
        ("Web", ["npm", "test"], ROOT / "web"),
        ("Core", [*CORE, *REPORT, *sys.argv[1:]], ROOT),
    ]
    outcomes = [passed(*suite) for suite in suites]
    return 0 if all(outcomes) else 1


def passed(name: str, argv: Sequence[Path | str], cwd: Path) -> bool:
    """Run one suite with its own output, and say how long it took."""
    print(f"{name} tests", flush=True)
    began = time.monotonic()
    ended = subprocess.run(argv, cwd=cwd, env=environment(), check=False)  # noqa: S603
    if name != "Core":  # the last line is pytest's own
        how = "passed" if ended.returncode == 0 else "failed"
        print(f"{name} tests {how} ({time.monotonic() - began:.0f} s)", flush=True)
    return ended.returncode == 0


if __name__ == "__main__":
    sys.exit(main())
