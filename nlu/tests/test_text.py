"""Preparing text keeps what was meant and every position."""

import pytest

from frontdesk_nlu.intents.ngrams import Ngrams
from frontdesk_nlu.reading.language import LanguageGuess
from frontdesk_nlu.reading.text import prepared, readable, without_numbers


@pytest.mark.parametrize("text", ["a\ud800b", "\x00", "tab\tline\n", "🙂", ""])
def test_readable_text_can_be_encoded_and_is_as_long(text: str) -> None:
    assert len(readable(text)) == len(text)
    readable(text).encode()


def test_chat_speak_means_what_it_says() -> None:
    assert prepared("Wheres my ORDR?  thx") == "where is my order? thanks"
    assert prepared("I don’t want it, pls") == "i do not want it, please"
    assert prepared("our VAT id") == "our vat id"


def test_numbers_differ_by_length_only() -> None:
    assert without_numbers("order 1042") == without_numbers("order 9977")


def test_known_grams_have_length_one_and_unknown_ones_none() -> None:
    grams = Ngrams.learn(["where is my order", "cancel my order"])
    assert (grams.weigh("my order")[1] ** 2).sum() == pytest.approx(1)
    assert len(grams.weigh("ωωω")[0]) == 0


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("track order", "en"),
        ("wo ist meine Bestellung bitte", "de"),
        ("je voudrais parler à quelqu'un", "fr"),
    ],
)
def test_a_language_is_guessed(text: str, code: str) -> None:
    assert LanguageGuess("en", {"track", "order", "my"}).guess(text)[0] == code


def test_a_guess_from_few_words_is_not_trusted() -> None:
    guess = LanguageGuess("en", {"order"})
    assert guess.guess("merci")[1] <= 0.5
    assert guess.guess("1042 !!") == ("en", 0.0)
