"""Corrections as lines: a text teaches or measures, never both, and holds nobody's address."""

from hypothesis import given
from hypothesis import strategies as st

from app.corrections.candidates import Corrected, candidates, use_of
from policies.normalise import normalise

words = st.text("abcdefghij klmno!?", min_size=1, max_size=40)


def corrected(text: str, kind: str = "intent", **more: str) -> Corrected:
    given = {
        "correction_id": "cor_1",
        "reply": "I do not know.",
        "was": "other",
        "should_be": "refund_request",
    }
    return Corrected(kind=kind, text=text, **{**given, "answer": "Ask mia@example.com", **more})


@given(texts=st.lists(words, max_size=12))
def test_no_text_teaches_and_measures(texts: list[str]) -> None:
    lines = [corrected(text) for text in texts]

    teaching = {normalise(line["text"]) for line in candidates(lines, "training")}
    measuring = {normalise(line["text"]) for line in candidates(lines, "evaluation")}

    assert not teaching & measuring
    assert teaching | measuring == {normalise(text) for text in texts if normalise(text)}


@given(text=words)
def test_the_same_words_written_otherwise_are_on_the_same_side(text: str) -> None:
    assert use_of(text) == use_of(f"  {text.upper()}  ")


def test_a_fifth_of_the_texts_measures() -> None:
    measuring = sum(use_of(f"message number {number}") == "evaluation" for number in range(1000))

    assert 150 < measuring < 250


def test_what_stands_in_a_held_back_set_is_in_neither() -> None:
    lines = [corrected("Give me my MONEY back!")]
    held_back = {normalise("give me my money back")}

    assert candidates(lines, "training", held_back) == candidates(lines, "evaluation", held_back) == []


def test_personal_details_are_masked_and_each_kind_says_what_is_right() -> None:
    text = next(
        f"write to ann{n}@example.com"
        for n in range(99)
        if use_of(f"write to ann{n}@example.com") == "training"
    )
    lines = [corrected(text), corrected(text, "answer"), corrected(text, "queue", should_be="care")]

    intent, answer, queue = candidates(lines, "training")

    assert (intent["text"], intent["intent"], intent["was"]) == (
        "write to [email]",
        "refund_request",
        "other",
    )
    assert (answer["answer"], answer["was"]) == ("Ask [email]", "I do not know.")
    assert queue["group"] == "care"
