"""Preparing text keeps what was meant and every position."""

import pytest

from frontdesk_nlu.intents.ngrams import Counted
from frontdesk_nlu.reading.language import LanguageGuess
from frontdesk_nlu.reading.text import normalised, prepared, readable, seen, tokens


@pytest.mark.parametrize("text", ["a\ud800b", "\x00", "tab\tline\n", "🙂", ""])
def test_readable_text_can_be_encoded_and_is_as_long(text: str) -> None:
    assert len(readable(text)) == len(text)
    readable(text).encode()


def test_chat_speak_means_what_it_says() -> None:
    assert prepared("Wheres my ORDR?  thx") == "where is my order? thanks"
    assert prepared("I don’t want it, pls") == "i do not want it, please"
    assert prepared("our VAT id") == "our vat id"
    assert prepared("It's Marta's, can't you see") == "it is marta's, cannot you see"


def test_a_text_is_normalised_in_five_steps_and_the_original_is_kept() -> None:
    text = "i want 2 cancel my order #12345 pls!!!"
    read = normalised(text)
    assert read.tokens == ("i", "want", "to", "cancel", "my", "order", "#NUMBER", "please")
    assert read.text == "i want to cancel my order #NUMBER please"
    assert read.original == text


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("I need 2 lamps", "i need 2 lamps"),
        ("waiting 4 ages", "waiting for ages"),
        ("order 4 my mum", "order for my mum"),
        ("u\u200bnder\u00ad \u202eＡＢＣ", "under abc"),
        ("", ""),
    ],
)
def test_figures_become_words_and_what_cannot_be_seen_goes(text: str, plain: str) -> None:
    assert prepared(text) == plain


def test_words_of_any_script_are_tokens() -> None:
    assert normalised("我想退货 #1042 🙂🙂").tokens == ("我想退货", "#NUMBER")
    assert normalised("mail a.b@example.com, 149,99 €").tokens == ("mail", "a.b@example.com", "#NUMBER")


def test_numbers_differ_by_length_only() -> None:
    assert tokens("order 1042") == tokens("order 9977!") == ["order", "#NUMBER"]


def test_known_grams_have_length_one_and_unknown_ones_none() -> None:
    grams = Counted.of(["where is my order", "cancel my order"]).ngrams()
    assert (grams.weigh("my order")[1] ** 2).sum() == pytest.approx(1)
    assert len(grams.weigh("ωωω")[0]) == 0


GUESS = LanguageGuess("en", {"track", "order", "my"})


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("track order", "en"),
        ("wo ist meine Bestellung bitte", "de"),
        ("je voudrais parler à quelqu'un", "fr"),
        ("Hej, jag vill returnera min lampa", "sv"),
        ("tilaus 1042 missä?", "fi"),
        ("де моя посилка", "uk"),
        ("siparişim nerede", "tr"),
    ],
)
def test_a_language_is_guessed(text: str, code: str) -> None:
    assert GUESS.guess(text).settled()[0] == code


def test_a_short_text_is_read_in_the_language_of_the_conversation() -> None:
    assert GUESS.guess("hvor er min pakke").settled("no")[0] == "no"
    assert GUESS.guess("hvor er min pakke").settled("da")[0] == "da"
    assert GUESS.guess("1042 !!").settled("de")[0] == "de"
    assert GUESS.guess("1042 !!").settled() == ("en", 0.067)


def test_the_conversation_does_not_outweigh_a_clear_sentence() -> None:
    assert GUESS.guess("wo ist meine Bestellung bitte").settled("en")[0] == "de"


@pytest.mark.parametrize(
    ("text", "mixed"),
    [
        ("hello, wann kommt mein paket please?", True),
        ("hola, where is my order? necesito ayuda con mi pedido", True),
        ("wo ist meine Bestellung", False),
        ("please send it to Rue des Tilleuls 9 as soon as possible", False),
        ("where is my order", False),
    ],
)
def test_a_change_of_language_is_noticed(text: str, mixed: bool) -> None:
    assert GUESS.guess(text).mixed is mixed


def test_what_can_be_seen_keeps_its_place() -> None:
    shown = seen("1\u200b0\u2060\ufeff42 ü")
    assert shown is not None
    assert shown.characters == "1042 ü"
    assert list(shown.places) == [0, 2, 5, 6, 7, 8]


@pytest.mark.parametrize("text", ["", "plain", "Grüße 🙂"])
def test_a_text_without_unseen_marks_is_read_as_it_is(text: str) -> None:
    assert seen(text) is None
