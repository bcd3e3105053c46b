"""Makes a fresh clone ready to run: environments, web pages, NLU model. What is done is skipped.

Runs on the standard library alone, under any Python from 3.11 on. Everything
it installs is pinned by hash in a lock file; nothing outside the clone changes
but the caches of uv and npm.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TOOLS = ROOT / ".tools"
UV = TOOLS / "uv" / "bin" / "uv"
CORE = ROOT / ".venv"
NLU = ROOT / "nlu" / ".venv"
WEB = ROOT / "web"
NODE = TOOLS / "node"
PACKAGES = ("app", "graphs", "policies", "tools", "guardrails", "knowledge", "evals", "examples")
OLDEST_NODE = (20, 19)


class SetUpFailed(Exception):
    """A step could not be done; the text says why and what to do."""


@dataclass(frozen=True, kw_only=True)
class Step:
    """One thing that set-up makes."""

    name: str
    about: str
    made: Path
    """What must exist for the step to count as done."""
    inputs: Callable[[], Iterable[Path | str]]
    """Files and texts it depends on; when one changes, it is done again."""
    make: Callable[[], None]


def main() -> int:
    """Do every step that is due and say how long it took."""
    began = time.monotonic()
    try:
        done = [do(step) for step in STEPS]
        compile_sources()
        if "--train" in sys.argv:
            train()
    except SetUpFailed as failure:
        print(f"\nSet-up stopped: {failure}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nSet-up was interrupted; it goes on from here the next time.", file=sys.stderr)
        return 130
    if any(done):
        print(f"Set-up is complete ({time.monotonic() - began:.1f} s)", flush=True)
    return 0


def do(step: Step) -> bool:
    """Make what a step makes unless it is made already; tell whether anything was done."""
    mark, stamp = fingerprint(step.inputs()), TOOLS / "stamps" / step.name
    if stamp.exists() and stamp.read_text() == mark and step.made.exists():
        return False
    print(f"{step.about} ... ", end="", flush=True)
    began = time.monotonic()
    stamp.unlink(missing_ok=True)
    step.make()
    stamp.parent.mkdir(parents=True, exist_ok=True)
    # A step may write one of its own inputs (a first lock file), so the mark is taken anew.
    stamp.write_text(fingerprint(step.inputs()))
    print(f"{time.monotonic() - began:.1f} s", flush=True)
    return True


def fingerprint(inputs: Iterable[Path | str]) -> str:
    """A hash over the contents of files and texts."""
    mark = hashlib.sha256()
    for one in inputs:
        mark.update(one.read_bytes() if isinstance(one, Path) else one.encode())
        mark.update(b"\0")
    return mark.hexdigest()


def call(name: str, argv: Sequence[str | Path], *, cwd: Path = ROOT, remedy: str = "") -> None:
    """Run a command with its output in a log; a failure shows the log's end."""
    log = TOOLS / "logs" / f"{name}.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("wb") as out:
        quiet = {"stdout": out, "stderr": subprocess.STDOUT}
        ended = subprocess.run(argv, cwd=cwd, env=environment(), check=False, **quiet)  # noqa: S603
    if ended.returncode == 0:
        return
    tail = "\n".join(log.read_text("utf-8", "replace").splitlines()[-12:])
    raise SetUpFailed(f"{name} ended with status {ended.returncode}. {remedy}\n{tail}\nAll of it: {log}")


def environment() -> dict[str, str]:
    """The caller's variables, with caches in the clone where the home folder cannot take them."""
    found = {**os.environ, "UV_PYTHON_INSTALL_DIR": str(TOOLS / "python"), "UV_NO_PROGRESS": "1"}
    for foreign in ("VIRTUAL_ENV", "PYTHONPATH", "PYTHONHOME", "PYTHONDONTWRITEBYTECODE"):
        found.pop(foreign, None)
    if not os.access(Path(found.get("HOME") or "/nowhere"), os.W_OK):
        found |= {
            "UV_CACHE_DIR": str(TOOLS / "cache" / "uv"),
            "npm_config_cache": str(TOOLS / "cache" / "npm"),
        }
    if (NODE / "bin" / "node").exists():
        found["PATH"] = f"{NODE / 'bin'}{os.pathsep}{found.get('PATH', '')}"
    return found


