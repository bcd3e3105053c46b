"""Which lamp, which town and which order say nothing about the wish."""

import pytest

from frontdesk_nlu.intents.naming import without_names
from frontdesk_nlu.serving.interpreter import Interpreter


def test_names_give_way_to_neutral_words_and_all_else_stays() -> None:
    text = "is the Ostra pendant in Oslo, or in #1042?"
    spans = [(24, 28, "location"), (7, 20, "product"), (36, 41, "order_number")]
    assert without_names(text, spans) == "is the the item in the place, or in number?"


def test_a_date_belongs_to_the_wish() -> None:
    assert without_names("where is it since Monday", [(18, 24, "date")]) == "where is it since Monday"


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
