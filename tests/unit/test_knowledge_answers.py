"""Choosing and citing sentences: pure, so every case can be written down."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.answer import MOST_CHARS, MOST_SENTENCES, compose
from knowledge.answer_types import Answered, NoAnswer
from knowledge.base import normalised
from knowledge.passage import Passage
from knowledge.scoring import Evidence, confidence
from knowledge.terms import count_passages, coverage, stem, terms, weighed, weight, with_synonyms

COMMON = {"": 100, "return": 6, "item": 9, "lamp": 12, "deliveri": 10, "refund": 5, "day": 30}


def passage(
    *sentences: str,
    title: str = "Returning an item",
    heading: str = "Returns",
    article_id: str = "returns",
    similarity: float | None = None,
) -> Passage:
    return Passage(
        article_id=article_id,
        version=3,
        title=title,
        heading=heading,
        anchor=heading.lower(),
        body=" ".join(sentences),
        sentences=list(sentences),
        keywords=["return policy"],
        score=0.03,
        similarity=similarity,
        sentence_similarities=[similarity] * len(sentences),
    )


def test_the_best_sentence_is_quoted_with_its_source() -> None:
    found = passage("You can return an item within 30 days.", "Wood must be oiled.")

    said = compose("can I return an item", [found], COMMON, 0.5)

    assert isinstance(said, Answered)
    assert said.text == "You can return an item within 30 days. [1]"
    (source,) = said.citations
    assert (source.number, source.url, source.version) == (1, "/help/returns#returns", 3)
    assert source.passage == found.body


def test_a_sentence_that_leans_on_the_one_before_brings_it_along() -> None:
    found = passage("The label is free.", "It is sent when you return an item to us.")

    said = compose("when is the return item sent", [found], COMMON, 0.0)

    assert isinstance(said, Answered)
    assert said.text == "The label is free. [1] It is sent when you return an item to us. [1]"


def test_a_question_for_a_figure_prefers_the_sentence_that_has_one() -> None:
    found = passage("You can return an item.", "An item can go back in 30 days.")

    said = compose("how many days for an item", [found], COMMON, 0.0)

    assert isinstance(said, Answered)
    assert "30 days" in said.text


def test_two_questions_at_once_are_answered_from_two_sources() -> None:
    first = passage("You can return an item within 30 days.")
    second = passage("A refund takes 5 days.", title="Refunds", heading="Refund", article_id="refunds")

    said = compose("can I return an item, and is there a refund", [first, second], COMMON, 0.0)

    assert isinstance(said, Answered)
    assert said.text == "You can return an item within 30 days. [1] A refund takes 5 days. [2]"
    assert [source.article_id for source in said.citations] == ["returns", "refunds"]


def test_a_question_about_something_else_gets_no_answer_but_the_nearest_articles() -> None:
    found = [passage("You can return an item within 30 days.", similarity=0.2)] * 2

    said = compose("do you sell bicycles", found, COMMON, 0.6)

    assert isinstance(said, NoAnswer)
    assert said.confidence < 0.1
    assert [citation.article_id for citation in said.nearest] == ["returns"]


@pytest.mark.parametrize("empty", ["", "?", "is it the of"])
def test_a_question_without_content_gets_no_answer(empty: str) -> None:
    assert compose(empty, [passage("You can return it.")], COMMON, 0.0) == NoAnswer(
        confidence=0.0, nearest=()
    )


def test_no_passages_are_no_answer() -> None:
    assert compose("return", [], COMMON, 0.0) == NoAnswer(confidence=0.0, nearest=())


def test_meaning_can_carry_an_answer_that_shares_few_words() -> None:
    def seen(near: float) -> float:
        return confidence(
            Evidence(
                words=0.3,
                sentence_words=0.2,
                passage_similarity=near,
                sentence_similarity=near,
                nearest_similarity=near,
                lead=0.5,
                unknown=0.0,
            )
        )

    assert seen(0.8) > 0.6 > 0.4 > seen(0.3)


@given(st.lists(st.text(min_size=1, max_size=200), min_size=1, max_size=8), st.text(max_size=80))
def test_answers_stay_short_and_quote_only_what_stands_there(sentences: list[str], question: str) -> None:
    said = compose(question, [passage(*sentences)], COMMON, 0.0)

    if isinstance(said, Answered):
        assert said.text.count("[1]") >= 1
        assert 0.0 <= said.confidence <= 1.0
        assert len(said.text) <= MOST_CHARS + max(map(len, sentences)) + 5 * MOST_SENTENCES
        rest = said.text
        for sentence in sorted(sentences, key=len, reverse=True):
            rest = rest.replace(f"{sentence} [1]", "")
        assert rest.strip() == ""


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("delivery", "shipping"),
        ("deliveries", "delivered"),
        ("returning", "returns"),
        ("cancelled", "cancel"),
        ("parcel", "packages"),
        ("warranty", "guarantee"),
        ("washed", "washing"),
    ],
)
def test_words_of_one_meaning_meet(one: str, other: str) -> None:
    assert terms(one) == terms(other)


def test_short_words_and_codes_keep_their_form() -> None:
    assert (stem("led"), stem("e27"), stem("gas")) == ("led", "e27", "gas")


def test_a_rare_word_says_more_and_an_unknown_one_most() -> None:
    assert weight("xylophone", COMMON) > weight("return", COMMON) > weight("day", COMMON)


def test_coverage_is_the_share_of_weight_and_complete_for_all_words() -> None:
    asked = weighed(terms("return a lamp"), COMMON)

    assert coverage(asked, {"return", "lamp"}) == 1.0
    assert 0.0 < coverage(asked, {"lamp"}) < 0.5 < coverage(asked, {"return"}) < 1.0
    assert coverage(weighed((), COMMON), {"lamp"}) == 0.0


def test_passages_are_counted_once_a_word() -> None:
    assert count_passages(["lamp lamp", "a lamp glows"]) == {"": 2, "lamp": 2, "glow": 1}


def test_a_search_by_words_is_given_the_articles_own_words() -> None:
    assert with_synonyms("lost package") == "lost package parcel"


def test_repetitions_are_recognised_whatever_their_case_and_marks() -> None:
    assert normalised("  Is it\nFREE ?! ") == normalised("is it free")
    assert normalised("is it free") != normalised("is it big")
