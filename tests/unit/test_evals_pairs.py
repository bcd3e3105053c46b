"""`frontdesk eval pairs`: what is measured, and what is demanded of it."""

from pathlib import Path

import pytest

from evals.thresholds import load_thresholds
from evals.understanding.intents import demands, shortfalls
from evals.understanding.interpreter import NotMeasured
from evals.understanding.pairs import OWN, Wish, arguments, complete, subject

BANK = Wish(
    train=Path("x/banking77/train.csv"), singles=Path("x/banking77/test.csv"), label_column="category"
)


def test_single_wishes_are_judged_by_their_folder() -> None:
    wanted = demands(subject(BANK), load_thresholds().pairs)
    assert list(shortfalls({"false_splits": 0.03}, wanted)) == [
        "false_splits: 0.0300, at most 0.02 is demanded"
    ]
    assert not list(shortfalls({"false_splits": 0.02}, wanted))


def test_without_files_the_book_is_tried_on_its_held_back_pairs() -> None:
    with complete(Wish()) as whole:
        assert whole.test == OWN
        assert whole.train is not None
        assert "intent" in whole.train.read_text()
    wanted = demands(subject(whole), load_thresholds().pairs)
    assert list(shortfalls({"pairs_found": 0.89}, wanted))


def test_own_examples_need_something_to_be_tried_on() -> None:
    with pytest.raises(NotMeasured, match="--singles"), complete(Wish(train=Path("a.csv"))):
        pass


def test_the_command_names_every_file_and_column() -> None:
    words = arguments(BANK)
    assert words[0] == "measure-pairs"
    assert words[words.index("--singles") + 1].endswith("x/banking77/test.csv")
    assert words[words.index("--label-column") + 1] == "category"
    assert "--test" not in words
