"""The tools of each version of a book: the engine's own, and those that the version's connections declare."""

import asyncio
import hashlib
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.declared import Declared
from app.rulebooks.compiling import tool_shapes
from app.rulebooks.files import Files, laid_out
from policies.connections import FOLDER
from policies.facts import Tools
from policies.problems import Problem
from tools.declared.keeping import Keeper
from tools.registry import Registries, Registry

LET_FINISH_S = 60.0
"""So long after its last version was forgotten a connection is kept for calls that are under way."""

Declare = Callable[[Path, Keeper], Declared]
"""Makes the tools of the connections in a folder; nothing is called and nothing is fetched."""


@dataclass(frozen=True, kw_only=True)
class Connected:
    """What a book's connections come to; with problems it cannot be served."""

    name: str
    """The same for all books with the same connections."""
    registry: Registry
    shapes: Tools
    keeper: Keeper
    problems: tuple[Problem, ...] = ()


class BookTools:
    """Makes tools of connections, once for all versions that share them, and closes what no version needs."""

    def __init__(
        self, own: Registry, declare: Declare, documents: Path, *, let_finish_s: float = LET_FINISH_S
    ) -> None:
        self.registries = Registries(own)
        self._own = own
        self._declare = declare
        self._documents = documents
        """The book's folder, where documents stand that an older version has no copy of."""
        self._let_finish_s = let_finish_s
        self._open: dict[str, Connected] = {}
        self._used: dict[str, str] = {}
        """The connections of each version that may speak."""
        self._chores: set[asyncio.Task[None]] = set()

    async def made(self, files: Files) -> Connected:
        """Make the tools of a book's files, or return those that a book with the same connections has."""
        name = await asyncio.to_thread(connections_named, files, self._documents)
        if name in self._open:
            return self._open[name]
        return await asyncio.to_thread(self._made, name, files)

    def _made(self, name: str, files: Files) -> Connected:
        keeper = Keeper()
        with laid_out(files) as folder:
            declared = self._declare(folder, keeper)
        registry = Registry([*self._own.values(), *(() if declared.problems else declared.tools)])
        return Connected(
            name=name,
            registry=registry,
            shapes=tool_shapes(registry),
            keeper=keeper,
            problems=declared.problems,
        )

    def serve(self, version: str, connected: Connected, *, newest: bool = False) -> None:
        """Let a version call these tools from here on; the newest one's serve whoever names no version."""
        if connected.name not in self._open:
            self._open[connected.name] = connected
            self._do(connected.keeper.begin())
        connected = self._open[connected.name]
        self._used[version] = connected.name
        self.registries.keep(version, connected.registry)
        if newest:
            self.registries.newest = connected.registry

    def forget(self, version: str) -> None:
        """Let go of a version that was laid away; its connections end when no other version has them."""
        name = self._used.pop(version, None)
        self.registries.forget(version)
        if name is not None and name not in self._used.values():
            self._do(self._close_later(self._open.pop(name)))

    async def _close_later(self, connected: Connected) -> None:
        await asyncio.sleep(self._let_finish_s)
        await connected.keeper.close()

    def _do(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._chores.add(task)
        task.add_done_callback(self._chores.discard)

    async def close(self) -> None:
        """Close every connection."""
        for task in self._chores:
            task.cancel()
        await asyncio.gather(*self._chores, return_exceptions=True)
        await asyncio.gather(*(one.keeper.close() for one in self._open.values()))


def connections_named(files: Files, documents: Path) -> str:
    """Name what a book declares: its files of connections, and how the documents beside them look now."""
    told = hashlib.sha256()
    for name in sorted(files):
        if Path(name).parent == Path(FOLDER):
            told.update(name.encode() + b"\0" + files[name] + b"\0")
    for path in sorted((documents / FOLDER).rglob("*")):
        if path.is_file() and path.suffix != ".yaml":
            seen = path.stat()
            told.update(f"{path}\0{seen.st_mtime_ns}\0{seen.st_size}\0".encode())
    return told.hexdigest()
