"""Who is likely to want a person: what is read of the wording, what is learnt, what is answered."""

import numpy as np
import pytest

from frontdesk_nlu.persons.asking import AskingModel
from frontdesk_nlu.persons.fitting import Messages, fit
from frontdesk_nlu.persons.wording import READ_WORDS, wordings
from frontdesk_nlu.serving.interpreter import Interpreter

ASKING = [
    "get me an agent",
    "i want to talk to a human",
    "could a person look at it",
    "connect me to your boss",
]
NOT_ASKING = [
    "no agent please",
    "my boss wants the invoice",
    "i talked to a person before",
    "where is my lamp",
]


@pytest.fixture(scope="module")
def model() -> AskingModel:
    """A model of eight messages, each taught twice, whose vectors say nothing."""
    texts = [*ASKING, *NOT_ASKING] * 2
    return fit(
        Messages(
            texts=texts,
            vectors=np.zeros((len(texts), 4), dtype=np.float32),
            asks=np.array(([True] * len(ASKING) + [False] * len(NOT_ASKING)) * 2),
            counts=np.ones(len(texts), dtype=np.float32),
        )
    )


def likelihood(model: AskingModel, text: str) -> float:
    """Rate a text by its wording alone."""
    return model.likelihood(text, np.zeros(4, dtype=np.float32))


def test_words_of_a_kind_are_read_alike() -> None:
    assert "TALK to a PERSON" not in wordings("talk to a human")
    assert "TALK to a" in wordings("speak to a human")
    assert wordings("get an agent")[1:4] == wordings("fetch an operator")[1:4]


def test_of_a_flood_of_words_only_the_beginning_is_read() -> None:
    assert wordings("agent " * READ_WORDS) == wordings("agent " * 10_000)


def test_what_was_taught_is_known_again(model: AskingModel) -> None:
    assert all(likelihood(model, text) > 0.5 for text in ASKING)
    assert all(likelihood(model, text) < 0.5 for text in NOT_ASKING)


def test_a_word_of_the_same_kind_counts_as_the_taught_one(model: AskingModel) -> None:
    assert likelihood(model, "fetch me a representative") > likelihood(model, "my manager wants the invoice")


def test_nothing_known_leaves_what_is_usual(model: AskingModel) -> None:
    assert 0.0 < likelihood(model, "") < 1.0
    assert likelihood(model, "xyzzy " * 50) == pytest.approx(likelihood(model, "plugh " * 50))


def test_a_model_is_the_same_after_it_was_stored(model: AskingModel) -> None:
    again = AskingModel.from_arrays(model.arrays())
    for text in [*ASKING, *NOT_ASKING]:
        assert likelihood(again, text) == pytest.approx(likelihood(model, text), abs=1e-5)


def test_the_answer_says_how_likely_a_person_is_wanted(interpreter: Interpreter) -> None:
    asked = interpreter.parse("could somebody look at it, a person I mean")
    declined = interpreter.parse("There is really no need to let one of your people look at it")
    assert asked["wants_person"] > 0.5 > declined["wants_person"]
