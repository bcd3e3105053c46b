"""Measuring pairs: messages are read or refused by line, and figures are what they say."""

from pathlib import Path

import pytest

from frontdesk_nlu.measuring.intents import Files
from frontdesk_nlu.measuring.pairs import Told, figures, measure, missed, single_figures, told_messages
from frontdesk_nlu.measuring.tables import BadTable, Columns

DEVELOPMENT = Path(__file__).parent / "pairs_development.jsonl"
MESSAGES = [
    Told("a and b", ("a", "b")),
    Told("b, a", ("b", "a")),
    Told("c and d", ("c", "d")),
    Told("e", ("e",)),
]


def test_found_and_in_order_are_counted_apart() -> None:
    told = figures(MESSAGES, [("a", "b"), ("a", "b"), (), ()])
    assert told["pairs_found"] == pytest.approx(2 / 3)
    assert told["pairs_in_order"] == pytest.approx(1 / 3)
    assert told["single_kept"] == 1
    assert (told["pairs_count"], told["single_count"]) == (3, 1)


def test_a_wish_too_many_is_not_found_and_a_torn_one_not_kept() -> None:
    told = figures(MESSAGES, [("a", "b", "c"), ("b", "a"), ("c", "x"), ("e", "f")])
    assert told["pairs_found"] == pytest.approx(1 / 3)
    assert told["pairs_split"] == 1
    assert told["single_kept"] == 0


def test_of_nothing_there_is_no_figure() -> None:
    assert figures([], []) == {}
    assert single_figures([]) == {}
    assert single_figures([(), ("a", "b")])["false_splits"] == 0.5


def test_mistakes_are_named_without_the_text() -> None:
    assert missed(MESSAGES, [("a", "b"), ("b", "a"), (), ("e", "f")]) == [
        ("c + d", "one wish", 1),
        ("e", "e + f", 1),
    ]


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ('{"text": "a"', r"m\.jsonl:2: no JSON"),
        ('{"text": "a"}', r"m\.jsonl:2: an object with `text` and a list `intents`"),
        ('{"text": "a", "intents": []}', r"m\.jsonl:2"),
        ('{"text": "a", "intents": ["x", 7]}', r"m\.jsonl:2"),
    ],
)
def test_a_line_that_cannot_be_used_is_named(tmp_path: Path, line: str, why: str) -> None:
    path = tmp_path / "m.jsonl"
    path.write_text('{"text": "a", "intents": ["x"]}\n' + line)
    with pytest.raises(BadTable, match=why):
        told_messages(path)


def test_there_must_be_something_to_measure_on(tmp_path: Path) -> None:
    with pytest.raises(BadTable, match="--singles"):
        measure(Files(tmp_path, None, None, Columns()), None, lambda line: None)


def test_the_development_messages_are_enough_of_both_kinds() -> None:
    messages = told_messages(DEVELOPMENT)
    assert sum(len(message.intents) == 2 for message in messages) >= 120
    assert sum(len(message.intents) == 1 for message in messages) >= 120
    assert len({message.text for message in messages}) == len(messages)
