"""What `frontdesk eval sentiment` demands, prints and refuses."""

from pathlib import Path

import pytest

from evals.sentiment import ANY_FILE, NotMeasured, demands, measure, shortfalls
from evals.thresholds import Bench, load_thresholds

SECTIONS = {ANY_FILE: Bench(at_least={"accuracy": 0.75}), "moods": Bench(at_least={"accuracy": 0.88})}


def test_a_file_has_the_demands_of_its_name_before_those_of_any() -> None:
    assert demands(Path("posts.csv"), SECTIONS) == {"accuracy": 0.75}
    assert demands(Path("sets/moods.jsonl"), SECTIONS) == {"accuracy": 0.88}


def test_figures_that_a_file_does_not_tell_are_not_demanded() -> None:
    assert list(shortfalls({"accuracy": 0.9}, {"accuracy": 0.88, "emotions_macro_auroc": 0.9})) == []


def test_every_low_figure_is_named() -> None:
    (line,) = shortfalls({"accuracy": 0.8, "ece": 0.1}, {"accuracy": 0.88})
    assert line == "accuracy: 0.8000, at least 0.88 is demanded"


def test_the_shipped_demands_are_the_issue_s() -> None:
    sections = load_thresholds().sentiment
    assert demands(Path("posts.jsonl"), sections) == {
        "accuracy": 0.75,
        "accuracy_negative_positive": 0.91,
        "auroc_negative_positive": 0.945,
        "emotions_macro_auroc": 0.9,
    }
    assert demands(Path("moods.jsonl"), sections)["accuracy"] == 0.88


def test_a_file_that_is_not_there_is_told_with_its_name() -> None:
    with pytest.raises(NotMeasured, match=r"nowhere\.csv does not exist"):
        measure(Path("nowhere.csv"), "text", "label")


def test_a_wrong_label_is_told_with_file_line_and_column(tmp_path: Path) -> None:
    file = tmp_path / "posts.csv"
    file.write_text("text,label\nhm,cross\n", "utf-8")
    with pytest.raises(NotMeasured, match=r"posts\.csv:2: column 'label': 'cross'"):
        measure(file, "text", "label")
