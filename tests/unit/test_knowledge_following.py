"""Questions that go on from the one before, and questions that are the same in other words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.following import completed, leaning
from knowledge.meaning import is_personal, meaning

HOW_LONG = "How long does delivery take?"


@pytest.mark.parametrize(
    ("before", "said", "whole"),
    [
        (HOW_LONG, "and to Austria?", "How long does delivery take to Austria?"),
        (
            "How long does delivery to Germany take?",
            "and to Austria?",
            "How long does delivery take to Austria?",
        ),
        ("do you ship to Norway", "what about Switzerland?", "do you ship to Switzerland?"),
        ("Can I return a lamp?", "ok thanks, and used towels?", "Can I return a lamp used towels?"),
    ],
)
def test_a_fragment_is_put_back_into_the_question_before(before: str, said: str, whole: str) -> None:
    assert completed(said, before) == whole


@pytest.mark.parametrize(
    "said",
    [
        "and I want to cancel my order",
        "Can I pay by invoice?",
        "thanks",
        "and",
        "and cancel my order please",
        "and to whom do I write if the parcel that you sent is not here tomorrow",
    ],
)
def test_what_stands_by_itself_is_left_alone(said: str) -> None:
    assert completed(said, HOW_LONG) is None


def test_a_question_that_points_back_brings_along_what_it_points_at() -> None:
    before = "What does express delivery cost?"

    assert leaning("and how long does it take", before) == f"how long does it take? {before}"
    assert leaning("do you sell mugs", before) is None


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("How long does a refund take?", "how long do REFUNDS take"),
        ("What does shipping cost?", "what's the price of delivery"),
        ("Hello, could you tell me how I can return an item please?", "how do I return items"),
    ],
)
def test_the_same_question_in_other_words_means_the_same(one: str, other: str) -> None:
    assert meaning(one) == meaning(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("when do you open", "where do you open"),
        ("can you ship to the US", "what does shipped mean"),
        ("can I return it with a receipt", "can I return it without a receipt"),
        ("change from paypal to invoice", "change from invoice to paypal"),
        ("can I cancel before shipping", "can I cancel after shipping"),
        ("is the linen throw washable", "is the linen throw not washable"),
    ],
)
def test_questions_with_different_answers_mean_different_things(one: str, other: str) -> None:
    assert meaning(one) != meaning(other)


@given(st.text(st.characters(codec="ascii"), max_size=80))
def test_case_spaces_and_the_last_marks_change_no_meaning(text: str) -> None:
    assert meaning(f"  {text.upper()}?! ") == meaning(text)


@pytest.mark.parametrize(
    ("said", "personal"),
    [
        ("where is my order 1042", True),
        ("write to anna@example.com", True),
        ("call me at +49 30 123 45 67", True),
        ("is #7 shipped", True),
        ("how many days do I have", False),
        ("do you deliver above 75 euros", False),
    ],
)
def test_what_may_belong_to_one_customer_is_recognised(said: str, personal: bool) -> None:
    assert is_personal(said) is personal