# uv


def fetch_uv() -> None:
    """Put the pinned uv into a folder of its own; one on PATH serves where Python has no venv."""
    lock = ROOT / "scripts" / "uv.lock"
    try:
        call("uv-venv", [sys.executable, "-m", "venv", "--clear", TOOLS / "uv"])
    except SetUpFailed:
        link_uv_on_path()
        return
    install = ["-m", "pip", "install", "--quiet", "--require-hashes", "--no-deps", "-r", lock]
    call("uv", [TOOLS / "uv" / "bin" / "python", *install], remedy="PyPI must be reachable.")


def link_uv_on_path() -> None:
    """Use the uv that is installed, or say which package makes Python complete."""
    there = shutil.which("uv")
    if there is None:
        raise SetUpFailed(
            f"{sys.executable} cannot make virtual environments. On Debian: apt install python3-venv."
        )
    shutil.rmtree(TOOLS / "uv", ignore_errors=True)
    UV.parent.mkdir(parents=True)
    UV.symlink_to(there)


# Python environments


def make_core() -> None:
    """Install the engine's environment from its lock, and this clone into it."""
    if not (CORE / "bin" / "python").exists():
        call("core-venv", [UV, "venv", "--quiet", "--clear", "--python", quickest(sys.executable), CORE])
    sync("core", CORE, ROOT / "requirements.lock")
    clone = ["--no-deps", "--no-build-isolation", "--editable", ROOT]
    call("core-clone", [UV, "pip", "install", "--quiet", "--python", CORE / "bin" / "python", *clone])


def make_nlu() -> None:
    """Install NLU's environment, which needs CPython 3.11 and nothing else."""
    if not (NLU / "bin" / "python").exists():
        call("nlu-venv", [UV, "venv", "--quiet", "--clear", "--python", python_311(), NLU])
    sync("nlu", NLU, *sorted((ROOT / "nlu").glob("requirements*.lock")))


def sync(name: str, environment_dir: Path, *locks: Path) -> None:
    """Make an environment exactly what its lock files say; installed files are compiled at once."""
    python = environment_dir / "bin" / "python"
    flags = ["--quiet", "--require-hashes", "--compile-bytecode", "--python", python]
    call(name, [UV, "pip", "sync", *flags, *locks], remedy="PyPI must be reachable, and the disk needs 3 GB.")


PACE = """
import time
def work():
    counts = {}
    for i in range(60000):
        counts[i % 97] = counts.get(i % 97, 0) + len(str(i))
times = []
for _ in range(5):
    began = time.process_time(); work(); times.append(time.process_time() - began)
print(min(times))
"""


def quickest(python: str) -> str:
    """The quickest interpreter on PATH of this one's version: builds of one version differ by a fifth.

    Distributions compile with profile-guided optimisation, version managers often do not.
    """
    version = run_python(python, "import sys; print('%d.%d' % sys.version_info[:2])")
    folders = os.environ.get("PATH", "").split(os.pathsep)
    named = {str(path) for folder in folders if (path := Path(folder) / f"python{version}").exists()}
    same = [other for other in named if run_python(other, "import ctypes, ssl, sqlite3; print(1)")]
    paces = {other: pace for other in {python, *same} if (pace := run_python(other, PACE))}
    return min(paces, key=lambda other: float(paces[other]), default=python)


def run_python(python: str, code: str) -> str | None:
    """What a few lines print in an interpreter, or None when it cannot run them."""
    done = subprocess.run([python, "-c", code], capture_output=True, text=True, check=False)  # noqa: S603
    return done.stdout.strip() if done.returncode == 0 else None


