"""Texts with several wishes are split; long single wishes are not."""

import base64
import random
from pathlib import Path

import numpy as np
import pytest

from frontdesk_nlu.clauses.cutting import MOST_CUTS, cuts
from frontdesk_nlu.clauses.examples import Seen, Told, join
from frontdesk_nlu.clauses.fitting import fit_stage, line_of
from frontdesk_nlu.clauses.glancing import Glancer, Sketch
from frontdesk_nlu.clauses.shape import shape
from frontdesk_nlu.encoding.encoder import load_encoder
from frontdesk_nlu.model.folder import ModelFolder
from frontdesk_nlu.serving.interpreter import Interpreter


def vector(packed: str) -> np.ndarray:
    """Read a vector as a client does."""
    return np.frombuffer(base64.b64decode(packed), "<f2").astype(np.float32)


def sides(text: str) -> list[tuple[str, str]]:
    """Return both sides of every cut."""
    return [(text[: cut.end], text[cut.start :]) for cut in cuts(text)]


@pytest.mark.parametrize(
    ("text", "left", "right"),
    [
        ("Cancel order 1042 and send me the invoice", "Cancel order 1042", "send me the invoice"),
        ("where is it, and also can you change my address", "where is it", "can you change my address"),
        ("Track 1042; also, do you ship to Norway?", "Track 1042;", "do you ship to Norway?"),
        ("I want a refund\nwhere is my parcel", "I want a refund", "where is my parcel"),
        ("refund me please & cancel the rest", "refund me please", "cancel the rest"),
    ],
)
def test_a_text_can_be_cut_where_something_is_added(text: str, left: str, right: str) -> None:
    assert (left, right) in sides(text)


@pytest.mark.parametrize(
    "text",
    ["where is my order", "order no. 1042 is late", "Hi, thanks", "149.99 euros are gone", "", " . . . "],
)
def test_most_texts_cannot_be_cut(text: str) -> None:
    assert not cuts(text)


def test_only_a_few_cuts_are_looked_at_however_long_a_text_is() -> None:
    assert len(cuts("cancel it and refund me. " * 400)) == MOST_CUTS


def test_the_shape_of_a_wish_is_read_behind_the_greeting() -> None:
    assert shape("hello, please cancel my order").request
    assert shape("hi there, where is my parcel").question
    assert shape("because it never came").dependent
    assert not shape("my parcel never came").request


@pytest.mark.parametrize(
    ("text", "left", "right"),
    [
        ("is this a bot? if so give me a human", "is this a bot?", "give me a human"),
        ("can it go back, otherwise swap it for a red one", "can it go back", "swap it for a red one"),
        ("it never came let me speak to someone", "it never came", "let me speak to someone"),
    ],
)
def test_a_condition_or_a_plea_opens_a_second_wish(text: str, left: str, right: str) -> None:
    assert (left, right) in sides(text)


def test_the_tokens_of_a_side_tell_what_it_says(model_folder: Path) -> None:
    encoder = load_encoder(ModelFolder(model_folder).encoder)
    left, right = "please cancel my order", "where is your showroom"
    text = f"{left} and {right}"
    whole, first, second = encoder.read_many([text, left, right])
    glancer = Glancer.over(whole.tokens, Sketch(np.stack([first.vector, second.vector], axis=1)))
    (seen,) = glancer.glance([(0, len(left), len(text) - len(right), len(text))])
    assert seen.left_rates.argmax() == 0
    assert seen.right_rates.argmax() == 1
    assert seen.left @ first.vector > seen.left @ second.vector + 0.2


def test_a_side_behind_what_is_encoded_says_nothing(model_folder: Path) -> None:
    (read,) = load_encoder(ModelFolder(model_folder).encoder).read_many(["where is it " * 100])
    (seen,) = Glancer.over(read.tokens, Sketch(np.ones((384, 2), np.float32))).glance([(0, 11, 1100, 1200)])
    assert not seen.right.any()
    assert np.linalg.norm(seen.left) == pytest.approx(1, abs=1e-3)


