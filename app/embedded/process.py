"""A process by its id: started by us, or adopted from a Frontdesk that was killed."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from app.embedded.account import Account
from app.settings import inherited_environment

GLANCE_S = 0.1
LONGEST_LOG = 20 * 2**20
"""Bytes after which a program's next start begins a new log and keeps one old one."""


@dataclass(frozen=True, kw_only=True)
class Launch:
    """How to start a program."""

    argv: Sequence[str]
    log: Path
    cwd: Path | None = None
    env: Mapping[str, str] = field(default_factory=dict)
    account: Account | None = None
    """The system account it runs under; None is our own."""


@dataclass(frozen=True)
class Running:
    """A process that runs, or ran."""

    pid: int
    own: subprocess.Popen[bytes] | None = None
    """None for an adopted process: another one's child, whose exit status is not ours to know."""

    @property
    def alive(self) -> bool:
        """Whether it still runs; a zombie does not."""
        return self.own.poll() is None if self.own else pid_alive(self.pid)

    @property
    def exit_text(self) -> str:
        """How it ended, in words."""
        code = self.own.returncode if self.own else None
        if code is None:
            return "stopped"
        return f"was killed by signal {-code}" if code < 0 else f"ended with status {code}"

    async def ended(self) -> None:
        """Return once it no longer runs."""
        while self.alive:  # noqa: ASYNC110 - nothing tells of another process's end, adopted or not
            await asyncio.sleep(GLANCE_S)

    async def stop(self, how: signal.Signals = signal.SIGTERM, *, within_s: float = 10.0) -> None:
        """Ask it to end, then make it; nobody else's process is touched."""
        if not self.alive:
            return
        os.kill(self.pid, how)
        try:
            await asyncio.wait_for(self.ended(), within_s)
        except TimeoutError:
            os.kill(self.pid, signal.SIGKILL)
            await self.ended()


def start(launch: Launch) -> Running:
    """Start a program in a session of its own, so that Ctrl-C reaches us alone and we stop it in order."""
    launch.log.parent.mkdir(parents=True, exist_ok=True)
    if launch.log.exists() and launch.log.stat().st_size > LONGEST_LOG:
        launch.log.rename(launch.log.with_suffix(".log.1"))
    who = launch.account
    with launch.log.open("ab") as log:
        own = subprocess.Popen(  # noqa: S603 - the programs are ours, no shell is involved
            list(launch.argv),
            cwd=launch.cwd or "/",
            env={**inherited_environment(), **launch.env},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            user=who.uid if who else None,
            group=who.gid if who else None,
            extra_groups=[] if who else None,
        )
    return Running(own.pid, own)


def pid_alive(pid: int) -> bool:
    """Whether a process runs under this id and is not a zombie."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return not _is_zombie(pid)


def _is_zombie(pid: int) -> bool:
    """Whether it ended and nobody fetched its status, as happens where process 1 reaps nothing."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text("utf-8", "replace")
    except OSError:
        return False
    return stat.rpartition(")")[2].split()[0] in "ZX"


def command_of(pid: int) -> str:
    """The command line of a running process, or nothing when it cannot be read."""
    if sys.platform == "linux":
        try:
            return (
                Path(f"/proc/{pid}/cmdline")
                .read_bytes()
                .replace(b"\0", b" ")
                .decode("utf-8", "replace")
                .strip()
            )
        except OSError:
            return ""
    ask = ["/bin/ps", "-o", "command=", "-p", str(pid)]
    asked = subprocess.run(ask, capture_output=True, text=True, check=False)  # noqa: S603
    return asked.stdout.strip()