def python_311() -> str:
    """A CPython 3.11: this one, one on PATH, or one that uv fetches."""
    for candidate in (sys.executable, "python3.11"):
        if found := real_311(candidate):
            return quickest(found)
    call(
        "python-3.11",
        [UV, "python", "install", "3.11"],
        remedy="NLU needs CPython 3.11 and none is on PATH. Install python3.11, then run this again.",
    )
    return "3.11"


def real_311(candidate: str) -> str | None:
    """The interpreter behind a name when it really is CPython 3.11; a shim on PATH may be hollow."""
    ask = "import sys; print(sys.version_info[:2] == (3, 11) and sys._base_executable or '')"
    try:
        said = subprocess.run([candidate, "-c", ask], capture_output=True, text=True, check=False)  # noqa: S603
    except OSError:
        return None
    return said.stdout.strip() or None


# Web pages


def build_web() -> None:
    """Install the web packages from their lock and build console, widget and demo page."""
    ensure_node()
    call(
        "npm-ci",
        ["npm", "ci", "--no-audit", "--no-fund"],
        cwd=WEB,
        remedy="The npm registry must answer.",
    )
    call("web-build", ["npm", "run", "build"], cwd=WEB)


def ensure_node() -> None:
    """Fetch a Node runtime from its wheel where none on PATH is new enough."""
    if node_version() >= OLDEST_NODE:
        return
    call("node-venv", [UV, "venv", "--quiet", "--clear", "--python", sys.executable, NODE])
    sync("node", NODE, ROOT / "scripts" / "node.lock")


def node_version() -> tuple[int, ...]:
    """The version of the Node that npm would run, or nothing when either is missing."""
    node = shutil.which("node", path=environment().get("PATH"))
    if node is None or shutil.which("npm", path=environment().get("PATH")) is None:
        return ()
    said = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout  # noqa: S603
    return tuple(int(part) for part in said.strip().lstrip("v").split(".")[:2] if part.isdigit())


def web_sources() -> list[Path]:
    """Every file that the built pages depend on."""
    made = {"node_modules", "dist", "tests", "test-results"}
    return sorted(
        path for path in WEB.rglob("*") if path.is_file() and not made & set(path.relative_to(WEB).parts)
    )


# What runs every time, because it knows itself when there is nothing to do


def compile_sources() -> None:
    """Compile our own modules, so that the first start is as fast as the second."""
    flags = ["-q", "-j", "2"]
    call("compile", [CORE / "bin" / "python", "-m", "compileall", *flags, *PACKAGES])
    call("compile-nlu", [NLU / "bin" / "python", "-m", "compileall", *flags, "nlu/frontdesk_nlu"])


def train() -> None:
    """Train the NLU model; the command itself knows when nothing changed."""
    began = time.monotonic()
    call("train", [CORE / "bin" / "frontdesk", "train"], remedy="`frontdesk doctor` says more.")
    said = (TOOLS / "logs" / "train.log").read_text("utf-8")
    if "unchanged" not in said:
        print(f"NLU model ... {time.monotonic() - began:.1f} s", flush=True)


def lock_files() -> list[Path]:
    """NLU's lock files: its packages, and those installed without what they ask for."""
    return sorted((ROOT / "nlu").glob("requirements*.lock"))


STEPS = (
    Step(
        name="uv",
        about="Installer (uv)",
        made=UV,
        inputs=lambda: [ROOT / "scripts" / "uv.lock"],
        make=fetch_uv,
    ),
    Step(
        name="core",
        about="Engine's environment",
        made=CORE / "bin" / "frontdesk",
        inputs=lambda: [ROOT / "requirements.lock", ROOT / "pyproject.toml", str(ROOT)],
        make=make_core,
    ),
    Step(
        name="nlu",
        about="NLU's environment",
        made=NLU / "bin" / "python",
        inputs=lambda: [*lock_files(), str(ROOT)],
        make=make_nlu,
    ),
    Step(
        name="web",
        about="Console, widget and demo page",
        made=WEB / "dist",
        inputs=web_sources,
        make=build_web,
    ),
)

if __name__ == "__main__":
    sys.exit(main())
