"""Teaches a changed book to the NLU service that runs here: trained beside, tried, taken over or left.

The model before serves until the new one is whole. It is kept when the new one cannot be opened, or knows
the book's own examples less well; then its folder was never touched.
"""

import asyncio
import logging
import shutil
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Protocol
from urllib.parse import urlsplit

from app.embedded.children import NLU, left_behind, record_of
from app.embedded.supervisor import Say
from app.embedded.training import STAMP, Model, alone, fingerprint_of, train
from policies.model import Book
from policies.nlu_data import compile_book, plain_text

TRIED = 3
"""So many examples of each intent are tried."""
GOOD = 0.9
"""A model that names fewer of the book's own examples rightly is broken."""
WORSE = 0.02
"""What it may lose of the intents that the model before it knew."""
LOOK_S = 5.0
SAME_ONES = 53

log = logging.getLogger(__name__)


class Serving(Protocol):
    """The NLU service that runs."""

    async def serve(self, model: Path) -> bool:
        """Let a model take over; False when it cannot be opened, and the one before goes on."""

    async def rankings(self, texts: Sequence[str]) -> list[tuple[str, ...]]:
        """Return the intents that each text was ranked for, the first one first."""


@dataclass(frozen=True, kw_only=True)
class TookOver:
    """The book's model serves."""

    model: Model


@dataclass(frozen=True, kw_only=True)
class Kept:
    """The model before it serves on."""

    why: str


@dataclass(frozen=True, kw_only=True)
class Learner:
    """Trains and swaps the model of one data folder."""

    state: Path
    nlu: Serving
    say: Say = log.info
    train: Callable[..., Awaitable[Model]] = train

    async def learn(self, book: Book) -> TookOver | Kept:
        """Train a book's intents unless they were, try the model, and let it take over."""
        async with alone(self.state / "nlu-next"):
            text = await asyncio.to_thread(compile_book, book)
            folder, beside = self.state / "nlu", self.state / "nlu-next" / "work"
            if taught(folder) == fingerprint_of(text):
                return Kept(why="it was taught this book already")
            before = await self.known(book)
            _lend_encoder(folder, beside)
            trained = await self.train(text, beside, self.say, log=self.state / "log" / "training.log")
            if why := await self._tried(trained, book, before):
                await self.nlu.serve(folder / "model")
                shutil.rmtree(beside, ignore_errors=True)
                return Kept(why=why)
            return TookOver(model=await self._moved(trained, beside, folder))

    async def _tried(self, trained: Model, book: Book, before: Mapping[str, float]) -> str:
        """Serve the model and compare; returns what is wrong with it, or nothing."""
        if not await self.nlu.serve(trained.folder):
            return "the new model cannot be opened"
        now = await self.known(book)
        right = _mean([now.get(name, 0.0) for name, one in book.intents.items() if one.examples])
        if right < GOOD:
            return f"the new model names {right:.0%} of the book's own examples rightly"
        lost = _mean(before.values()) - _mean([now.get(name, 0.0) for name in before])
        return f"the new model loses {lost:.0%} of what was known" if before and lost > WORSE else ""

    async def known(self, book: Book) -> dict[str, float]:
        """Return, by intent that the served model knows, the share of its examples that are named rightly."""
        chance = Random(SAME_ONES)
        asked = [
            (name, plain_text(text))
            for name, intent in sorted(book.intents.items())
            for text in chance.sample(intent.examples, min(TRIED, len(intent.examples)))
        ]
        ranked = await self.nlu.rankings([text for _, text in asked])
        right: dict[str, list[bool]] = {}
        for (name, _), names in zip(asked, ranked, strict=True):
            right.setdefault(name, []).append(names[:1] == (name,))
        ever = frozenset[str]().union(*map(frozenset, ranked))
        return {name: _mean(hits) for name, hits in right.items() if name in ever}

    async def _moved(self, trained: Model, beside: Path, folder: Path) -> Model:
        """Put the model where the next start looks for it, and serve it from there."""
        async with alone(folder):
            for part in (STAMP, "model", "training"):
                former = folder / f"{part}-before"
                _remove(former)
                if (folder / part).exists():
                    (folder / part).rename(former)
                (beside / part).rename(folder / part)
                _remove(former)
        await self.nlu.serve(folder / "model")
        return Model(folder=folder / "model", fingerprint=trained.fingerprint, fresh=True)


def taught(folder: Path) -> str:
    """Return the fingerprint of what the model of a folder was taught; nothing where there is none."""
    stamp = folder / STAMP
    return stamp.read_text("utf-8") if stamp.exists() else ""


def runs_here(state: Path, nlu_url: str | None) -> bool:
    """Say whether the NLU service at an address is the child of this data folder."""
    found = left_behind(record_of(state, NLU))
    return found is not None and nlu_url is not None and urlsplit(nlu_url).port == found.port


class LearningByItself:
    """Watches which book is in force, and has it learnt once it stands still."""

    def __init__(
        self,
        learner: Learner,
        *,
        book: Callable[[], Book],
        here: Callable[[], bool],
        learnt: Callable[[], Awaitable[None]],
        after_s: float,
    ) -> None:
        self._learner, self._book, self._here, self._learnt = learner, book, here, learnt
        self._after_s = after_s
        self._seen = book().version
        self._task: asyncio.Task[None] | None = None

    async def open(self) -> None:
        """Begin to watch, unless learning is left to people."""
        if self._after_s:
            self._task = asyncio.create_task(self._watch())

    async def close(self) -> None:
        """End; a training under way is ended with it."""
        if self._task:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _watch(self) -> None:
        """Learn each book that came into force once, when it has stood long enough."""
        pause = min(LOOK_S, self._after_s)
        learnt = seen = self._seen
        stood = 0.0
        while True:
            await asyncio.sleep(pause)
            version = self._book().version
            seen, stood = version, stood + pause if version == seen else 0.0
            if version != learnt and stood >= self._after_s:
                learnt = version
                await self._learn()

    async def _learn(self) -> None:
        """Learn the book in force; what went wrong is told, and the model before serves on."""
        if not self._here():
            log.info("the NLU service runs elsewhere: a changed book is learnt there")
            return
        try:
            outcome = await self._learner.learn(self._book())
        except Exception as error:
            log.error("the book's intents were not learnt: %s", error)
            return
        match outcome:
            case TookOver(model=model):
                log.info("the book's intents were learnt: model %s serves", model.fingerprint)
                await self._learnt()
            case Kept(why=why):
                log.info("the model stays: %s", why)


def _lend_encoder(folder: Path, beside: Path) -> None:
    """Give the training the encoder that is there, because it takes longest to build."""
    (beside / "model").mkdir(mode=0o700, parents=True, exist_ok=True)
    for encoder in (folder / "model").glob("encoder-*.onnx"):
        if not (beside / "model" / encoder.name).exists():
            shutil.copy2(encoder, beside / "model")


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def _mean(shares: Iterable[float]) -> float:
    listed = list(shares)
    return sum(listed) / len(listed) if listed else 1.0
