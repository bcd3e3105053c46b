"""Keeps the book in force what its folder says: a changed book is checked whole, then swapped at once."""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Protocol

from app.db import DatabaseGone
from app.rulebooks.archive import BookArchive
from app.rulebooks.compiling import compiled, rail_rules
from app.rulebooks.connected import BookTools, Connected
from app.rulebooks.files import Files, Look, check_files, look_at, read_files
from app.rulebooks.shelf import BookShelf
from app.turns.hub import Subscription
from graphs.ports import Rulebook
from guardrails.rules import RailRules
from guardrails.verdict import Rails
from policies.check import Report
from policies.facts import Tools
from policies.model import Book
from policies.problems import Problem
from policies.version import version_of

LOOK_AT_STORE_S = 30.0
"""The net under a lost signal of another process."""
TRY_AGAIN_S = 0.5

log = logging.getLogger(__name__)


class Signals(Protocol):
    """How processes tell one another that something changed."""

    def changed(self, tenant_id: str, conversation_id: str | None) -> None:
        """Tell everybody, here and in other processes."""

    def subscribe_events(self, tenant_id: str) -> contextlib.AbstractContextManager[Subscription]:
        """Hear of changes from now on."""


@dataclass(frozen=True, kw_only=True)
class BookState:
    """Which book is served, since when, and what keeps the folder's from being it."""

    version: str
    loaded_at: datetime
    folder: Path
    problems: tuple[Problem, ...] = ()
    notes: tuple[Problem, ...] = ()

    @property
    def fine(self) -> bool:
        """True when the folder's book is the one in force, or another process put one in force since."""
        return not self.problems


@dataclass(frozen=True, kw_only=True)
class KeeperDeps:
    """What a keeper works with."""

    folder: Path
    tenant_id: str
    tools: Tools
    shelf: BookShelf
    archive: BookArchive
    signals: Signals
    clock: Callable[[], datetime]
    build_rails: Callable[[RailRules], Rails]
    taken: Callable[[Book], None]
    """Called when a book came into force, for what is made from it and lives elsewhere."""
    look_every_s: float = 1.0
    """How often the folder is looked at; 0 leaves reloading to whoever asks for it."""
    connected: BookTools | None = None
    """Makes the tools that a book's connections declare; without it all books have `tools`."""
    refused: tuple[Problem, ...] = ()
    """What was wrong with the folder's book when the engine began with a stored one instead."""


