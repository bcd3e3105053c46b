"""Entities: what is found, what is not, and where it stands."""

from itertools import pairwise

import pytest

from frontdesk_nlu.entities.found import Found
from frontdesk_nlu.entities.lexicon import lexicon
from frontdesk_nlu.entities.money import number_of
from frontdesk_nlu.entities.rules import find_entities

ORDINARY = "order number call refund cancel linen lamp salt torn box was came the my street park way contact"
SHOP = lexicon(
    orders=["1042", "1077"],
    catalogue={
        "ostra pendant": "Ostra pendant",
        "linen throw": "Linen throw",
        "torn floor lamp": "Torn floor lamp",
        "riva glasses, set of six": "Riva glasses, set of six",
    },
    vocabulary=ORDINARY.split(),
)


def found(text: str) -> list[tuple[str, object, str]]:
    """Return what is found with the characters it points at."""
    return [(one.entity, one.value, text[one.start : one.end]) for one in find_entities(text, SHOP)]


def only(text: str, entity: str) -> list[str]:
    """Return the characters of one kind of entity."""
    return [said for kind, _, said in found(text) if kind == entity]


def one_of(text: str) -> Found:
    """Return the only entity of a text."""
    (one,) = find_entities(text, SHOP)
    return one


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
    named, bare = (one_of(text) for text in ("order 1042", "about 1042"))
    assert (named.confidence, bare.confidence) == (1.0, 0.8)


def test_order_numbers_take_the_shape_of_the_companys_own() -> None:
    other = lexicon(orders=["KB-20731"])
    assert [one.value for one in find_entities("where is kb-10442", other)] == ["KB-10442"]
    assert not find_entities("where is 1042", lexicon())


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
        ("twenty-five euros", 25.0, "EUR"),
        ("a hundred and twenty quid", 120.0, "GBP"),
        ("€20,-", 20.0, "EUR"),
    ],
)
def test_amounts_are_numbers_with_their_currency(text: str, value: float, currency: str | None) -> None:
    one = one_of(text)
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
        ("May 3rd", "--05-03"),
        ("12/05", "--05-12"),
        ("05/24/2026", "2026-05-24"),
        ("March 2024", "2024-03"),
        ("two weeks ago", "two weeks ago"),
        ("this morning", "this morning"),
        ("tommorow", "tommorow"),
    ],
)
def test_dates_are_written_the_iso_way_where_they_can_be(text: str, value: str) -> None:
    assert found(f"it came {text}") == [("date", value, text)]


@pytest.mark.parametrize("text", ["32.05.2026", "24/7", "9/10", "may I march in", "a second mug"])
def test_what_only_looks_like_a_date_is_none(text: str) -> None:
    assert not only(text, "date")


def test_a_month_needs_a_word_before_it_where_it_is_a_word_too() -> None:
    assert only("I bought it in may", "date") == ["may"]
    assert only("I bought it in September", "date") == ["September"]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("call +46 70 555 01 22", "+46705550122"),
        ("0171 5552244", "01715552244"),
        ("ring me on 5550 1234", "55501234"),
        ("my mobile: (030) 555-0147.", "0305550147"),
    ],
)
def test_telephone_numbers_are_their_digits(text: str, value: str) -> None:
    assert [one[:2] for one in found(text)] == [("phone", value)]


@pytest.mark.parametrize(
    "text", ["order 10422334455", "4111 1111 1111 1111", "12.05.2026", "tracking 0034 5567 8812"]
)
def test_other_long_numbers_are_not_for_calling(text: str) -> None:
    assert not only(text, "phone")


@pytest.mark.parametrize(
    "said",
    [
        "Mill Lane 7",
        "12 Harbour Street",
        "Lindenweg 3, 10437 Berlin",
        "Rue des Tilleuls 9, 69002 Lyon",
        "14 rue de la Paix, Paris",
        "Storgatan 18, 411 08 Gothenburg",
        "221b Baker Street, London",
        "Via Roma 3",
    ],
)
def test_an_address_is_taken_whole_and_nothing_else(said: str) -> None:
    assert found(f"please send it to {said} for order 1042")[0] == ("address", said, said)


@pytest.mark.parametrize("said", ["mill lane 7", "hauptstrasse 12", "lindenweg 3, berlin"])
def test_an_address_may_be_written_small(said: str) -> None:
    assert only(f"send it to {said} pls", "address") == [said]


