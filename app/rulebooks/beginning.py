"""The book that an engine begins with: the folder's, or the last good one while the folder's is bad."""

import asyncio
import logging
from dataclasses import dataclass
from pathlib import Path

from app.rulebooks.archive import BookArchive
from app.rulebooks.shelf import BookShelf
from policies.facts import Tools
from policies.problems import BookInvalid, Problem

log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Beginning:
    """A shelf to begin with, and what is wrong with the folder when the shelf is not from there."""

    shelf: BookShelf
    refused: tuple[Problem, ...] = ()


async def first_book(folder: Path, tenant_id: str, tools: Tools, archive: BookArchive) -> Beginning:
    """Load the folder's book; a bad one raises `BookInvalid` only where no good one was ever in force."""
    try:
        shelf = await asyncio.to_thread(BookShelf.load, folder, tools)
    except BookInvalid as invalid:
        stored = await archive.versions(tenant_id, most=1)
        kept = await archive.fetch(tenant_id, stored[0].version) if stored else None
        if kept is None:
            raise
        for problem in invalid.problems:
            log.warning("book: %s", problem)
        log.warning("book: %s, the last good one, is in force", stored[0].version)
        return Beginning(shelf=BookShelf(kept, archive), refused=tuple(invalid.problems))
    shelf.archive = archive
    return Beginning(shelf=shelf)
