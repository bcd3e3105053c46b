"""The book that an engine begins with: the folder's, or the last good one while the folder's is bad."""

import asyncio
import logging
from dataclasses import dataclass
from pathlib import Path

from app.rulebooks.archive import BookArchive
from app.rulebooks.connected import BookTools
from app.rulebooks.files import read_files
from app.rulebooks.shelf import BookShelf
from policies.facts import Tools
from policies.problems import BookInvalid, Problem

log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Beginning:
    """A shelf to begin with, and what is wrong with the folder when the shelf is not from there."""

    shelf: BookShelf
    refused: tuple[Problem, ...] = ()


async def first_book(
    folder: Path, tenant_id: str, tools: Tools, archive: BookArchive, connected: BookTools | None = None
) -> Beginning:
    """Load the folder's book; a bad one raises `BookInvalid` only where no good one was ever in force."""
    begun = await _begin(folder, tenant_id, tools, archive, connected)
    if connected is not None:
        begun.shelf.laid_away = connected.forget
    return begun


async def _begin(
    folder: Path, tenant_id: str, tools: Tools, archive: BookArchive, connected: BookTools | None
) -> Beginning:
    try:
        shelf = await _from_folder(folder, tools, connected)
    except BookInvalid as invalid:
        stored = await archive.versions(tenant_id, most=1)
        kept = await archive.fetch(tenant_id, stored[0].version) if stored else None
        if kept is None:
            raise
        files = await archive.files(tenant_id, stored[0].version)
        if connected is not None and files is not None:
            connected.serve(stored[0].version, await connected.made(files), newest=True)
        for problem in invalid.problems:
            log.warning("book: %s", problem)
        log.warning("book: %s, the last good one, is in force", stored[0].version)
        return Beginning(shelf=BookShelf(kept, archive), refused=tuple(invalid.problems))
    shelf.archive = archive
    return Beginning(shelf=shelf)


async def _from_folder(folder: Path, tools: Tools, connected: BookTools | None) -> BookShelf:
    """Load the folder's book, with the tools that its connections declare."""
    if connected is None:
        return await asyncio.to_thread(BookShelf.load, folder, tools)
    made = await connected.made(await asyncio.to_thread(read_files, folder))
    if made.problems:
        raise BookInvalid(made.problems)
    shelf = await asyncio.to_thread(BookShelf.load, folder, made.shapes)
    connected.serve(shelf.book.version, made, newest=True)
    return shelf
