"""A wording is only as good as its sources: every sentence must stand in the passage it names."""

import pytest

from knowledge.answer_types import Citation
from knowledge.grounding import unsupported


def source(number: int, heading: str, passage: str) -> Citation:
    return Citation(
        number=number,
        article_id="a",
        title="A",
        heading=heading,
        url="/help/a#top",
        version=1,
        passage=passage,
    )


RETURNS = source(
    1, "How long", "You can return an item within 30 days of its delivery. Used things cannot be returned."
)
PRICES = source(2, "What delivery costs", "Standard delivery costs €4.90 and is free above €75.")
BOTH = [RETURNS, PRICES]


@pytest.mark.parametrize(
    "text",
    [
        "You can return an item within 30 days of delivery. [1]",
        "Sure! Items can be returned within 30 days after their delivery. [1] Delivery costs €4.90. [2]",
        "Things that were used cannot be returned. [1]",
        "Return the item within 30 days; standard delivery is free above €75. [1] [2]",
    ],
)
def test_a_wording_that_stands_in_its_sources_passes(text: str) -> None:
    assert unsupported(text, BOTH) is None


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("You can return an item within 60 days. [1]", "You can return an item within 60 days."),
        ("You can return an item within 30 days. [2]", "You can return an item within 30 days."),
        ("Used things can be returned. [1]", "Used things can be returned."),
        ("You can return an item within 30 days. [3]", "You can return an item within 30 days."),
        ("You can return an item within 30 days. [1] We also pay a bonus.", "We also pay a bonus."),
        (
            "You can return an item within 30 days. A courier collects furniture at night. [1]",
            "A courier collects furniture at night.",
        ),
    ],
)
def test_a_sentence_that_its_source_does_not_carry_is_named(text: str, wrong: str) -> None:
    assert unsupported(text, BOTH) == wrong
