"""Entities: what is found, what is not, and where it stands."""

from itertools import pairwise

import pytest

from frontdesk_nlu.entities.rules import find_entities, number_of, order_pattern

ORDERS = order_pattern(["1042", "1077"])
CATALOGUE = {"ostra pendant": "Ostra pendant", "linen throw": "Linen throw"}


def found(text: str) -> list[tuple[str, object, str]]:
    """Return what is found with the characters it points at."""
    return [
        (one.entity, one.value, text[one.start : one.end]) for one in find_entities(text, ORDERS, CATALOGUE)
    ]


@pytest.mark.parametrize(
    "text",
    [
        "1042",
        "#1042",
        "order 1042",
        "Order#1042?",
        "order no. 1042.",
        "(1042)",
        "1042!",
        "my order's 1042, thanks",
    ],
)
def test_an_order_number_is_found_however_it_is_written(text: str) -> None:
    assert found(text) == [("order_number", "1042", "1042")]


@pytest.mark.parametrize(
    "text",
    ["10422", "+46 70 1042 33", "call 0701 1042", "1042-1077-5", "since 2026", "x1042", "1.1042", "10:1042"],
)
def test_other_numbers_are_no_order_numbers(text: str) -> None:
    assert not [one for one in found(text) if one[0] == "order_number"]


def test_a_named_order_number_is_surer_than_a_bare_one() -> None:
    named, bare = (find_entities(text, ORDERS, {})[0] for text in ("order 1042", "about 1042"))
    assert (named.confidence, bare.confidence) == (1.0, 0.8)


def test_order_numbers_take_the_shape_of_the_companys_own() -> None:
    pattern = order_pattern(["KB-20731"])
    assert [one.value for one in find_entities("where is kb-10442", pattern, {})] == ["KB-10442"]
    assert order_pattern([]) is None


@pytest.mark.parametrize(
    ("text", "value", "currency"),
    [
        ("149.99 euros", 149.99, "EUR"),
        ("€149,99", 149.99, "EUR"),
        ("EUR 1.299,00", 1299.0, "EUR"),
        ("1,299.50 usd", 1299.5, "USD"),
        ("£20", 20.0, "GBP"),
        ("1042 EUR", 1042.0, "EUR"),
        ("refund 149.99", 149.99, None),
    ],
)
def test_amounts_are_numbers_with_their_currency(text: str, value: float, currency: str | None) -> None:
    (one,) = find_entities(text, ORDERS, {})
    assert (one.entity, one.value, one.currency) == ("amount", value, currency)


@pytest.mark.parametrize(
    ("digits", "number"), [("1 299,00", 1299.0), ("1.299", 1299.0), ("149,9", 149.9), ("7", 7.0)]
)
def test_both_ways_of_writing_decimals_are_read(digits: str, number: float) -> None:
    assert number_of(digits) == number


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2026-11-18", "2026-11-18"),
        ("18.11.2026", "2026-11-18"),
        ("18 November", "--11-18"),
        ("Nov 18th, 2026", "2026-11-18"),
        ("Yesterday", "yesterday"),
        ("next friday", "next friday"),
        ("3 days ago", "3 days ago"),
    ],
)
def test_dates_are_written_the_iso_way_where_they_can_be(text: str, value: str) -> None:
    assert found(f"it came {text}") == [("date", value, text)]


def test_there_is_no_thirty_second_of_may() -> None:
    assert not [one for one in found("32.05.2026") if one[0] == "date"]


def test_an_address_ends_where_the_sentence_goes_on() -> None:
    assert found("write to Marta.L@Example.com.") == [("email", "marta.l@example.com", "Marta.L@Example.com")]


@pytest.mark.parametrize("text", ["the ostra pendnt broke", "my Ostra-pendant", "OSTRA PENDANT!"])
def test_a_misspelt_product_gets_the_catalogues_name(text: str) -> None:
    assert [one[:2] for one in found(text)] == [("product", "Ostra pendant")]


def test_a_product_takes_its_own_words_only() -> None:
    assert found("is my linen throw here") == [("product", "Linen throw", "linen throw")]


def test_nothing_is_claimed_twice() -> None:
    text = "1042 EUR on 2026-11-18 for a@1042.com"
    spans = [(one.start, one.end) for one in find_entities(text, ORDERS, CATALOGUE)]
    assert all(first[1] <= second[0] for first, second in pairwise(spans))
    assert [one[0] for one in found(text)] == ["amount", "date", "email"]
