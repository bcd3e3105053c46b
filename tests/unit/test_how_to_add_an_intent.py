"""The page on adding an intent, carried out as it is written."""

import re
import shutil
from pathlib import Path

import pytest

from app.rulebooks import BookShelf, tool_shapes
from policies.loader import load_book
from policies.nlu_data import compile_training
from tests.fakes.company import Books
from tests.talk import BOOK, Talk, registry_over, said

PAGE = Path(__file__).parents[2] / "docs" / "how-to-add-an-intent.md"
BLOCKS = re.findall(r"```yaml\n# policies/book/(\S+)\n(.+?)```", PAGE.read_text("utf-8"), re.DOTALL)


@pytest.fixture
def book(tmp_path: Path) -> Path:
    """The sample book with the page's files laid into it."""
    shutil.copytree(BOOK, tmp_path / "book")
    for name, text in BLOCKS:
        (tmp_path / "book" / name).write_text(text, "utf-8")
    return tmp_path / "book"


def test_the_pages_files_make_a_valid_book_that_teaches_the_intent(book: Path) -> None:
    intent = load_book(book).intents["engraving_question"]
    assert (intent.category, intent.subcategory) == ("inquiry", "products")
    assert "      - do you do engravings\n" in compile_training({intent.name: intent})


async def test_the_new_intent_is_answered_in_the_pages_words(
    book: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shelf = BookShelf.load(book, tool_shapes(registry_over(Books())))
    monkeypatch.setattr("tests.talk.shelf", lambda: shelf)
    talk = Talk()
    talk.interpreter.ranking = (("engraving_question", 0.95),)
    assert "up to 20 letters for €12.00" in said(await talk.say("do you engrave spoons"))
