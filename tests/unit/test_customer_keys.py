"""By which words a customer is found."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.customers.keys import digits, folded, keys_of, sought


def meets(question: str, **known: str) -> bool:
    """Whether a question finds a customer of whom this is known."""
    keys = keys_of(known)
    alone, together = sought(question)
    return bool(keys & alone) or (bool(together) and together <= keys)


@pytest.mark.parametrize(
    "question",
    ["Marta Lindström", "lindstrom", "MARTA", "lindström marta", "Anna-Marta", " marta   lindstrom "],
)
def test_a_name_is_found_by_its_words_without_accents_and_case(question: str) -> None:
    assert meets(question, name="Anna-Marta Lindström")


@pytest.mark.parametrize("question", ["mart", "Marta Berg", "", "   ", "a"])
def test_parts_of_words_and_other_words_find_nobody(question: str) -> None:
    assert not meets(question, name="Marta Lindström")


@pytest.mark.parametrize("question", ["+46 70 123 45 67", "0046701234567", "46701234567"])
def test_a_phone_number_is_found_however_it_is_written(question: str) -> None:
    assert meets(question, phone="+46 (70) 123-45-67")


def test_an_email_is_found_whole_and_not_by_its_words() -> None:
    assert meets("Marta@Example.com", email="marta@example.com")
    assert not meets("marta@example.org", email="marta@example.com", name="Marta Example")


def test_digits_in_a_name_are_no_phone_number() -> None:
    assert not meets("agent 1234567", phone="1234567")


@given(st.text(max_size=60))
def test_everybody_is_found_by_their_whole_name(name: str) -> None:
    assert meets(name, name=name) or not folded(name)


@given(st.text(max_size=40))
def test_folding_twice_changes_nothing(text: str) -> None:
    assert folded(folded(text)) == folded(text)
    assert digits(digits(text)) == digits(text) or digits(text).startswith("00")
