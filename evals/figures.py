"""The one JSON object in which every benchmark and suite ends."""

import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson

from app.settings import ROOT

Figures = Mapping[str, float]
"""Plain numbers named `what_unit`."""


@dataclass(frozen=True, kw_only=True)
class Measured:
    """What was measured, on which code and machine, and whether it is good enough."""

    name: str
    figures: Figures
    passed: bool
    peers: Mapping[str, Figures] = field(default_factory=dict)
    notes: Mapping[str, Any] = field(default_factory=dict)
    """What no figure tells, such as names."""

    def as_json(self, at: datetime) -> str:
        """Write it on one line."""
        told: dict[str, Any] = {
            "name": self.name,
            "at": at.isoformat(timespec="seconds"),
            "commit": commit(),
            "machine": machine(),
            "figures": self.figures,
            "peers": self.peers,
            "passed": self.passed,
            **({"notes": self.notes} if self.notes else {}),
        }
        return orjson.dumps(told).decode()


def conclude(measured: Measured, *, as_json: bool) -> int:
    """Write the last line where one is wanted; returns 0 when what was measured is good enough."""
    if as_json:
        sys.stdout.write(measured.as_json(now()) + "\n")
    return 0 if measured.passed else 1


def now() -> datetime:
    """The moment at which something was measured."""
    return datetime.now(UTC)


def commit(root: Path = ROOT) -> str:
    """The commit that was measured, with `+` when the tree has changes; `unknown` outside a clone."""
    try:
        head = _git(root, "rev-parse", "--short=12", "HEAD")
        return head + ("+" if _git(root, "status", "--porcelain", "--untracked-files=no") else "")
    except (OSError, subprocess.CalledProcessError):
        return "unknown"


def machine() -> dict[str, float]:
    """What it was measured on."""
    pages, size = os.sysconf("SC_PHYS_PAGES"), os.sysconf("SC_PAGE_SIZE")
    return {"cores": os.cpu_count() or 1, "memory_gb": round(pages * size / 2**30, 1)}


def percentile(values: list[float], share: float) -> float:
    """The value below which a share of the values lies; nearest rank, 0 when there is none."""
    if not values:
        return 0.0
    ranked = sorted(values)
    return ranked[min(len(ranked) - 1, max(0, round(share * len(ranked)) - 1))]


def _git(root: Path, *arguments: str) -> str:
    done = subprocess.run(["git", *arguments], cwd=root, capture_output=True, text=True, check=True)
    return done.stdout.strip()
