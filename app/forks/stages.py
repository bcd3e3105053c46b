"""Books made ready to be played on: as they were, as they are, or as somebody would have them."""

import asyncio
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

from app.replay.player import Stage
from app.rulebooks.archive import BookArchive
from app.rulebooks.compiling import compiled, rail_rules
from app.rulebooks.files import Files, check_files, recompile
from app.rulebooks.shelf import BookShelf
from app.understanding.standing import load_standing
from guardrails.build import build_rails
from policies.facts import Tools
from policies.model import Book
from policies.problems import Problem
from policies.version import version_of

IN_FORCE = "current"
MOST_KEPT = 4
"""Stages held ready; making one takes about as long as a reload."""


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """Which book a sandbox runs on: a version, and files that take the place of its own."""

    version: str
    files: Mapping[str, str | None]
    """By name inside the folder; None leaves a file out."""


@dataclass(frozen=True)
class NoSuchVersion:
    """The version was never in force, or its files are lost."""

    version: str


@dataclass(frozen=True)
class NotABook:
    """What the files make is no sound book."""

    problems: tuple[Problem, ...]


class Stages:
    """Makes stages and keeps the last ones, so that trying again is quick."""

    def __init__(self, shelf: BookShelf, archive: BookArchive, tools: Tools) -> None:
        self._shelf = shelf
        self._archive = archive
        self._tools = tools
        self._kept: OrderedDict[str, Stage] = OrderedDict()
        self._one_at_a_time = asyncio.Lock()

    async def at(self, tenant_id: str, wanted: Wanted) -> Stage | NoSuchVersion | NotABook:
        """Return the stage of a book; one that has problems is refused with them."""
        version = self._shelf.book.version if wanted.version == IN_FORCE else wanted.version
        async with self._one_at_a_time:
            if not wanted.files:
                return await self._of_version(tenant_id, version)
            files = await self._archive.files(tenant_id, version)
            if files is None:
                return NoSuchVersion(version)
            return await self._of_files(_laid_over(files, wanted.files))

    async def _of_version(self, tenant_id: str, version: str) -> Stage | NoSuchVersion:
        if version == self._shelf.book.version:
            return await self._made(self._shelf.book)
        if (kept := self._kept.get(version)) is not None:
            return kept
        files = await self._archive.files(tenant_id, version)
        book = await asyncio.to_thread(recompile, files, self._tools) if files else None
        return NoSuchVersion(version) if book is None else await self._made(book)

    async def _of_files(self, files: Files) -> Stage | NotABook:
        version = version_of(files)
        if (kept := self._kept.get(version)) is not None:
            return kept
        report = await asyncio.to_thread(check_files, files, self._tools)
        if report.book is None or not report.passed:
            return NotABook(tuple(report.problems))
        return await self._made(report.book)

    async def _made(self, book: Book) -> Stage:
        """Make what turns run on, and let go of the stage longest unused."""
        if (kept := self._kept.get(book.version)) is None:
            rails = await asyncio.to_thread(build_rails, rail_rules(book))
            rulebook = await asyncio.to_thread(partial(compiled, book, rails))
            kept = Stage(rulebook=rulebook, rails=rails, standing=load_standing())
        self._kept[book.version] = kept
        self._kept.move_to_end(book.version)
        while len(self._kept) > MOST_KEPT:
            self._kept.popitem(last=False)
        return kept


def _laid_over(files: Files, others: Mapping[str, str | None]) -> dict[str, bytes]:
    """Put files in the place of a book's own."""
    changed = {name: text.encode() for name, text in others.items() if text is not None}
    left = {name: content for name, content in files.items() if name not in others}
    return {**left, **changed}