class BookKeeper:
    """Watches the folder, checks what changed, and puts it in force; one an engine."""

    def __init__(self, deps: KeeperDeps) -> None:
        self._deps = deps
        self._one_at_a_time = asyncio.Lock()
        self._tasks: list[asyncio.Task[None]] = []
        self._seen: Look = ()
        version = deps.shelf.book.version
        self.state = BookState(
            version=version, loaded_at=deps.clock(), folder=deps.folder, problems=deps.refused
        )

    @property
    def archive(self) -> BookArchive:
        """Where all versions are."""
        return self._deps.archive

    @property
    def tools(self) -> Tools:
        """The tools that a book may name."""
        return self._deps.tools

    @property
    def book(self) -> Book:
        """The book in force."""
        return self._deps.shelf.book

    async def open(self) -> None:
        """Store the book that the engine began with, and begin to watch."""
        deps = self._deps
        self._seen = look_at(deps.folder)
        files = await asyncio.to_thread(read_files, deps.folder)
        if version_of(files) == deps.shelf.book.version:
            await deps.archive.put_in_force(deps.tenant_id, deps.shelf.book.version, files, deps.clock())
            deps.signals.changed(signal_of(deps.tenant_id), None)
        else:
            self._seen = ()
        self._tasks.append(asyncio.create_task(self._hear_others()))
        if deps.look_every_s:
            self._tasks.append(asyncio.create_task(self._watch()))

    async def close(self) -> None:
        """End the watching."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def reload(self) -> BookState:
        """Read the folder now; a book without a problem is in force when this returns, another never."""
        async with self._one_at_a_time:
            files = await self._settled_files()
            if version_of(files) == self._deps.shelf.book.version:
                self.state = replace(self.state, problems=())
                return self.state
            made = await self._deps.connected.made(files) if self._deps.connected else None
            report = await asyncio.to_thread(check_files, files, made.shapes if made else self._deps.tools)
            if made and made.problems:
                report = replace(report, problems=tuple(sorted({*report.problems, *made.problems})))
            if report.book is None or not report.passed:
                return self._refused(report)
            rulebook = await self._made_of(report.book)
            await self._store(report.book, files)
            self._swap(rulebook, report, made)
            self._deps.signals.changed(signal_of(self._deps.tenant_id), None)
            return self.state

    async def _settled_files(self) -> Files:
        """Read the folder until nobody wrote into it meanwhile, so that no half-saved book is checked."""
        while True:
            before = await asyncio.to_thread(look_at, self._deps.folder)
            files = await asyncio.to_thread(read_files, self._deps.folder)
            if await asyncio.to_thread(look_at, self._deps.folder) == before:
                self._seen = before
                return files

    def _refused(self, report: Report) -> BookState:
        """Keep the book in force and say what is wrong with the other."""
        if report.problems != self.state.problems:
            for problem in report.problems:
                log.warning("book: %s", problem)
            log.warning("book: %s stays in force; %s", self.state.version, report.summary)
        self.state = replace(self.state, problems=report.problems, notes=report.notes)
        return self.state

    async def _made_of(self, book: Book) -> Rulebook:
        """Compile fast path and rails; rails that did not change are kept."""
        shelf, rules = self._deps.shelf, rail_rules(book)
        rails = shelf.rulebook.rails
        if rules != rail_rules(shelf.book):
            rails = await asyncio.to_thread(self._deps.build_rails, rules)
        return await asyncio.to_thread(compiled, book, rails)

    async def _store(self, book: Book, files: Files) -> None:
        """Store a version before anything runs on it: a flow must find it again after a restart."""
        deps = self._deps
        await deps.archive.put_in_force(deps.tenant_id, book.version, files, deps.clock())

    def _swap(self, rulebook: Rulebook, report: Report | None = None, made: Connected | None = None) -> None:
        """Put a book in force with its tools; turns under way keep those they began with."""
        book, before = rulebook.book, self.state.version
        if self._deps.connected and made:
            self._deps.connected.serve(book.version, made, newest=True)
        self._deps.shelf.put_in_force(rulebook)
        self._deps.taken(book)
        self.state = BookState(
            version=book.version,
            loaded_at=self._deps.clock(),
            folder=self._deps.folder,
            problems=() if report else self.state.problems,
            notes=report.notes if report else (),
        )
        log.info("book: %s is in force, after %s", book.version, before)

    async def _watch(self) -> None:
        """Look at the folder; what changed is read when it changes no more."""
        while True:
            await asyncio.sleep(self._deps.look_every_s)
            before, self._seen = self._seen, await asyncio.to_thread(look_at, self._deps.folder)
            if before == self._seen:
                continue
            await self._until_still()
            await self._tried(self.reload)

    async def _until_still(self) -> None:
        """Wait until two looks agree: an editor saves several files one after the other."""
        while True:
            await asyncio.sleep(self._deps.look_every_s / 2)
            before, self._seen = self._seen, await asyncio.to_thread(look_at, self._deps.folder)
            if before == self._seen:
                return

    async def _hear_others(self) -> None:
        """Take over what another process put in force."""
        with self._deps.signals.subscribe_events(signal_of(self._deps.tenant_id)) as subscription:
            while True:
                await subscription.wait(LOOK_AT_STORE_S)
                await self._tried(self.take_newest)

    async def take_newest(self) -> BookState:
        """Serve the version that came into force last, whoever put it there."""
        deps = self._deps
        async with self._one_at_a_time:
            stored = await deps.archive.versions(deps.tenant_id, most=1)
            if not stored or stored[0].version == deps.shelf.book.version:
                return self.state
            version = stored[0].version
            found = await deps.shelf.older(deps.tenant_id, [version])
            if rulebook := found.get(version):
                files = await deps.archive.files(deps.tenant_id, version) if deps.connected else None
                made = await deps.connected.made(files) if deps.connected and files else None
                self._swap(await self._made_of(rulebook.book), made=made)
            return self.state

    async def _tried(self, work: Callable[[], Awaitable[BookState]]) -> None:
        """Do it, and again when the database is back."""
        while True:
            try:
                await work()
                return
            except DatabaseGone as error:
                log.warning("book: not looked at, the database is away (%s)", type(error).__name__)
                await asyncio.sleep(TRY_AGAIN_S)
            except Exception as error:
                log.error("book: not read: %s", type(error).__name__, exc_info=error)
                self.state = replace(self.state, problems=(_unreadable(self._deps.folder, error),))
                return


def _unreadable(folder: Path, error: Exception) -> Problem:
    """Word what nobody foresaw as a problem of the folder."""
    message = f"this book cannot be read: {type(error).__name__}"
    return Problem(file=str(folder), line=1, column=1, message=message, hint="Run `frontdesk check` on it.")


def signal_of(tenant_id: str) -> str:
    """Name the signal that tells of another book; no tenant can be called so."""
    return f"book:{tenant_id}"
