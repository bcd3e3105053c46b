"""What `measure-entities` reads, refuses and counts."""

from pathlib import Path

import pytest

from frontdesk_nlu.entities.found import Found
from frontdesk_nlu.measuring.entities import Marked, agrees, figures, marked_texts, mistakes
from frontdesk_nlu.measuring.tables import BadTable

LINE = (
    '{"text": "order 1042", "entities": [{"entity": "order_number", "start": 6, "end": 10, "value": "1042"}]}'
)
ORDER = Marked("order 1042", {(6, 10, "order_number"): "1042"})


def found(kind: str, start: int, end: int, value: str | float) -> Found:
    """An entity as the extractors make it."""
    return Found(entity=kind, value=value, start=start, end=end, confidence=1.0)


def written(path: Path, text: str) -> Path:
    """Write a test file."""
    path.write_text(text, "utf-8")
    return path


def test_lines_are_read_with_their_spans(tmp_path: Path) -> None:
    assert marked_texts(written(tmp_path / "a.jsonl", LINE + "\n\n")) == [ORDER]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("hm\n", r"a\.jsonl:1: no JSON"),
        ('{"words": "hm"}\n', r"a\.jsonl:1: an object with `text` and `entities`"),
        (LINE + '\n{"text": "hm"}\n', r"a\.jsonl:2: `entities` must be a list"),
        (LINE.replace("10", "99", 1).replace('"end": 10', '"end": 99'), r":1: `entities`: .*in the text"),
        ("\n", "holds no text"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_by_line_and_field(
    tmp_path: Path, text: str, told: str
) -> None:
    with pytest.raises(BadTable, match=told):
        marked_texts(written(tmp_path / "a.jsonl", text))


def test_a_file_that_is_not_there_is_told_with_its_name() -> None:
    with pytest.raises(BadTable, match=r"nowhere\.jsonl does not exist"):
        marked_texts(Path("nowhere.jsonl"))


def test_only_exact_spans_of_the_right_kind_count() -> None:
    shifted, other = found("order_number", 5, 10, "1042"), found("amount", 6, 10, 1042.0)
    told = figures([ORDER, ORDER, ORDER], [[found("order_number", 6, 10, "1042")], [shifted], [other]])
    assert told["precision"] == told["recall"] == told["f1"] == pytest.approx(1 / 3)
    assert (told["f1_order_number"], told["f1_amount"]) == (pytest.approx(2 / 5), 0.0)


def test_a_wrong_value_of_a_right_span_lowers_the_agreement_only() -> None:
    told = figures([ORDER], [[found("order_number", 6, 10, "1024")]])
    assert (told["f1"], told["value_agreement"]) == (1.0, 0.0)


def test_values_agree_however_a_number_is_written() -> None:
    assert agrees("149.90", 149.9)
    assert agrees("Marta@x.com", "marta@x.com")
    assert not agrees("a lot", 149.9)


def test_mistakes_are_counted_by_kind() -> None:
    assert mistakes([ORDER], [[found("amount", 6, 10, 1042.0)]]) == [
        ("order_number", 1, 0),
        ("amount", 0, 1),
    ]
