"""What `measure-moods` reads, refuses and counts."""

from pathlib import Path

import numpy as np
import pytest

from frontdesk_nlu.measuring.moods import (
    Graded,
    Ratings,
    confusions,
    figures,
    graded_texts,
)
from frontdesk_nlu.measuring.scores import auroc, bins, calibration_error, macro_f1
from frontdesk_nlu.measuring.tables import BadTable, Columns
from frontdesk_nlu.mood.mood import EMOTIONS

PLAIN = Columns("text", "label")


def written(path: Path, text: str) -> Path:
    """Write a test file."""
    path.write_text(text, "utf-8")
    return path


def test_table_and_lines_are_read_alike(tmp_path: Path) -> None:
    table = written(tmp_path / "a.csv", 'text,label\n"thanks, great",Positive\nwhere is it,neutral\n')
    lines = written(
        tmp_path / "a.jsonl",
        '{"text": "thanks, great", "label": "positive"}\n\n{"text": "where is it", "label": "neutral"}\n',
    )
    assert graded_texts(table, PLAIN) == graded_texts(lines, PLAIN)


def test_columns_may_have_other_names(tmp_path: Path) -> None:
    table = written(tmp_path / "a.csv", "tweet,airline_sentiment\nthanks,positive\n")
    assert graded_texts(table, Columns("tweet", "airline_sentiment")) == [Graded("thanks", "positive", None)]


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        (
            "a.csv",
            "words,label\nhm,neutral\n",
            r"a\.csv:2: no text in column 'text' \(--text-column\)",
        ),
        ("a.csv", "text,label\nhm,neutral\nhm,cross\n", r"a\.csv:3: column 'label': 'cross' is not one of"),
        (
            "a.jsonl",
            '{"text": "hm"}\n',
            r"a\.jsonl:1: no text in column 'label' \(--label-column\)",
        ),
        ("a.jsonl", '{"text": "hm", "label": "neutral"}\nhm\n', r"a\.jsonl:2: no JSON"),
        ("a.jsonl", "[1]\n", r"a\.jsonl:1: one JSON object a line is expected"),
        ("a.jsonl", '{"text": "hm", "label": "neutral", "emotions": ["awe"]}', r":1: column 'emotions'"),
        ("a.jsonl", "\n", "holds no text"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_by_line_and_column(
    tmp_path: Path, name: str, text: str, told: str
) -> None:
    with pytest.raises(BadTable, match=told):
        graded_texts(written(tmp_path / name, text), PLAIN)


def test_emotions_are_a_list_or_words(tmp_path: Path) -> None:
    table = written(tmp_path / "a.csv", 'text,label,emotions\nhm,neutral,"anger, urgency"\nhm,neutral,\n')
    assert [one.emotions for one in graded_texts(table, PLAIN)] == [
        {"anger", "urgency"},
        frozenset(),
    ]


def ratings(*sides: tuple[float, float, float], labels: tuple[str, ...]) -> Ratings:
    """What a model might have said."""
    return Ratings(np.array(sides, np.float32), labels, np.zeros((len(sides), len(EMOTIONS)), np.float32))


def test_figures_count_sides_and_strengths_apart() -> None:
    texts = [Graded("a", "very_negative", None), Graded("b", "neutral", None), Graded("c", "positive", None)]
    said = ratings((0.9, 0.1, 0), (0.2, 0.2, 0.6), (0.1, 0, 0.9), labels=("negative", "positive", "positive"))
    found = figures(texts, said)
    assert found["accuracy"] == pytest.approx(2 / 3)
    assert found["accuracy_five"] == pytest.approx(1 / 3)
    assert found["accuracy_negative_positive"] == found["auroc_negative_positive"] == 1
    assert found["macro_f1"] == pytest.approx((1 + 0 + 2 / 3) / 3)
    assert "emotions_macro_auroc" not in found


def test_emotions_are_ranked_over_the_texts_whose_emotions_are_known() -> None:
    texts = [
        Graded("a", "negative", frozenset({"anger"})),
        Graded("b", "neutral", frozenset()),
        Graded("c", "neutral", None),
    ]
    rated = ratings((1, 0, 0), (0, 1, 0), (0, 1, 0), labels=("negative", "neutral", "neutral"))
    rated.emotions[:, EMOTIONS.index("anger")] = (0.4, 0.1, 0.9)
    assert figures(texts, rated)["emotions_macro_auroc"] == 1


def test_area_counts_ties_half() -> None:
    assert auroc(np.array([True, False]), np.array([0.5, 0.5], np.float32)) == 0.5
    assert auroc(np.array([True, True, False, False]), np.array([4, 2, 3, 1], np.float32)) == 0.75


def test_confidence_that_is_always_right_by_its_share_has_no_error() -> None:
    right = np.array([True] * 8 + [False] * 2)
    assert calibration_error(bins(np.full(10, 0.8, np.float32), right)) == pytest.approx(0, abs=1e-6)
    assert calibration_error(bins(np.full(10, 0.98, np.float32), right)) == pytest.approx(0.18, abs=1e-6)


def test_f1_is_the_mean_over_classes_that_occur() -> None:
    assert macro_f1(["a", "a", "c", "c"], ["a", "c", "c", "c"]) == pytest.approx((2 / 3 + 4 / 5) / 2)


def test_confusions_name_strengths_only_where_the_file_does() -> None:
    flat = [Graded("a", "neutral", None), Graded("b", "negative", None)]
    assert confusions(flat, ("very_negative", "very_negative")) == [("neutral", "negative", 1)]
    strong = [Graded("a", "very_negative", None)]
    assert confusions(strong, ("negative",)) == [("very_negative", "negative", 1)]
