"""Comparisons of a draft with the book in force, made beside the engine and kept in the database."""

import asyncio
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Literal, cast

import structlog

from app.conversations.seal import Seal, open_json, open_text, seal_json, seal_text
from app.db import Database, DatabaseGone
from app.ids import new_id
from app.replay.archive import tapes
from app.replay.comparing import Books, compare_books
from app.replay.errors import ReplayError
from app.replay.page import write_report
from app.replay.summary import headline, remarks
from app.replay.table import as_json
from app.replay.verdict import Comparison
from app.rulebooks.editing import repository_diffs as sql
from app.rulebooks.files import Files
from policies.facts import Tools
from policies.version import version_of

MOST_KEPT = 8
PROCESSES = 2
BEAT_S = 2.0
SILENT_FOR = timedelta(seconds=60)
"""A comparison that was not heard of for so long ended with its engine."""

State = Literal["running", "done", "failed"]

log = structlog.get_logger(__name__)


@dataclass(frozen=True, kw_only=True)
class Diff:
    """One comparison, under way or done."""

    diff_id: str
    new: str
    state: State = "running"
    compared: int = 0
    told: Mapping[str, Any] | None = None


@dataclass(kw_only=True)
class _Work:
    """A comparison that this engine makes."""

    tenant_id: str
    diff_id: str
    books: Books
    since: datetime | None
    most: int
    compared: int = 0


@dataclass(kw_only=True)
class Diffs:
    """Makes one comparison at a time; the newest few can be read in every engine, also after a restart."""

    database: Database
    vault: Seal
    tools: Tools | None
    clock: Callable[[], datetime]
    _tasks: set["asyncio.Task[None]"] = field(default_factory=set)
    _one_at_a_time: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def start(self, tenant_id: str, old: Files, new: Files, since: datetime | None, most: int) -> Diff:
        """Begin to compare; a draft that is being compared already, wherever, is not begun again."""
        version, now, diff_id = str(version_of(new)), self.clock(), new_id("dif")
        async with self.database.tenant(tenant_id) as conn:
            known = await sql.running(conn, tenant_id, version, now - SILENT_FOR)
            if known is not None:
                return self._opened(tenant_id, known)
            await sql.add(conn, tenant_id, diff_id, version, now, MOST_KEPT)
        books = Books(old=old, new=new, tools=self.tools)
        work = _Work(tenant_id=tenant_id, diff_id=diff_id, books=books, since=since, most=most)
        task = asyncio.create_task(self._run(work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return Diff(diff_id=diff_id, new=version)

    async def find(self, tenant_id: str, diff_id: str) -> Diff | None:
        """Return a comparison of this tenant."""
        async with self.database.tenant(tenant_id) as conn:
            row = await sql.one(conn, tenant_id, diff_id)
        return None if row is None else self._opened(tenant_id, row)

    async def page(self, tenant_id: str, diff_id: str) -> str | None:
        """Return a comparison's report page; None while there is none."""
        async with self.database.tenant(tenant_id) as conn:
            row = await sql.one(conn, tenant_id, diff_id)
        if row is None or row.page is None:
            return None
        return open_text(self.vault, tenant_id, row.page, _place("page", diff_id))

    def _opened(self, tenant_id: str, row: sql.DiffRow) -> Diff:
        lost = row.state == "running" and row.alive_at <= self.clock() - SILENT_FOR
        place = _place("told", row.diff_id)
        return Diff(
            diff_id=row.diff_id,
            new=row.new_version,
            state="failed" if lost else cast("State", row.state),
            compared=row.compared,
            told=open_json(self.vault, tenant_id, row.told, place) if row.told else None,
        )

    async def _run(self, work: _Work) -> None:
        beating = asyncio.create_task(self._beat(work))
        try:
            async with self._one_at_a_time:
                made = await self._compared(work)
            await self._end(work, "done", told(made), await asyncio.to_thread(_page, made))
        except (ReplayError, OSError, RuntimeError) as error:
            log.warning("diff_failed", error=type(error).__name__)
            await self._end(work, "failed", None, None)
        except DatabaseGone as error:
            log.warning("diff_failed", error=type(error).__name__)
        finally:
            beating.cancel()

    async def _compared(self, work: _Work) -> Comparison:
        def progress(done: int) -> None:
            work.compared = done

        found = tapes(self.database, self.vault, work.tenant_id, since=work.since, most=work.most)
        return await compare_books(work.books, found, jobs=PROCESSES, progress=progress)

    async def _beat(self, work: _Work) -> None:
        """Say now and then that it goes on, and how far it is."""
        while True:
            await asyncio.sleep(BEAT_S)
            try:
                async with self.database.tenant(work.tenant_id) as conn:
                    await sql.alive(conn, work.tenant_id, work.diff_id, work.compared, self.clock())
            except DatabaseGone as error:
                log.info("diff_waits_for_the_database", error=type(error).__name__)

    async def _end(
        self, work: _Work, state: State, found: Mapping[str, Any] | None, page: str | None
    ) -> None:
        tenant_id, diff_id = work.tenant_id, work.diff_id
        row = sql.DiffRow(
            diff_id=diff_id,
            new_version="",
            state=state,
            compared=work.compared,
            told=seal_json(self.vault, tenant_id, found, _place("told", diff_id)) if found else None,
            page=seal_text(self.vault, tenant_id, page, _place("page", diff_id)) if page else None,
            alive_at=self.clock(),
        )
        async with self.database.tenant(tenant_id) as conn:
            await sql.end(conn, tenant_id, row)


def _place(part: str, diff_id: str) -> str:
    return f"book_diffs:{part}:{diff_id}"


def told(made: Comparison) -> Mapping[str, Any]:
    """Put a comparison into plain values, with its headline and what limits it."""
    return {"headline": headline(made), "remarks": list(remarks(made)), **as_json(made)}


def _page(made: Comparison) -> str:
    with tempfile.TemporaryDirectory(prefix="frontdesk-diff-") as folder:
        target = Path(folder) / "report.html"
        write_report(made, target)
        return target.read_text("utf-8")