@pytest.mark.parametrize(
    "text", ["the park 2 of us", "in this way 3 lamps", "1042 on the way", "street lamp 3"]
)
def test_a_street_needs_a_name(text: str) -> None:
    assert not only(text, "address")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("do you ship to norway?", "norway"),
        ("I live in Den Haag.", "Den Haag"),
        ("moving to swizerland", "swizerland"),
        ("from the UK", "UK"),
        ("is Cork far", "Cork"),
    ],
)
def test_places_are_found(text: str, said: str) -> None:
    assert only(text, "location") == [said]


@pytest.mark.parametrize("text", ["a nice cork coaster", "china plates", "reading lamp", "are you german"])
def test_ordinary_words_are_no_places(text: str) -> None:
    assert not only(text, "location")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("my name is Marta Lindqvist", "Marta Lindqvist"),
        ("hi, marta lindqvist here", "marta lindqvist"),
        ("ask for Ms Okafor please", "Ms Okafor"),
        ("signed by M. Lindqvist", "M. Lindqvist"),
        ("it's Joris with a J", "Joris"),
        ("my surname is Wolff now", "Wolff"),
        ("is it Marta's order", "Marta"),
        ("for Greta Lang, not me", "Greta Lang"),
    ],
)
def test_people_are_found_by_their_names(text: str, said: str) -> None:
    assert only(text, "person") == [said]


@pytest.mark.parametrize(
    "text",
    ["I will mark it", "when I lifted it", "Where is it", "Please Cancel", "hope so", "thanks for nothing"],
)
def test_ordinary_words_are_nobody(text: str) -> None:
    assert not only(text, "person")


def test_an_address_ends_where_the_sentence_goes_on() -> None:
    assert found("write to Marta.L@Example.com.") == [("email", "marta.l@example.com", "Marta.L@Example.com")]


@pytest.mark.parametrize("text", ["the ostra pendnt broke", "my Ostra-pendant", "OSTRA PENDANT!"])
def test_a_misspelt_product_gets_the_catalogues_name(text: str) -> None:
    assert [one[:2] for one in found(text)] == [("product", "Ostra pendant")]


@pytest.mark.parametrize(
    ("text", "value"), [("my Ostra broke", "Ostra pendant"), ("riva glasses", "Riva glasses, set of six")]
)
def test_a_product_may_be_named_in_short(text: str, value: str) -> None:
    assert [one[:2] for one in found(text)] == [("product", value)]


def test_an_ordinary_word_is_no_product() -> None:
    assert not only("the box was torn", "product")


def test_a_product_takes_its_own_words_only() -> None:
    assert found("is my linen throw here") == [("product", "Linen throw", "linen throw")]


def test_a_unit_belongs_to_the_number_before_it() -> None:
    assert [one[:2] for one in found("1.00 euros\n2026-01-01")] == [("amount", 1.0), ("date", "2026-01-01")]


def test_nothing_is_claimed_twice() -> None:
    text = "1042 EUR on 2026-11-18 for a@1042.com"
    spans = [(one.start, one.end) for one in find_entities(text, SHOP)]
    assert all(first[1] <= second[0] for first, second in pairwise(spans))
    assert [one[0] for one in found(text)] == ["amount", "date", "email"]


ASSORTMENT = (
    *("Ostra pendant, smoked glass", "Ostra pendant, clear glass", "Torn floor lamp, brass"),
    *("Birch serving board", "Linen throw, sand", "Linen throw, oat", "Olive wood spoons, set of three"),
    *("Hamn plates, set of four", "Hamn bowls, set of four", "Linen duvet cover, grey"),
)
LISTED = lexicon(
    catalogue={name.lower(): name for name in ASSORTMENT},
    vocabulary=[*ORDINARY.replace("torn", "").split(), "box", "open", "glass", "board", "cover"],
    product_names=["Ostra", "Torn", "Hamn"],
)


