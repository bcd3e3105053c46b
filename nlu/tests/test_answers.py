"""Answers kept by the bytes of their questions: never another model's, never more than fit."""

from frontdesk_nlu.serving.answers import KEPT, LONGEST_QUESTION, Answers
from frontdesk_nlu.serving.protocol import Opened

FIRST, SECOND = Opened("a", "1"), Opened("a", "1")
"""The same model opened twice is another one: its files may have changed."""


def test_the_same_question_gets_its_answer() -> None:
    answers = Answers()
    answers.keep(("/model/parse", b"q"), b"a", FIRST)
    assert answers.get(("/model/parse", b"q"), FIRST) == b"a"
    assert answers.get(("/model/parse?with=embedding", b"q"), FIRST) is None


def test_an_answer_of_another_model_is_none() -> None:
    answers = Answers()
    answers.keep(("/", b"q"), b"a", FIRST)
    assert answers.get(("/", b"q"), SECOND) is None
    answers.keep(("/", b"other"), b"b", SECOND)
    assert answers.get(("/", b"q"), SECOND) is None


def test_what_was_not_asked_for_longest_is_forgotten() -> None:
    answers = Answers()
    for number in range(KEPT):
        answers.keep(("/", b"%d" % number), b"a", FIRST)
    answers.get(("/", b"0"), FIRST)
    answers.keep(("/", b"new"), b"a", FIRST)
    assert answers.get(("/", b"0"), FIRST) == b"a"
    assert answers.get(("/", b"1"), FIRST) is None


def test_a_long_question_is_not_kept() -> None:
    answers = Answers()
    answers.keep(("/", b"q" * (LONGEST_QUESTION + 1)), b"a", FIRST)
    assert answers.get(("/", b"q" * (LONGEST_QUESTION + 1)), FIRST) is None
