"""The frame of a message: what is left when only what carries the meaning of a wish is kept."""

import pytest

from frontdesk_nlu.persons.asking import told
from frontdesk_nlu.persons.frame import circumstances, runs
from frontdesk_nlu.persons.wording import kinds, slips


def test_whatever_stands_between_is_one_gap_in_the_frame() -> None:
    assert "#not ~ WANT a" in runs("i do not really really want a person")
    assert runs("fetch me the blue human") == runs("get us this broken agent")


def test_a_clause_tells_what_stands_before_and_behind_its_person() -> None:
    said = circumstances("i never asked for an agent, the person was nice")
    assert "@before not PERSON" in said
    assert "@behind was PERSON" in said
    assert "@first the PERSON" in said


def test_a_denial_in_one_clause_says_nothing_about_the_next() -> None:
    said = circumstances("i do not want the form, get me an agent")
    assert "@before not PERSON" not in said


def test_a_question_is_told_from_a_statement() -> None:
    assert "@asked True PERSON" in circumstances("is it a person?")
    assert "@asked False PERSON" in circumstances("it is a person")


@pytest.mark.parametrize("text", ["", "?", "where is my lamp", "\ufffd" * 50])
def test_a_text_without_persons_has_no_circumstances(text: str) -> None:
    assert circumstances(text) == []
    assert len(told(text)) == 3


@pytest.mark.parametrize("slip", ["agnet", "agennt", "humn", "preson", "colleage"])
def test_a_word_with_a_slip_is_of_its_kind(slip: str) -> None:
    assert slip in kinds()


def test_a_word_of_its_own_is_no_slip() -> None:
    assert "chef" in set(slips("chief"))
    assert "chef" not in kinds()
