"""Puts understanding together: the client, what the book has beyond the model, and learning it."""

import time
from dataclasses import dataclass

import aiohttp

from app.embedded.learning import Learner, LearningByItself, runs_here
from app.rulebooks import BookShelf
from app.settings import Settings
from app.understanding.newcomers import Newcomers
from app.understanding.nlu_client import NluClient


@dataclass(frozen=True, kw_only=True)
class Understanding:
    """What understands messages, and what keeps it up with the book."""

    nlu: NluClient
    newcomers: Newcomers
    learning: LearningByItself

    async def open(self) -> None:
        """Begin to watch the served model and the book."""
        await self.newcomers.open()
        await self.learning.open()

    async def close(self) -> None:
        """End what is under way."""
        await self.learning.close()
        await self.newcomers.close()


def build_understanding(
    settings: Settings, session: aiohttp.ClientSession, shelf: BookShelf
) -> Understanding:
    """Connect to the NLU service; nothing is asked yet."""
    nlu = NluClient(session, settings.nlu_url or "", time.monotonic)
    newcomers = Newcomers(nlu, lambda: shelf.book)
    learning = LearningByItself(
        Learner(state=settings.state, nlu=nlu),
        book=lambda: shelf.book,
        here=lambda: runs_here(settings.state, settings.nlu_url),
        learnt=newcomers.model_changed,
        after_s=settings.learn_after_s,
    )
    return Understanding(nlu=nlu, newcomers=newcomers, learning=learning)
