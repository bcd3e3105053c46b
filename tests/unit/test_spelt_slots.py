"""Numbers, addresses and choices in customers' answers, whether understanding marked them or not."""

import pytest

from graphs.planner.slots import as_value, from_answer, gave_value, says_choice
from policies.flow_model import Slot


def a_slot(kind: str, **more: object) -> Slot:
    """A slot of this type that nothing marks."""
    given = {"entities": (), "ask": None, "attempts": 2, "valid": None, **more}
    return Slot(name="it", type=kind, **given)  # type: ignore[arg-type]


PHONE, EMAIL = a_slot("phone"), a_slot("email")
RATING = a_slot(
    "choice",
    choices={
        "five": ("5 very good", "5", "5 out of 5"),
        "three": ("3 so-so", "3", "3 out of 5"),
        "one": ("1 bad", "one"),
    },
)


@pytest.mark.parametrize(
    ("said", "number"),
    [
        ("it is +49 170 5550123", "+49 170 5550123"),
        ("0171/5552244, thanks", "0171/5552244"),
        ("(030) 555-0177", "(030) 555-0177"),
    ],
)
def test_a_phone_number_is_found_in_an_answer(said: str, number: str) -> None:
    assert from_answer(PHONE, said, ()) == number


@pytest.mark.parametrize("said", ["12", "123 45", "+49 170 5550123 4455 66778"])
def test_too_few_or_too_many_digits_are_no_phone_number_but_were_meant_as_one(said: str) -> None:
    assert as_value(PHONE, said) is None
    assert gave_value(PHONE, said, ())


def test_words_without_a_digit_were_not_meant_as_a_phone_number() -> None:
    assert not gave_value(PHONE, "when are you open?", ())


def test_an_email_address_is_found_in_an_answer_and_half_of_one_is_noticed() -> None:
    assert from_answer(EMAIL, "use Mila.Rossi@Example.com please", ()) == "mila.rossi@example.com"
    assert from_answer(EMAIL, "it is me@home", ()) is None
    assert gave_value(EMAIL, "it is me@home", ())
    assert not gave_value(EMAIL, "my home address", ())


def test_a_longer_phrase_of_a_choice_hides_the_shorter_in_it() -> None:
    assert as_value(RATING, "I would say 3 out of 5") == "three"
    assert as_value(RATING, "3 or 5") is None


def test_a_text_that_is_nothing_but_a_choice_is_told_from_one_that_holds_its_word() -> None:
    assert says_choice(RATING, "One")
    assert not says_choice(RATING, "one of your colleagues please")
