"""The rule books that turns run on: the one in force, swapped as a whole, and older ones still in use."""

from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Protocol

from app.rulebooks.compiling import compiled
from graphs.ports import Rulebook
from policies.facts import Tools
from policies.loader import load_book
from policies.model import Book

MOST_KEPT = 8
"""Older versions held in memory; one that is not is fetched again when a conversation needs it."""


class Archive(Protocol):
    """Where every version that was ever in force is kept."""

    async def fetch(self, tenant_id: str, version: str) -> Rulebook | None:
        """Return a former version ready to run, or None when it is lost."""


class BookShelf:
    """Holds the current book of each tenant, and the older ones; today all tenants share one."""

    def __init__(self, rulebook: Rulebook, archive: Archive | None = None) -> None:
        self.rulebook = rulebook
        self.archive = archive
        self.laid_away: Callable[[str], None] = lambda version: None
        """Called when a former version is no longer at hand."""
        self._older: OrderedDict[str, Rulebook] = OrderedDict()

    @classmethod
    def load(cls, folder: Path, tools: Tools | None = None) -> "BookShelf":
        """Load the book; raises `BookInvalid` with every problem found."""
        return cls(compiled(load_book(folder, tools)))

    def current(self, tenant_id: str) -> Rulebook:
        """Return the book in force."""
        return self.rulebook

    @property
    def book(self) -> Book:
        """The policies in force alone."""
        return self.rulebook.book

    def put_in_force(self, rulebook: Rulebook) -> None:
        """Let every turn that begins from now on run on this book; the one before stays within reach."""
        before, self.rulebook = self.rulebook, rulebook
        self._keep(before)

    async def older(self, tenant_id: str, versions: Iterable[str]) -> Mapping[str, Rulebook]:
        """Return those of the named versions that are still to be had, the one in force among them."""
        found: dict[str, Rulebook] = {}
        for version in versions:
            if (book := await self._at(tenant_id, version)) is not None:
                found[version] = book
        return found

    async def _at(self, tenant_id: str, version: str) -> Rulebook | None:
        if version == self.book.version:
            return self.rulebook
        kept = self._older.get(version)
        if kept is None and self.archive is not None:
            kept = await self.archive.fetch(tenant_id, version)
        if kept is not None:
            self._keep(kept)
        return kept

    def _keep(self, rulebook: Rulebook) -> None:
        """Remember a former book; the one longest unused goes first."""
        self._older[rulebook.book.version] = rulebook
        self._older.move_to_end(rulebook.book.version)
        while len(self._older) > MOST_KEPT:
            version, _ = self._older.popitem(last=False)
            if version != self.book.version:
                self.laid_away(version)
