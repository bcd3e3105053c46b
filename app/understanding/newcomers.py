"""Serves what the book knows: intents that are new in it at once, those it lost no more.

The model knows the intents that it was taught. When the book changes, the next message waits, not long,
until the examples of intents that are new were read; from then on they are found by their neighbours
(`neighbours.py`), until a model was taught them. That another model is served is seen by its fingerprint.
"""

import asyncio
import logging
from array import array
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import replace
from random import Random
from typing import Any, Protocol

from app.understanding.neighbours import Neighbours, Vectors, known_only, with_neighbours
from app.understanding.nlu_client import EmbeddingsAway
from graphs.ports import Hints, Understood
from policies.model import Book, BookVersion, Intent
from policies.nlu_data import plain_text

WAIT_S = 0.8
"""So long a message waits for the examples of intents that are new with it."""
FIRST_LOOK_S, LOOK_S = 15.0, 60.0
"""When, and how often, it is asked which model is served."""
MOST_FRESH, MOST_TAUGHT, PROBES = 64, 32, 3
SAME_ONES = 53

log = logging.getLogger(__name__)


class Nlu(Protocol):
    """What is asked of the NLU service."""

    async def parse(self, text: str, hints: Hints) -> Understood:
        """Understand one message or raise `InterpreterAway`."""

    async def present(self) -> bool:
        """Say whether messages are understood now."""

    async def embed(self, texts: Sequence[str]) -> list[list[float]]:
        """Return one vector a text, or raise `EmbeddingsAway`."""

    async def rankings(self, texts: Sequence[str]) -> list[tuple[str, ...]]:
        """Return the intents that each text was ranked for, or raise `EmbeddingsAway`."""

    async def fingerprint(self) -> str | None:
        """Say which model is served."""

    def forget(self) -> None:
        """Forget the answers of a model that is not served any more."""


class Newcomers:
    """Understands as the model does, and beyond it what the book in force has that no model was taught."""

    def __init__(self, nlu: Nlu, book: Callable[[], Book]) -> None:
        self._nlu, self._book = nlu, book
        self._taught = frozenset(book().intents)
        self._looked_at: BookVersion = book().version
        self._whole = True
        self._neighbours = Neighbours()
        self._one_at_a_time = asyncio.Lock()
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def fresh(self) -> frozenset[str]:
        """The intents that are served by their neighbours now."""
        return frozenset(self._neighbours.fresh) & frozenset(self._book().intents)

    async def parse(self, text: str, hints: Hints) -> Understood:
        """Understand one message or raise `InterpreterAway`."""
        book = self._book()
        if book.version != self._looked_at:
            await asyncio.wait({self._begin(self._look())}, timeout=WAIT_S)
        understood = known_only(await self._nlu.parse(text, hints), book.intents)
        fresh = {name: one for name, one in self._neighbours.fresh.items() if name in book.intents}
        return with_neighbours(understood, replace(self._neighbours, fresh=fresh), book.thresholds)

    async def present(self) -> bool:
        """Say whether messages are understood now."""
        return await self._nlu.present()

    async def open(self) -> None:
        """Begin to watch which model is served."""
        self._begin(self._watch())

    async def close(self) -> None:
        """End what is under way."""
        tasks = tuple(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def settled(self) -> None:
        """Wait until everything about the book in force is known that can be known now."""
        await self._look()
        await self._read_beside()

    async def model_changed(self) -> None:
        """Find out which intents the model knows that is served now."""
        self._nlu.forget()
        intents = tuple(self._book().intents.values())
        try:
            ranked = await self._ranked(intents, probes=1)
            missing = [one for one in intents if one.name not in ranked]
            self._taught = ranked | await self._ranked(missing, probes=PROBES)
        except EmbeddingsAway as error:
            log.warning("which intents the model knows is asked later: %s", error)
            return
        self._looked_at = BookVersion("")
        await self.settled()

    def _begin(self, work: Coroutine[Any, Any, None]) -> "asyncio.Task[None]":
        """Let something go on by itself; it is ended with the rest."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def _look(self) -> None:
        """Learn which intents of the book in force are new, and read their examples."""
        async with self._one_at_a_time:
            book = self._book()
            if book.version == self._looked_at and self._whole:
                return
            try:
                vectors = await self._untaught(book)
                self._neighbours, self._whole = replace(self._neighbours, fresh=vectors), True
            except EmbeddingsAway as error:
                self._whole = False
                log.warning("new intents wait for NLU: %s", error)
            self._looked_at = book.version
        if self._neighbours.fresh:
            log.info("served by their nearest examples: %s", ", ".join(sorted(self._neighbours.fresh)))
            self._begin(self._read_beside())

    async def _untaught(self, book: Book) -> dict[str, Vectors]:
        """Read the examples of intents that no model was taught."""
        untold = [one for name, one in book.intents.items() if name not in self._taught and one.examples]
        self._taught |= await self._ranked(untold, probes=PROBES)
        fresh = [one for one in untold if one.name not in self._taught]
        return {one.name: await self._vectors(one.examples, MOST_FRESH) for one in fresh}

    async def _ranked(self, intents: Sequence[Intent], *, probes: int) -> frozenset[str]:
        """Return every intent that the model ranks for some of these intents' own examples."""
        texts = [plain_text(text) for one in intents for text in one.examples[:probes]]
        return frozenset(name for names in await self._nlu.rankings(texts) for name in names)

    async def _read_beside(self) -> None:
        """Read examples of the intents that were taught, once; they are what new ones are weighed against."""
        for name, intent in self._book().intents.items():
            taught = self._neighbours.taught
            if (
                name not in self._taught
                or name in taught
                or not intent.examples
                or not self._neighbours.fresh
            ):
                continue
            try:
                vectors = await self._vectors(intent.examples, MOST_TAUGHT)
            except EmbeddingsAway:
                return
            self._neighbours = replace(self._neighbours, taught={**self._neighbours.taught, name: vectors})

    async def _watch(self) -> None:
        """Ask anew which intents the model knows, first and whenever another is served."""
        known, wait = "", FIRST_LOOK_S
        while True:
            await asyncio.sleep(wait)
            served, wait = await self._nlu.fingerprint(), LOOK_S
            if served is not None and served != known:
                known = served
                await self.model_changed()
            elif not self._whole:
                await self._look()

    async def _vectors(self, examples: Sequence[str], most: int) -> Vectors:
        """Read examples, of many the same ones each time."""
        chosen = examples if len(examples) <= most else Random(SAME_ONES).sample(list(examples), most)
        return [array("f", vector) for vector in await self._nlu.embed([plain_text(one) for one in chosen])]
