"""How well texts are understood that the model never saw."""

import numpy as np
import pytest
from conftest import HELD_OUT, book_intents

from frontdesk_nlu.reading.text import prepared
from frontdesk_nlu.serving.interpreter import Interpreter

SAID = [(text, name) for name, texts in HELD_OUT["intents"].items() for text in texts]


def test_no_held_out_text_stands_in_the_book() -> None:
    taught = {prepared(example) for intent in book_intents().values() for example in intent.examples}
    assert taught.isdisjoint({prepared(text) for text, _ in SAID}), taught & {
        prepared(text) for text, _ in SAID
    }
    assert len(SAID) >= 60


def test_nine_of_ten_unseen_texts_get_their_intent(interpreter: Interpreter) -> None:
    wrong = [
        (text, name, found["name"], round(found["confidence"], 2))
        for text, name in SAID
        if (found := interpreter.parse(text)["intent"])["name"] != name
    ]
    assert len(wrong) <= len(SAID) * 0.10, wrong


def test_confidence_means_what_it_says(interpreter: Interpreter) -> None:
    sure = [
        answer["intent"]["name"] == name
        for text, name in SAID
        if (answer := interpreter.parse(text))["intent"]["confidence"] >= 0.85
    ]
    assert len(sure) >= 0.6 * len(SAID)
    assert np.mean(sure) >= 0.95


def test_foreign_topics_are_out_of_scope(interpreter: Interpreter) -> None:
    inside = [interpreter.parse(text)["out_of_scope"] for text, _ in SAID]
    outside = [interpreter.parse(text)["out_of_scope"] for text in HELD_OUT["out_of_scope"]]
    wins = np.mean([far > near for far in outside for near in inside])
    assert wins >= 0.97
    assert np.mean(np.array(inside) < 0.5) >= 0.93
    assert np.mean(np.array(outside) > 0.5) >= 0.85


def test_no_foreign_topic_is_automated(interpreter: Interpreter) -> None:
    for text in HELD_OUT["out_of_scope"]:
        answer = interpreter.parse(text)
        assert answer["intent"]["confidence"] < 0.85 or answer["out_of_scope"] > 0.6, (text, answer["intent"])


@pytest.mark.parametrize(("sign", "label"), [(-1, "negative"), (1, "positive")])
def test_feelings_have_the_right_sign(interpreter: Interpreter, sign: int, label: str) -> None:
    scores = {text: interpreter.parse(text)["sentiment"]["score"] for text in HELD_OUT["sentiment"][label]}
    assert np.mean([score * sign > 0.15 for score in scores.values()]) >= 0.9, scores


def test_plain_requests_are_never_taken_for_anger(interpreter: Interpreter) -> None:
    for text in HELD_OUT["sentiment"]["neutral"]:
        assert abs(interpreter.parse(text)["sentiment"]["score"]) < 0.3, text


def test_rage_passes_the_line_at_which_a_person_takes_over(interpreter: Interpreter) -> None:
    for text in HELD_OUT["very_negative"]:
        answer = interpreter.parse(text)
        assert answer["sentiment"]["score"] < -0.6, (text, answer["sentiment"])
        assert answer["emotions"]["anger"] > 0.4 or answer["emotions"]["frustration"] > 0.6
