"""Compares two books over many conversations, on as many processes as the machine has cores."""

import asyncio
import multiprocessing
import os
from collections import deque
from collections.abc import AsyncIterator, Callable, Sequence
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from dataclasses import dataclass

from app.replay.archive import Tape
from app.replay.errors import BookUnreadable
from app.replay.player import Stage
from app.replay.recorded import read_conversation
from app.replay.verdict import Comparison, Verdict, compare
from app.rulebooks.compiling import compiled, rail_rules
from app.rulebooks.files import Files, recompile
from app.understanding.standing import load_standing
from guardrails.build import build_rails
from policies.facts import Tools
from policies.version import version_of

AHEAD = 3
"""Parts that wait for each process, so that none is idle and not everything is in memory."""
Told = list[Verdict | None]
"""Verdicts in the order of the tapes; None for a conversation without a whole recording."""


@dataclass(frozen=True, kw_only=True)
class Books:
    """The two books to compare, as files, and the tools they may name."""

    old: Files
    new: Files
    tools: Tools | None = None


class Stages:
    """Both books made ready to be played on; once in every process."""

    def __init__(self, books: Books) -> None:
        self.old = _stage(books.old, books.tools)
        self.new = _stage(books.new, books.tools) if books.new != books.old else self.old

    async def judge(self, tapes: Sequence[Tape]) -> Told:
        """Compare the books over some conversations."""
        told: Told = []
        for tape in tapes:
            conversation = read_conversation(tape.conversation_id, tape.traces)
            told.append(await compare(conversation, self.old, self.new) if conversation else None)
        return told


def _stage(files: Files, tools: Tools | None) -> Stage:
    book = recompile(files, tools)
    if book is None:
        raise BookUnreadable(f"the book {version_of(files)} cannot be read: run `frontdesk check` on it")
    rails = build_rails(rail_rules(book))
    return Stage(rulebook=compiled(book), rails=rails, standing=load_standing())


async def compare_books(
    books: Books,
    tapes: AsyncIterator[list[Tape]],
    *,
    jobs: int | None = None,
    progress: Callable[[int], None] = lambda done: None,
) -> Comparison:
    """Compare two books over all tapes; the same tapes and books give the same comparison."""
    processes = jobs or os.cpu_count() or 1
    told = await (
        _here(books, tapes, progress) if processes == 1 else _beside(books, tapes, processes, progress)
    )
    return Comparison(
        old=version_of(books.old),
        new=version_of(books.new),
        verdicts=tuple(verdict for verdict in told if verdict is not None),
        unreadable=sum(verdict is None for verdict in told),
    )


async def _here(books: Books, tapes: AsyncIterator[list[Tape]], progress: Callable[[int], None]) -> Told:
    """Compare in this process."""
    stages = Stages(books)
    told: Told = []
    async for some in tapes:
        told += await stages.judge(some)
        progress(len(told))
    return told


async def _beside(
    books: Books, tapes: AsyncIterator[list[Tape]], processes: int, progress: Callable[[int], None]
) -> Told:
    """Compare in processes of their own, reading on meanwhile; the tapes' order is kept."""
    spawn = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(processes, mp_context=spawn, initializer=_begin, initargs=(books,))
    told: Told = []
    with pool:
        parts: deque[asyncio.Future[Told]] = deque()
        async for some in tapes:
            parts.append(asyncio.wrap_future(_give(pool, some)))
            if len(parts) > processes * AHEAD:
                told += await parts.popleft()
                progress(len(told))
        for part in parts:
            told += await part
            progress(len(told))
    return told


def _give(pool: Executor, tapes: list[Tape]) -> "Future[Told]":
    return pool.submit(_judge, tapes)


_stages: list[Stages] = []


def _begin(books: Books) -> None:
    """Make a worker process ready."""
    _stages[:] = [Stages(books)]


def _judge(tapes: list[Tape]) -> Told:
    """Compare in a worker process."""
    return asyncio.run(_stages[0].judge(tapes))
