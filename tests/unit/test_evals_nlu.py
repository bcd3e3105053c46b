"""`frontdesk eval nlu` and `frontdesk data validate`: what is demanded, and what the page shows."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from evals.thresholds import Bench, load_thresholds
from evals.understanding.intents import Wish, arguments, complete, demands, shortfalls, subject
from evals.understanding.interpreter import NotMeasured, ask_nlu
from evals.understanding.page import write_page
from evals.understanding.pictures import heat_map
from evals.understanding.validation import book_examples

TOLD: dict[str, Any] = {
    "figures": {"texts_count": 4, "accuracy": 0.75, "ece": 0.01},
    "confusions": [["order_track", "<b>", 1]],
    "right": {"order_track": 3, "<b>": 0},
    "reliability": [{"confidence": 0.9, "accuracy": 0.75, "count": 4}],
    "scope_curve": [[0.0, 0.0], [0.1, 0.9], [1.0, 1.0]],
    "mistakes": [
        {"text": "<script>", "truth": "order_track", "said": "<b>", "confidence": 0.8, "out_of_scope": 0.1}
    ],
}


def test_the_page_escapes_what_customers_wrote(tmp_path: Path) -> None:
    page = write_page("a/b.csv", TOLD, tmp_path / "new", datetime(2026, 1, 2, tzinfo=UTC)).read_text()
    assert "&lt;script&gt;" in page
    assert "<script>" not in page
    assert page.count("<svg") == 3
    assert "0.7500" in page


def test_the_page_of_a_learning_curve_has_one_picture(tmp_path: Path) -> None:
    curve = [{"examples": 10, "share": 0.5, "accuracy": 0.7}, {"examples": 20, "share": 1.0, "accuracy": 0.8}]
    told = {"figures": {"accuracy": 0.8}, "curve": curve}
    page = write_page("book", told, tmp_path, datetime(2026, 1, 2, tzinfo=UTC)).read_text()
    assert page.count("<svg") == 1


def test_nothing_confused_is_said_in_words() -> None:
    assert "No text" in heat_map([], {})


def test_a_figure_on_the_wrong_side_is_named() -> None:
    wanted = Bench(at_least={"accuracy": 0.94, "oos_auroc": 0.9}, at_most={"ece": 0.02})
    assert list(shortfalls({"accuracy": 0.93, "ece": 0.02}, wanted)) == [
        "accuracy: 0.9300, at least 0.94 is demanded"
    ]
    assert list(shortfalls({"accuracy": 0.94, "ece": 0.021}, wanted)) == [
        "ece: 0.0210, at most 0.02 is demanded"
    ]


def test_demands_are_found_by_folder_and_name() -> None:
    wish = Wish(train=Path("x/banking77/train.csv"), test=Path("x/banking77/test.csv"))
    wanted = demands(subject(wish), load_thresholds().nlu)
    assert wanted.at_least["accuracy"] == 0.94
    assert wanted.at_most["training_s"] == 300


def test_no_demands_are_made_on_an_unknown_file() -> None:
    wish = Wish(train=Path("mine/train.csv"), test=Path("mine/other.csv"))
    assert demands(subject(wish), load_thresholds().nlu) == Bench()


def test_a_training_file_needs_something_to_be_tried_on(tmp_path: Path) -> None:
    with pytest.raises(NotMeasured, match="--test"), complete(Wish(train=tmp_path / "a.csv")):
        pass


def test_without_files_the_book_is_learnt_and_tried() -> None:
    with complete(Wish()) as whole:
        assert whole.train is not None
        assert whole.train.read_text().startswith('version: "3.1"')
        assert whole.by == ("test" if whole.test else "folds")


def test_paths_are_told_as_they_are_from_anywhere() -> None:
    words = arguments(Wish(train=Path("a.csv"), test=Path("b.csv"), label_column="need"))
    assert words[:3] == ["measure-intents", "--train", str(Path("a.csv").absolute())]
    assert words[-2:] == ["--label-column", "need"]


def test_what_understanding_refuses_is_told_in_its_words(tmp_path: Path) -> None:
    bad = tmp_path / "bad.jsonl"
    bad.write_text("nonsense\n")
    with pytest.raises(NotMeasured, match=r"^\S+bad\.jsonl:1: no JSON"):
        ask_nlu(["validate", str(bad)], Console(quiet=True))


def test_every_example_of_a_book_has_its_line(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(
        "intents:\n  track:\n    category: inquiry\n    answer: flow\n    complex: false\n"
        "    template: null\n    examples:\n      - where is [1042](order_number)\n      - my parcel\n"
    )
    assert list(book_examples(tmp_path)) == [
        {"text": "where is 1042", "intent": "track", "place": f"{tmp_path / 'a.yaml'}:8"},
        {"text": "my parcel", "intent": "track", "place": f"{tmp_path / 'a.yaml'}:9"},
    ]