@pytest.mark.parametrize(
    ("text", "said", "value"),
    [
        ("is the ostra lamp back", "ostra lamp", "Ostra pendant"),
        ("my smoked ostra pendant", "smoked ostra pendant", "Ostra pendant, smoked glass"),
        ("the Ostra pendant, clear glass please", "Ostra pendant, clear glass", "Ostra pendant, clear glass"),
        ("ostra pendant in clear glass", "ostra pendant in clear glass", "Ostra pendant, clear glass"),
        ("a serving board for bread", "serving board", "Birch serving board"),
        ("a birch srving board", "birch srving board", "Birch serving board"),
        ("two oat throws", "oat throws", "Linen throw, oat"),
        ("a linen throw", "linen throw", "Linen throw"),
        ("the hamn plates, set of four", "hamn plates, set of four", "Hamn plates, set of four"),
        ("does the Torn dim", "Torn", "Torn floor lamp, brass"),
        ("torn lamp", "torn lamp", "Torn floor lamp, brass"),
        ("olive spoons", "olive spoons", "Olive wood spoons, set of three"),
    ],
)
def test_a_listed_product_is_found_however_much_of_its_name_is_said(text: str, said: str, value: str) -> None:
    (one,) = find_entities(text, LISTED)
    assert (one.entity, text[one.start : one.end], one.value) == ("product", said, value)
    assert 0.7 <= one.confidence <= 1


@pytest.mark.parametrize(
    "text",
    [
        "the floor lamp",
        "a pendant in smoked glass",
        "the box was torn open",
        "Torn box",
        "plates and bowls",
        "than plates",
    ],
)
def test_a_kind_of_thing_is_no_article(text: str) -> None:
    assert not find_entities(text, LISTED)


def test_a_misspelt_name_is_less_certain_than_a_right_one() -> None:
    right, wrong = (find_entities(text, LISTED)[0] for text in ("serving board", "servin board"))
    assert right.confidence == 1.0 > wrong.confidence


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("customer since 2019", "2019"),
        ("not before autumn, so wait till autumn", "autumn"),
        ("what I bought last year", "last year"),
        ("are you there on Sundays", "Sundays"),
        ("I ordered last night", "last night"),
        ("back in a few weeks", "in a few weeks"),
    ],
)
def test_what_names_a_part_of_the_calendar_is_a_date(text: str, said: str) -> None:
    assert only(text, "date")[-1] == said


@pytest.mark.parametrize(
    "text",
    [
        "Saturday delivery",
        "a christmas present",
        "the summer sale",
        "an hour ago",
        "for four months",
        "every day",
    ],
)
def test_what_only_describes_or_lasts_is_no_date(text: str) -> None:
    assert not only(text, "date")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("please ask mr okafor to call", "mr okafor"),
        ("my son Caspian ordered it", "Caspian"),
        ("a gift for grandma Elsie", "Elsie"),
        ("I'm Padraig, I ordered a lamp", "Padraig"),
        ("where is it? kind regards,\nWanjiru", "Wanjiru"),
        ("last name: Papadopoulou", "Papadopoulou"),
        ("Anna-Lena Schmidt signed for it", "Anna-Lena Schmidt"),
        ("the name on the bill should read Eszter Kovács", "Eszter Kovács"),
    ],
)
def test_names_that_no_list_has_are_told_by_what_stands_around(text: str, said: str) -> None:
    assert only(text, "person") == [said]


@pytest.mark.parametrize(
    "text",
    [
        "I'm Dutch, does that matter",
        "my wife Is waiting",
        "the name attached to it",
        "what is the max top-up?",
    ],
)
def test_what_only_stands_like_a_name_is_none(text: str) -> None:
    assert not only(text, "person")


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("where is #10\u200b42?", "order_number", "1042"),
        ("order \u20601\ufeff0\u200d4\u200e2 please", "order_number", "1042"),
        ("write to mar\u200bta@exam\u200dple.com", "email", "marta@example.com"),
        ("my par\u00adcel 1042", "order_number", "1042"),
    ],
)
def test_what_nobody_sees_hides_nothing_and_lies_inside_the_place(text: str, kind: str, value: str) -> None:
    one = one_of(text)
    said = text[one.start : one.end]
    assert (one.entity, one.value) == (kind, value)
    assert said[0].isalnum()
    assert said[-1].isalnum()
    assert "".join(char for char in said if char.isprintable()) == value


def test_unseen_marks_alone_hold_no_entity() -> None:
    assert find_entities("\u200b\ufeff\u2060", SHOP) == []
