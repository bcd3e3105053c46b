"""Answers that were found before: in this process, and in whatever all processes share."""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from typing import NamedTuple, Protocol

from knowledge.answer_types import Answered, NoAnswer

Said = Answered | NoAnswer


class Key(NamedTuple):
    """Under what an answer is kept: whatever it depends on."""

    tenant_id: str
    knowledge: str
    """The name of what was published: another one after a publication, the old one again after a rollback."""
    book: str
    """What the rule book demands of answers."""
    language: str
    day: str
    by_meaning: bool
    """What words alone did not find must not outlast the encoder's absence."""
    meaning: tuple[str, ...]


class Shared(Protocol):
    """Answers that all processes share. It may be away at any time; then each finds its own."""

    async def take(self, key: Key) -> Said | None:
        """Return an answer, also one just being found elsewhere; None: find it, then tell or leave."""

    async def tell(self, key: Key, said: Said) -> None:
        """Keep an answer for everybody."""

    async def leave(self, key: Key) -> None:
        """Let others look: no answer was found here that may be kept under this key."""


def ignored(where: str) -> None:
    """Count nothing; others are told memory, waited (somebody else was finding it), shared or searched."""


Find = Callable[[], Awaitable[tuple[Key, Said]]]
"""Searches, and says under which key the answer may be kept: what is published may just have changed."""


class KeptAnswers:
    """Remembers the answers used last; the same question asked by many at once is searched for once."""

    def __init__(
        self, shared: Shared | None = None, *, most: int = 4096, counted: Callable[[str], None] = ignored
    ) -> None:
        self._shared = shared
        self._most = most
        self._kept: OrderedDict[Key, Said] = OrderedDict()
        self._sought: dict[Key, asyncio.Future[Said | None]] = {}
        self._counted = counted

    def known(self, key: Key) -> Said | None:
        """Return an answer that this process knows."""
        said = self._kept.get(key)
        if said is not None:
            self._kept.move_to_end(key)
            self._counted("memory")
        return said

    async def answer(self, key: Key, find: Find) -> Said:
        """Return the answer that is kept, wait for the one that is being found, or find it."""
        while (said := self._kept.get(key)) is None:
            sought = self._sought.get(key)
            if sought is None:
                return await self._seek(key, find)
            said = await asyncio.shield(sought)
            if said is not None:
                break
        self._counted("waited")
        return said

    async def _seek(self, key: Key, find: Find) -> Said:
        """Find an answer while others wait; when nothing comes of it, one of them tries next."""
        sought: asyncio.Future[Said | None] = asyncio.get_running_loop().create_future()
        self._sought[key] = sought
        said: Said | None = None
        try:
            said = await self._found(key, find)
            return said
        finally:
            del self._sought[key]
            sought.set_result(said)

    async def _found(self, key: Key, find: Find) -> Said:
        """Ask those who share, then search."""
        if self._shared is not None and (said := await self._shared.take(key)) is not None:
            self._counted("shared")
            self.keep(key, said)
            return said
        try:
            true_key, said = await find()
        except BaseException:
            if self._shared is not None:
                await self._shared.leave(key)
            raise
        self._counted("searched")
        self.keep(true_key, said)
        if self._shared is not None:
            if true_key != key:
                await self._shared.leave(key)
            await self._shared.tell(true_key, said)
        return said

    def keep(self, key: Key, said: Said) -> None:
        """Remember an answer; the one longest unused goes first."""
        self._kept[key] = said
        while len(self._kept) > self._most:
            self._kept.popitem(last=False)
