"""Which lamp, which person and which order say nothing about the wish."""

import pytest

from frontdesk_nlu.intents.naming import without_names
from frontdesk_nlu.serving.interpreter import Interpreter


def test_names_give_way_to_neutral_words_and_all_else_stays() -> None:
    text = "is my Ostra pendant from Marta in #1042, or not?"
    spans = [(25, 30, "person"), (6, 19, "product"), (34, 39, "order_number")]
    assert without_names(text, spans) == "is my the item from someone in number, or not?"


@pytest.mark.parametrize(("text", "kind"), [("late since Monday", "date"), ("post to Norway", "location")])
def test_a_date_or_a_country_belongs_to_the_wish(text: str, kind: str) -> None:
    assert without_names(text, [(text.rindex(" ") + 1, len(text), kind)]) == text


@pytest.mark.parametrize(
    "wish", ["I want to send the {} back", "when is the {} in stock again", "my {} came in pieces"]
)
def test_another_product_is_the_same_wish(interpreter: Interpreter, wish: str) -> None:
    answers = [interpreter.parse(wish.format(name)) for name in ("Ostra pendant", "Linen throw")]
    assert [one["entities"][0]["entity"] for one in answers] == ["product", "product"]
    assert answers[0]["intent"] == answers[1]["intent"]


def test_entities_and_the_vector_are_those_of_the_customers_own_words(interpreter: Interpreter) -> None:
    text = "the Ostra pendant has no screws"
    answer = interpreter.parse(text, embedding=True)
    (product,) = answer["entities"]
    assert text[product["start"] : product["end"]] == "Ostra pendant"
    assert answer["embedding"] == interpreter.embed([text])[0]


def test_a_part_of_a_text_is_read_without_names_too(interpreter: Interpreter) -> None:
    said = "please cancel my order of the {}, and how late do you open tomorrow?"
    answers = [interpreter.parse(said.format(name)) for name in ("Ostra pendant", "Linen throw")]
    shares = [[one["intent"] for one in answer["clauses"]] for answer in answers]
    assert [one["name"] for one in shares[0]] == ["order_cancel", "opening_hours"]
    assert shares[0] == shares[1]
