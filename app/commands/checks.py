"""What `doctor` looks at; each check answers with a finding and never raises."""

import asyncio
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from app.embedded.account import home_for, service_account
from app.embedded.children import NLU_PYTHON, free_port
from app.embedded.errors import EmbeddedError
from app.embedded.lock import ROOM_WANTED_MB, holder
from app.embedded.postgres import installed_programs
from app.embedded.valkey import installed_program
from app.settings import Settings

CHECK_SECONDS = 20
REACH_SECONDS = 3


@dataclass(frozen=True, kw_only=True)
class Finding:
    """What one check saw; a problem's text ends with its remedy."""

    about: str
    fine: bool
    says: str


def examine(settings: Settings) -> list[Finding]:
    """Run every check."""
    checks: dict[str, Callable[[Settings], str]] = {
        "Python": _python,
        "data folder": _data_folder,
        "disk": _disk,
        "instance": _instance,
        "PostgreSQL": _postgres,
        "Valkey": _valkey,
        "NLU environment": _nlu_environment,
        "NLU model": _nlu_model,
        "web pages": _web,
        "rule book": _book,
        "connected systems": connected_systems,
        "declared tools": declared_connections,
    }
    return [_found(about, check, settings) for about, check in checks.items()]


class Wrong(Exception):
    """A check failed; the text says what to do."""


def _found(about: str, check: Callable[[Settings], str], settings: Settings) -> Finding:
    try:
        return Finding(about=about, fine=True, says=check(settings))
    except (Wrong, EmbeddedError, OSError) as problem:
        return Finding(about=about, fine=False, says=str(problem))


def _python(_: Settings) -> str:
    version = sys.version.split()[0]
    if sys.version_info < (3, 11):  # noqa: UP036 - a wrong interpreter is what doctor is asked about
        raise Wrong(f"{version}; 3.11 or newer is needed. Install it and run `make setup`.")
    return f"{version} in {sys.prefix}"


def _data_folder(settings: Settings) -> str:
    state = settings.state
    if not state.exists():
        return f"{state}, made at the first start"
    account = service_account(state / "postgres" / "cluster")
    home = home_for(state, account)
    aside = "" if home == state else f"; PostgreSQL's files lie in {home}, which its account can reach"
    return f"{state}{aside}"


def _disk(settings: Settings) -> str:
    there = next(folder for folder in (settings.state, *settings.state.parents) if folder.exists())
    free = shutil.disk_usage(there).free // 2**20
    if free < ROOM_WANTED_MB:
        raise Wrong(
            f"{free} MB free; {ROOM_WANTED_MB} MB are needed. Free some room or move FRONTDESK_DATA_DIR."
        )
    return f"{free} MB free"


def _instance(settings: Settings) -> str:
    if owner := holder(settings.state):
        return f"runs as process {owner.pid} at {owner.address}"
    if settings.port and free_port(settings.port) != settings.port:
        raise Wrong(
            f"nothing of ours runs, but port {settings.port} is taken. Set FRONTDESK_PORT to another."
        )
    return f"not running; port {settings.port} is free"


def _postgres(settings: Settings) -> str:
    if settings.database_url:
        return "configured by FRONTDESK_DATABASE_URL"
    account = service_account(settings.state / "postgres" / "cluster")
    programs = installed_programs()
    version = _first_line([str(programs / "postgres"), "--version"])
    return version + (f", runs as {account.name}" if account else "")


def _valkey(settings: Settings) -> str:
    if settings.redis_url:
        return "configured by FRONTDESK_REDIS_URL"
    return _first_line([str(installed_program()), "--version"])


def _nlu_environment(settings: Settings) -> str:
    if settings.nlu_url:
        return f"configured by FRONTDESK_NLU_URL: {settings.nlu_url}"
    if not NLU_PYTHON.exists():
        raise Wrong("nlu/.venv is missing. Run `make setup`; it fetches CPython 3.11 when none is on PATH.")
    version = _first_line([str(NLU_PYTHON), "--version"])
    if not version.startswith("Python 3.11."):
        raise Wrong(f"{version}; NLU needs 3.11. Remove nlu/.venv and run `make setup`.")
    return f"{version} in {NLU_PYTHON.parent.parent}"


def _nlu_model(settings: Settings) -> str:
    stamp = settings.state / "nlu" / "fingerprint"
    if settings.nlu_url:
        return "comes with the configured service"
    return (
        f"trained ({stamp.read_text('utf-8')})"
        if stamp.exists()
        else "not trained yet; `frontdesk run` trains it"
    )


def _web(settings: Settings) -> str:
    if not settings.web_dist.is_dir():
        raise Wrong(f"{settings.web_dist} is missing. Run `make setup` to build the console and widget.")
    return str(settings.web_dist)


def _book(settings: Settings) -> str:
    from policies.loader import load_book
    from policies.problems import BookInvalid

    try:
        return f"version {load_book(settings.book).version}"
    except BookInvalid as problem:
        raise Wrong(
            f"{len(problem.problems)} problems. `frontdesk check {settings.book}` names them."
        ) from None


def connected_systems(settings: Settings) -> str:
    """Whether every vendor in use can be reached; its credentials are tried by its first call."""
    used = {f"{system} at {url}": url for system, url in settings.reached_at().items()}
    lost = [named for named, url in used.items() if not _reached(url)]
    if lost:
        raise Wrong(f"no connection to {', '.join(lost)}. Check the address, or the way out of this network.")
    return ", ".join(used) or "the company's own services serve every port"


def declared_connections(settings: Settings) -> str:
    """Whether the book's connections have their secrets and can be reached; no tool is called."""
    from app.declared import addresses, tools_at_start

    declared = asyncio.run(tools_at_start(settings))
    if declared.problems:
        told = "; ".join(f"{one.file}:{one.line} {one.message}. {one.hint}" for one in declared.problems)
        raise Wrong(told)
    lost = [f"{name} at {url}" for name, url in addresses(settings.book).items() if not _reached(url)]
    if lost:
        raise Wrong(f"no connection to {', '.join(lost)}. Check the address, or the way out of this network.")
    return ", ".join(tool.name for tool in declared.tools) or "the book declares none"


def _reached(url: str) -> bool:
    where = urlsplit(url)
    address = (where.hostname or "", where.port or (443 if where.scheme == "https" else 80))
    try:
        socket.create_connection(address, timeout=REACH_SECONDS).close()
    except OSError:
        return False
    return True


def _first_line(argv: list[str]) -> str:
    """What a program says first, such as its version."""
    asked = subprocess.run(argv, capture_output=True, text=True, timeout=CHECK_SECONDS, check=False)  # noqa: S603
    if asked.returncode != 0:
        raise Wrong(
            f"{Path(argv[0]).name} does not run here: {asked.stderr.strip()}. Run `make setup` again."
        )
    return asked.stdout.strip().splitlines()[0]
