"""Judges drafts in a process of its own, so that a designer at work slows no conversation."""

import asyncio
import multiprocessing
import os
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass

from app.rulebooks.editing.pictures import Picture, picture_of
from app.rulebooks.files import Files, check_files
from policies.facts import Tools
from policies.problems import Problem

IDLE_S = 300.0
"""A process that nobody needed so long is ended; the next draft begins another."""
KINDLY = 10


@dataclass(frozen=True, kw_only=True)
class Judged:
    """What a check said of a draft, with pictures of its flows where it could be read."""

    problems: tuple[Problem, ...]
    notes: tuple[Problem, ...]
    summary: str
    version: str | None
    pictures: tuple[Picture, ...]

    @property
    def passed(self) -> bool:
        """True when the draft may be published."""
        return not self.problems


def judge(files: Files, tools: Tools | None) -> Judged:
    """Check a book as `frontdesk check` does and draw its flows."""
    report = check_files(files, tools)
    flows = report.book.flows.values() if report.book else ()
    return Judged(
        problems=report.problems,
        notes=report.notes,
        summary=report.summary,
        version=str(report.book.version) if report.book else None,
        pictures=tuple(picture_of(flow) for flow in flows),
    )


class Judge:
    """One process beside the engine, begun when first needed."""

    def __init__(self, tools: Tools | None) -> None:
        self._tools = tools
        self._pool: ProcessPoolExecutor | None = None
        self._ending: asyncio.TimerHandle | None = None

    async def __call__(self, files: Files) -> Judged:
        """Judge a draft; when the process died, once more in a fresh one."""
        try:
            return await self._judged(files)
        except BrokenProcessPool:
            self.close()
            return await self._judged(files)

    async def _judged(self, files: Files) -> Judged:
        loop = asyncio.get_running_loop()
        if self._ending is not None:
            self._ending.cancel()
        if self._pool is None:
            spawn = multiprocessing.get_context("spawn")
            self._pool = ProcessPoolExecutor(1, mp_context=spawn, initializer=_step_back)
        judged = await loop.run_in_executor(self._pool, judge, dict(files), self._tools)
        self._ending = loop.call_later(IDLE_S, self.close)
        return judged

    def close(self) -> None:
        """End the process; what it is doing is given up."""
        if self._pool is not None:
            self._pool.shutdown(wait=False, cancel_futures=True)
        self._pool = None


def _step_back() -> None:
    """Let customers go first."""
    os.nice(KINDLY)
