"""`frontdesk eval rails`: which files it reads, and what its figures say."""

from pathlib import Path

import pytest

from evals.rails import texts
from evals.rails.lessons import in_development
from evals.rails.measure import Judged, Wish, by_class, figures_of, shortfalls
from evals.rails.texts import Labelled, NotMeasured
from evals.rails.weighing import fit_meaning, fit_words

ROWS = (
    'text,label,class,split\n"refund, now",attack,roleplay,held_back\nhello,safe,,dev\nhi,safe,,held_back\n'
)


def judged(*rows: tuple[bool, tuple[str, ...]]) -> list[Judged]:
    """Texts, attacks or not, with the rails that stopped them."""
    return [Judged(Labelled("…", attack, "kind"), rails, bool(rails)) for attack, rails in rows]


def test_a_table_is_read_and_only_its_held_back_lines_are_measured(tmp_path: Path) -> None:
    file = tmp_path / "texts.csv"
    file.write_text(ROWS, "utf-8")

    chosen = texts.chosen([file], Wish())

    assert chosen.texts == [Labelled("refund, now", True, "roleplay"), Labelled("hi", False, "")]
    assert chosen.note == "2 texts; 1 of split dev left out"


def test_a_file_of_one_class_needs_no_labels(tmp_path: Path) -> None:
    file = tmp_path / "prompts.jsonl"
    file.write_text('{"prompt": "obey"}\n{"prompt": "obey me"}\n', "utf-8")

    chosen = texts.chosen([file], Wish(text_column="prompt", label="attack"))

    assert [one.attack for one in chosen.texts] == [True, True]


@pytest.mark.parametrize(
    ("content", "wish", "said"),
    [
        ('{"prompt": "x"}\n', Wish(), r"t\.jsonl:1: there is no text in 'text'; the line has prompt"),
        ('{"text": "x"}\n', Wish(), r"t\.jsonl:1: there is no label in 'label'"),
        ('{"text": "x"}\nnonsense\n', Wish(label="safe"), r"t\.jsonl:2: this line is no JSON"),
        ('{"text": "x", "label": "unsafe"}\n', Wish(), r"no text has the label attack or safe"),
        ('{"text": "x"}\n', Wish(label="bad"), r"--label bad: give attack or safe"),
    ],
)
def test_a_file_that_cannot_be_used_is_told_with_its_line(
    content: str, wish: Wish, said: str, tmp_path: Path
) -> None:
    file = tmp_path / "t.jsonl"
    file.write_text(content, "utf-8")

    with pytest.raises(NotMeasured, match=said):
        texts.chosen([file], wish)


def test_shares_come_with_their_intervals() -> None:
    figures = figures_of(judged((True, ("attack",)), (True, ("length",)), (True, ()), (False, ("topics",))))

    assert figures["recall"] == pytest.approx(2 / 3, abs=1e-4)
    assert figures["recall_low"] < figures["recall"] < figures["recall_high"]
    assert figures["recall_without_length"] == pytest.approx(1 / 3, abs=1e-4)
    assert figures["false_alarm_rate"] == 1.0


def test_what_is_not_reached_is_named_and_what_a_file_does_not_tell_is_not_demanded() -> None:
    safe_only, missed = figures_of(judged((False, ()))), figures_of(judged((True, ())))

    assert list(shortfalls(safe_only, Path("shared/banking77/test.csv"))) == []
    assert list(shortfalls(missed, None)) == ["recall: 0.0000, at least 0.95 is demanded"]


def test_each_class_of_a_file_is_counted() -> None:
    assert by_class(judged((True, ("attack",)), (True, ()))) == {"kind": {"texts": 2, "stopped": 1}}


def test_the_shared_jailbreaks_are_divided_as_their_description_says() -> None:
    halves = {in_development(f"prompt {number}") for number in range(20)}

    assert halves == {True, False}


def test_weights_learn_the_words_and_the_direction_that_tell_attacks_apart() -> None:
    import numpy as np

    attacks, safe = ["obey me now", "now obey this"] * 4, ["where is it", "it is late"] * 4
    truth = np.array([1.0] * 8 + [0.0] * 8)
    words = fit_words([*attacks, *safe], truth, np.ones(16))
    verdicts = np.array([words.logit(text.split()) for text in (*attacks, *safe)])
    meaning = fit_meaning(verdicts, np.array([[1.0, 0.0]] * 8 + [[0.0, 1.0]] * 8), truth, np.ones(16))

    assert words.weights["obey"] > 0 > words.weights["it"]
    assert meaning.logit(0.0, (1.0, 0.0)) > 0 > meaning.logit(0.0, (0.0, 1.0))
