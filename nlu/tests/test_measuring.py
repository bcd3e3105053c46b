"""Measuring: tables are read or refused by line, figures are what they say, faults are found."""

from pathlib import Path

import numpy as np
import pytest

from frontdesk_nlu.measuring.scores import (
    Judged,
    calibration_error,
    confusions,
    intent_figures,
    reliability,
    scope_curve,
    scope_figures,
    scope_line,
)
from frontdesk_nlu.measuring.tables import BadTable, Columns, Labelled, rasa_training, read_labelled
from frontdesk_nlu.measuring.validation import Entry, counts, nearly_same, same_text

PLAIN = Columns()


def write(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, "utf-8")
    return path


def judged(truth: str, said: str, confidence: float = 0.9, far: float = 0.1) -> Judged:
    return Judged("text", truth, said, confidence, far)


def test_a_table_is_read_with_its_lines(tmp_path: Path) -> None:
    path = write(tmp_path, "a.csv", 'q,need\n"hello,\nyou",greeting\nbye,goodbye\n')
    rows = read_labelled(path, Columns("q", "need"))
    assert [(row.text, row.label) for row in rows] == [("hello,\nyou", "greeting"), ("bye", "goodbye")]
    assert rows[1].place == f"{path}:4"


def test_one_object_a_line_is_read(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        "a.jsonl",
        '{"text":"a","intent":"x"}\n\n{"text":"b\\u2028c","intent":"y","place":"book:3"}\n',
    )
    assert [row.place for row in read_labelled(path, PLAIN)] == [f"{path}:1", "book:3"]


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("a.csv", "text,label\nhello,x\n", r"a\.csv:2: no text in column 'intent' \(--label-column\)"),
        ("a.csv", "text,intent\nhello,\n", r"a\.csv:2: no text in column 'intent'"),
        ("a.csv", "text,intent\n", "holds no text"),
        ("a.jsonl", '{"text":"a","intent":"x"}\n{"text":\n', r"a\.jsonl:2: no JSON"),
        ("a.jsonl", "[1]\n", r"a\.jsonl:1: one JSON object a line"),
        ("a.jsonl", '{"text":7,"intent":"x"}\n', r"a\.jsonl:1: no text in column 'text'"),
        ("a.txt", "hello", r"ends in \.txt"),
    ],
)
def test_a_file_that_cannot_be_used_is_told_with_its_line(
    tmp_path: Path, name: str, content: str, told: str
) -> None:
    with pytest.raises(BadTable, match=told):
        read_labelled(write(tmp_path, name, content), PLAIN)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadTable, match=r"nowhere\.csv does not exist"):
        read_labelled(tmp_path / "nowhere.csv", PLAIN)


def test_a_lookup_table_holds_no_examples(tmp_path: Path) -> None:
    text = (
        "nlu:\n- lookup: product\n  examples: |\n    - oat throw\n- intent: x\n  examples: |\n    - hello\n"
    )
    rows = read_labelled(write(tmp_path, "nlu.yml", text), PLAIN)
    assert [(row.text, row.label) for row in rows] == [("hello", "x")]


def test_what_is_written_for_rasa_reads_back(tmp_path: Path) -> None:
    rows = [
        Labelled("what's #1042: gone?", "track?", "a:1"),
        Labelled("a [b](c) {d}\nnext", "x: y", "a:2"),
        Labelled("- a dash", "x: y", "a:3"),
    ]
    back = read_labelled(write(tmp_path, "nlu.yml", rasa_training(rows)), PLAIN)
    assert [(row.text, row.label) for row in back] == [
        ("what's #1042: gone?", "track?"),
        ("a [b] (c) {d} next", "x: y"),
        ("- a dash", "x: y"),
    ]


def test_accuracy_counts_only_texts_with_an_intent() -> None:
    figures = intent_figures([judged("a", "a"), judged("a", "b"), judged("b", "b"), judged("oos", "a")])
    assert figures["accuracy"] == pytest.approx(2 / 3)
    assert figures["texts_count"] == 3
    assert figures["macro_f1"] == pytest.approx(2 / 3)


def test_the_calibration_error_is_the_gap() -> None:
    right_half = [judged("a", "a" if at % 2 else "b", confidence=0.9) for at in range(10)]
    assert calibration_error(reliability(right_half)) == pytest.approx(0.4)
    assert calibration_error(reliability([judged("a", "a", confidence=1.0)])) == 0


def test_scope_is_measured_at_the_line() -> None:
    inside = [judged("a", "a", far=at / 100) for at in range(100)]
    outside = [judged("oos", "a", far=far) for far in (0.97, 0.98, 0.5, 2.0)]
    line = scope_line(inside)
    assert 0.93 < line < 0.96
    figures = scope_figures([*inside, *outside], line)
    assert figures["oos_recall"] == 0.75
    assert figures["oos_rejected_in_scope"] == 0.05
    assert 0.85 < figures["oos_auroc"] < 0.9
    assert scope_curve([*inside, *outside])[-1] == (1.0, 1.0)


def test_without_foreign_texts_nothing_is_said_of_scope() -> None:
    assert scope_figures([judged("a", "a")], 0.5) == {}
    assert scope_curve([judged("a", "a")]) == []


def test_the_commonest_confusion_comes_first() -> None:
    pairs = [judged("a", "b"), judged("c", "d"), judged("c", "d"), judged("a", "a")]
    assert confusions(pairs) == [("c", "d", 2), ("a", "b", 1)]


def entry(text: str, label: str, file: int = 0, line: int = 1) -> Entry:
    return Entry(Labelled(text, label, f"f{file}:{line}"), text, file)


def test_repetition_conflict_and_leakage_are_told_apart() -> None:
    found = list(
        same_text(
            [
                entry("a", "x"),
                entry("a", "x", line=2),
                entry("a", "y", line=3),
                entry("a", "x", file=1),
                entry("b", "x", line=4),
            ]
        )
    )
    assert [(one.kind, one.place, one.is_error) for one in found] == [
        ("duplicate", "f0:2", False),
        ("conflict", "f0:3", True),
        ("leakage", "f1:1", True),
    ]


def test_thin_and_uneven_intents_are_named() -> None:
    many = [entry(f"x{at}", "big") for at in range(300)]
    some = [entry(f"y{at}", "small", line=at) for at in range(25)]
    few = [entry(f"z{at}", "tiny", line=at) for at in range(3)]
    test_only = [entry(f"t{at}", "unseen", file=1) for at in range(2)]
    found = {one.tells.split()[0]: one for one in counts([*many, *some, *few, *test_only])}
    assert found.keys() == {"small", "tiny"}
    assert found["tiny"].kind == "too_few"
    assert found["small"].kind == "imbalance"


def test_texts_that_point_the_same_way_are_nearly_the_same() -> None:
    entries = [entry("a", "x"), entry("a!", "x", line=2), entry("a?", "y", line=3), entry("far", "x", line=4)]
    vectors = np.array([[1, 0], [1, 0], [1, 0], [0, 1]], np.float32)
    found = sorted((one.kind, one.place) for one in nearly_same(entries, vectors))
    assert found == [("near_conflict", "f0:3"), ("near_conflict", "f0:3"), ("near_duplicate", "f0:2")]
