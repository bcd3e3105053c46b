"""The page on adding an intent, against the real NLU service, which was not taught it."""

import re
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from pathlib import Path

import aiohttp
import pytest
import yaml

from app.rulebooks import BookShelf
from app.rulebooks.compiling import compiled
from app.understanding.newcomers import Newcomers
from app.understanding.nlu_client import NluClient
from graphs.ports import Hints, Rulebook
from policies.model import BookVersion, Intent
from policies.values import Place
from tests import talk

PAGE = Path(__file__).parents[2] / "docs" / "how-to-add-an-intent.md"
BLOCK = re.search(r"```yaml\n# policies/book/intents/\S+\n(.+?)```", PAGE.read_text("utf-8"), re.DOTALL)
HINTS = Hints(last_intents=(), entities={}, tier="standard", channel="web", minutes=0.0)
ENGRAVING = "engraving_question"


def with_engraving() -> Rulebook:
    """The sample book with the intent of the page."""
    assert BLOCK is not None
    told = yaml.safe_load(BLOCK[1])["intents"][ENGRAVING]
    intent = Intent(
        name=ENGRAVING,
        category=told["category"],
        complex=False,
        answer=told["answer"],
        template=None,
        examples=tuple(told["examples"]),
        place=Place(file=PAGE.name, line=1),
    )
    book = talk.shelf().book
    intents = {**book.intents, ENGRAVING: intent}
    return compiled(replace(book, intents=intents, version=BookVersion("engraves")))


@dataclass
class Shop:
    """A shelf with the sample book, and what understands its customers."""

    shelf: BookShelf
    newcomers: Newcomers

    async def meaning(self, text: str) -> str | None:
        """What a message is taken for."""
        return (await self.newcomers.parse(text, HINTS)).intent


@pytest.fixture
async def shop(nlu_server: str) -> AsyncIterator[Shop]:
    shelf = BookShelf(talk.shelf().rulebook)
    async with aiohttp.ClientSession() as session:
        newcomers = Newcomers(NluClient(session, nlu_server, time.monotonic), lambda: shelf.book)
        yield Shop(shelf, newcomers)
        await newcomers.close()


async def test_a_new_intent_is_understood_at_once_and_takes_nothing_from_its_neighbours(shop: Shop) -> None:
    before = shop.shelf.rulebook
    assert await shop.meaning("do you do engravings on boards") != ENGRAVING
    shop.shelf.put_in_force(with_engraving())
    for text in ("do you do engravings on boards", "can you engrave my name on the board"):
        assert await shop.meaning(text) == ENGRAVING
    assert await shop.meaning("where is my order 1042?") == "order_track"
    assert await shop.meaning("I want my money back for 1042") == "refund_request"
    found = await shop.newcomers.parse("can you put an engraving on it", HINTS)
    assert found.confidence < shop.shelf.book.thresholds.confidence_automate
    shop.shelf.put_in_force(before)
    assert await shop.meaning("do you do engravings on boards") != ENGRAVING
