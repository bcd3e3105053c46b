"""Comparisons of a draft with the book in force, made beside the engine and kept for a while."""

import asyncio
import tempfile
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

import structlog

from app.conversations.seal import Seal
from app.db import Database
from app.ids import new_id
from app.replay.archive import tapes
from app.replay.comparing import Books, compare_books
from app.replay.errors import ReplayError
from app.replay.page import write_report
from app.replay.summary import headline, remarks
from app.replay.table import as_json
from app.replay.verdict import Comparison
from app.rulebooks.files import Files
from policies.facts import Tools
from policies.version import version_of

MOST_KEPT = 8
PROCESSES = 2

log = structlog.get_logger(__name__)


@dataclass(kw_only=True)
class Diff:
    """One comparison, under way or done."""

    diff_id: str
    tenant_id: str
    new: str
    state: Literal["running", "done", "failed"] = "running"
    compared: int = 0
    told: Mapping[str, Any] | None = None
    page: str | None = None
    task: "asyncio.Task[None] | None" = field(default=None, repr=False)


class Diffs:
    """Makes one comparison at a time; the newest few can be read."""

    def __init__(self, database: Database, vault: Seal, tools: Tools | None) -> None:
        self._database = database
        self._vault = vault
        self._tools = tools
        self._kept: OrderedDict[str, Diff] = OrderedDict()
        self._one_at_a_time = asyncio.Lock()

    def start(self, tenant_id: str, old: Files, new: Files, since: datetime | None, most: int) -> Diff:
        """Begin to compare; the same draft that is being compared already is not begun again."""
        version = str(version_of(new))
        for known in self._kept.values():
            if (known.tenant_id, known.new, known.state) == (tenant_id, version, "running"):
                return known
        diff = Diff(diff_id=new_id("dif"), tenant_id=tenant_id, new=version)
        self._kept[diff.diff_id] = diff
        while len(self._kept) > MOST_KEPT:
            self._kept.popitem(last=False)
        books = Books(old=old, new=new, tools=self._tools)
        diff.task = asyncio.create_task(self._run(diff, books, since, most))
        return diff

    def find(self, tenant_id: str, diff_id: str) -> Diff | None:
        """Return a comparison of this tenant."""
        found = self._kept.get(diff_id)
        return found if found and found.tenant_id == tenant_id else None

    async def _run(self, diff: Diff, books: Books, since: datetime | None, most: int) -> None:
        try:
            async with self._one_at_a_time:
                found = tapes(self._database, self._vault, diff.tenant_id, since=since, most=most)
                made = await compare_books(
                    books, found, jobs=PROCESSES, progress=lambda done: setattr(diff, "compared", done)
                )
            diff.told, diff.page = told(made), await asyncio.to_thread(_page, made)
            diff.state = "done"
        except (ReplayError, OSError, RuntimeError) as error:
            log.warning("diff_failed", error=type(error).__name__)
            diff.state = "failed"


def told(made: Comparison) -> Mapping[str, Any]:
    """Put a comparison into plain values, with its headline and what limits it."""
    return {"headline": headline(made), "remarks": list(remarks(made)), **as_json(made)}


def _page(made: Comparison) -> str:
    with tempfile.TemporaryDirectory(prefix="frontdesk-diff-") as folder:
        target = Path(folder) / "report.html"
        write_report(made, target)
        return target.read_text("utf-8")