def test_a_stage_learns_the_sign_that_tells_two_wishes_from_one() -> None:
    told = Told("", ("a",), "written")
    places = [
        Seen([1.0, float(meets), at % 3], meets, 1.0, told, ("a", "b"))
        for at in range(60)
        for meets in (at % 2 == 0,)
    ]
    weights = fit_stage(places, 3)
    assert weights[1] > 1
    assert abs(weights[2]) < 0.5
    line = line_of(places, weights, 0.0)
    assert all((weights @ place.signs > line - 1e-3) == place.meets for place in places)


def test_joined_texts_keep_the_words_of_both() -> None:
    dice = random.Random(1)
    for text in (join("Where is it?", "Send the bill.", dice) for _ in range(50)):
        assert text.lower().startswith("where is it")
        assert text.lower().endswith("send the bill.")


TWO_WISHES = [
    ("Cancel order 1042 and tell me what postage to Norway costs", ["order_cancel", "delivery_options"]),
    ("Where is my parcel? Also I'd like a copy of the invoice for 1077", ["order_track", "invoice_request"]),
    (
        "please reset my password, and by the way do you have the Ostra pendant in stock",
        ["password_reset", "stock_question"],
    ),
    (
        "take me off the newsletter. Oh and can I pay by invoice?",
        ["newsletter_unsubscribe", "payment_methods"],
    ),
    ("my lamp came broken, plus you charged my card twice", ["item_damaged", "charged_twice"]),
]


@pytest.mark.parametrize(("text", "intents"), TWO_WISHES)
def test_two_wishes_are_told_apart(interpreter: Interpreter, text: str, intents: list[str]) -> None:
    clauses = interpreter.understand([text])[0].answer["clauses"]
    assert [clause["intent"]["name"] for clause in clauses] == intents


@pytest.mark.parametrize(
    "text",
    [
        "my lamp and my throw were ordered last week and are still not here",
        "my Korn mugs and the Salt jug came broken",
        "can I pick a lamp up at your showroom on Friday and on Saturday?",
        "What is your phone number and email?",
        "The glass of the lamp is cracked. It was like that in the box.",
        "hello and thanks, where is my order 1042?",
    ],
)
def test_one_wish_stays_whole(interpreter: Interpreter, text: str) -> None:
    assert interpreter.understand([text])[0].answer["clauses"] == []


def test_a_clause_has_the_entities_that_stand_in_it(interpreter: Interpreter) -> None:
    text = "Please cancel order 1042, and also send the invoice of 1077 to a@example.com"
    first, second = interpreter.understand([text])[0].answer["clauses"]
    assert [one["value"] for one in first["entities"]] == ["1042"]
    assert [one["value"] for one in second["entities"]] == ["1077", "a@example.com"]
    for one in second["entities"]:
        assert second["start"] <= one["start"] < one["end"] <= second["end"]
        assert text[one["start"] : one["end"]] in text[second["start"] : second["end"]]


def test_a_clause_has_the_vector_of_its_own_words_where_one_was_asked_for(interpreter: Interpreter) -> None:
    text = "Cancel order 1042 and tell me what postage to Norway costs"
    clauses = interpreter.parse(text, embedding=True)["clauses"]
    alone = interpreter.embed([text[one["start"] : one["end"]] for one in clauses])
    for one, other in zip(clauses, alone, strict=True):
        assert vector(one["embedding"]) @ vector(other) > 0.99
    assert all("embedding" not in one for one in interpreter.parse(text)["clauses"])


def test_a_clause_ranks_its_intents(interpreter: Interpreter) -> None:
    for clause in interpreter.understand([TWO_WISHES[0][0]])[0].answer["clauses"]:
        shares = [one["confidence"] for one in clause["intent_ranking"]]
        assert shares == sorted(shares, reverse=True)
        assert clause["intent"] == clause["intent_ranking"][0]
        assert len(shares) == 3
