"""What processes cost, read from /proc: user and system time, and memory."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

TICK_S = 1 / os.sysconf("SC_CLK_TCK")
PAGE_MB = os.sysconf("SC_PAGE_SIZE") / 2**20
PARTS = {
    "nlu": "frontdesk_nlu",
    "postgres": "postgres",
    "valkey": "valkey-server",
    "shop": "examples.shop",
}
"""How the neighbours of an engine are known among its children."""


@dataclass(frozen=True, kw_only=True)
class Usage:
    """What one program and those it started have used so far."""

    cpu_s: float
    rss_mb: float


@dataclass(frozen=True, kw_only=True)
class Stat:
    """The lines of /proc/PID/stat that matter."""

    pid: int
    parent: int
    own_s: float
    ended_children_s: float
    rss_mb: float


def usage_of_parts(engine: int) -> dict[str, Usage]:
    """Measure an engine's process and each neighbour that it started."""
    stats = {stat.pid: stat for stat in every_process()}
    own = stats[engine]
    found = {"core": Usage(cpu_s=own.own_s, rss_mb=own.rss_mb)}
    for child in (stat for stat in stats.values() if stat.parent == engine):
        words = command(child.pid)
        for part, mark in PARTS.items():
            if mark in words:
                found[part] = usage_of_tree(child.pid, stats)
                break
    return found


def usage_of_tree(root: int, stats: dict[int, Stat] | None = None) -> Usage:
    """Measure a process with everything it started, ended children included."""
    stats = stats or {stat.pid: stat for stat in every_process()}
    tree = [stats[root], *_below(root, stats)] if root in stats else []
    ended = stats[root].ended_children_s if root in stats else 0.0
    return Usage(cpu_s=sum(one.own_s for one in tree) + ended, rss_mb=sum(one.rss_mb for one in tree))


def shared_memory_mb(root: int) -> float:
    """Memory of a process and all it started; what several share is divided among them (PSS)."""
    stats = {stat.pid: stat for stat in every_process()}
    tree = [stats[root], *_below(root, stats)] if root in stats else []
    return sum(proportional_mb(one.pid) for one in tree)


def proportional_mb(pid: int) -> float:
    """Read one process's proportional share of memory; nothing when it is gone or another account's."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text("utf-8").splitlines()
    except OSError:
        return 0.0
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024


def every_process() -> Iterator[Stat]:
    """Read all processes; one that ends meanwhile is left out."""
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit() and (stat := read_stat(int(folder.name))) is not None:
            yield stat


def read_stat(pid: int) -> Stat | None:
    """Read one process, or None when it is gone."""
    try:
        line = Path(f"/proc/{pid}/stat").read_text("utf-8", "replace")
    except OSError:
        return None
    # The name stands in brackets and may hold spaces; the fields after it are numbered from 3.
    fields = line.rpartition(")")[2].split()
    user, system, ended_user, ended_system = (int(value) * TICK_S for value in fields[11:15])
    return Stat(
        pid=pid,
        parent=int(fields[1]),
        own_s=user + system,
        ended_children_s=ended_user + ended_system,
        rss_mb=int(fields[21]) * PAGE_MB,
    )


def command(pid: int) -> str:
    """The command line of a process, or nothing when it is gone."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode("utf-8", "replace")
    except OSError:
        return ""


def _below(root: int, stats: dict[int, Stat]) -> list[Stat]:
    """All descendants; processes that were adopted by others are not ours."""
    children = [stat for stat in stats.values() if stat.parent == root]
    return children + [deeper for child in children for deeper in _below(child.pid, stats)]
