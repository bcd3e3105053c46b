"""A changed book is learnt beside the model that serves, and takes over only when it is as good."""

import asyncio
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import pytest

from app.embedded.learning import Kept, Learner, LearningByItself, TookOver, taught
from app.embedded.training import Model, fingerprint_of
from policies.loader import load_book
from policies.model import Book
from policies.nlu_data import compile_book, plain_text
from tests.unit.books.altered import altered, library_book


@cache
def library() -> Book:
    """The library's book."""
    return library_book()


@pytest.fixture
def changed(tmp_path: Path) -> Book:
    """The library's book with an intent more."""
    intent = (
        "  kayak_rental: {category: inquiry, answer: knowledge, examples: [rent a kayak, a kayak please]}"
    )
    return load_book(altered(tmp_path, "intents/all.yaml", "  affirm:", f"{intent}\n  affirm:"))


@dataclass
class Service:
    """Serves a folder's model: what its examples mean."""

    served: Path
    broken: bool = False
    meanings: dict[str, str] = field(default_factory=dict)

    async def serve(self, model: Path) -> bool:
        """Open a model; one that is broken is left."""
        if self.broken:
            return False
        self.served, self.meanings = model, json.loads((model / "meanings.json").read_text("utf-8"))
        return True

    async def rankings(self, texts: Sequence[str]) -> list[tuple[str, ...]]:
        """Name what the model was taught, and the first of its intents for everything else."""
        known = sorted(set(self.meanings.values()))
        return [(self.meanings.get(text, known[0]), *known) for text in texts]


@dataclass
class House:
    """A data folder with a model that serves, and a training that takes no time."""

    state: Path
    wrong: str = ""
    """An intent that the next training gets wrong."""
    trained: int = 0

    def __post_init__(self) -> None:
        self.service = Service(self.state / "nlu" / "model")
        self.learner = Learner(state=self.state, nlu=self.service, train=self.train)

    async def begin(self, book: Book) -> None:
        """Train and serve a book, as a start does."""
        await self.train(compile_book(book), self.state / "nlu", print, log=self.state / "log")
        await self.service.serve(self.state / "nlu" / "model")

    async def train(self, text: str, folder: Path, say: object, *, log: Path) -> Model:
        """Write down what each example means."""
        self.trained += 1
        meanings, intent = {}, ""
        for line in text.splitlines():
            if line.startswith("  - "):
                intent = line.partition("intent: ")[2]
            elif line.startswith("      - ") and intent and intent != self.wrong:
                meanings[plain_text(line.strip(" -"))] = intent
        (folder / "model").mkdir(parents=True, exist_ok=True)
        (folder / "training").mkdir(parents=True, exist_ok=True)
        (folder / "model" / "meanings.json").write_text(json.dumps(meanings), "utf-8")
        (folder / "fingerprint").write_text(fingerprint_of(text), "utf-8")
        return Model(folder=folder / "model", fingerprint=fingerprint_of(text), fresh=True)


@pytest.fixture
async def house(tmp_path: Path) -> House:
    """A house in which the library's book was learnt."""
    house = House(tmp_path / "state")
    await house.begin(library())
    return house


async def test_a_model_that_is_as_good_takes_over_and_lies_where_the_next_start_looks(
    house: House, changed: Book
) -> None:
    outcome = await house.learner.learn(changed)
    assert isinstance(outcome, TookOver)
    assert house.service.served == house.state / "nlu" / "model" == outcome.model.folder
    assert house.service.meanings["rent a kayak"] == "kayak_rental"
    assert taught(house.state / "nlu") == fingerprint_of(compile_book(changed))
    assert await house.learner.learn(changed) == Kept(why="it was taught this book already")
    assert house.trained == 2


async def test_a_model_that_cannot_be_opened_leaves_the_one_before(house: House, changed: Book) -> None:
    house.service.broken = True
    outcome = await house.learner.learn(changed)
    assert outcome == Kept(why="the new model cannot be opened")
    assert taught(house.state / "nlu") == fingerprint_of(compile_book(library()))


async def test_a_model_that_forgot_something_is_taken_back(house: House, changed: Book) -> None:
    house.wrong = "complaint"
    outcome = await house.learner.learn(changed)
    assert isinstance(outcome, Kept)
    assert "the new model" in outcome.why
    assert house.service.served == house.state / "nlu" / "model"
    assert house.service.meanings["this is bad"] == "complaint"
    house.wrong = ""
    assert isinstance(await house.learner.learn(changed), TookOver), "and it can be tried again"


async def test_a_book_that_stands_still_is_learnt_by_itself(house: House, changed: Book) -> None:
    books, learnt = [library()], asyncio.Event()

    async def told() -> None:
        learnt.set()

    itself = LearningByItself(
        house.learner, book=lambda: books[-1], here=lambda: True, learnt=told, after_s=0.01
    )
    await itself.open()
    books.append(changed)
    await asyncio.wait_for(learnt.wait(), 20)
    await itself.close()
    assert house.service.meanings["a kayak please"] == "kayak_rental"


async def test_who_turned_it_off_learns_nothing_by_itself(house: House, changed: Book) -> None:
    itself = LearningByItself(
        house.learner, book=lambda: changed, here=lambda: True, learnt=asyncio.Event().wait, after_s=0
    )
    await itself.open()
    await itself.close()
    assert house.trained == 1
