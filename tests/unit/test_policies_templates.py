"""Replies: which wording is chosen, what fills it, and what cannot be said."""

import pytest

from policies.model import Place
from policies.templates import FILTERS, Reply, TemplateFailed, TemplateInvalid, parse_wording
from tests.unit.books.altered import library_book


def reply(text: str, **always: str) -> Reply:
    """Make a reply of one wording."""
    place = Place(file="t.yaml", line=1)
    return Reply(name="it", wordings=(parse_wording(text),), place=place, always=always)


@pytest.mark.parametrize(
    ("text", "values", "said"),
    [
        ("Order {order.order_id}.", {"order": {"order_id": "1042"}}, "Order 1042."),
        ("{order.total|money}", {"order": {"total": 149.99}}, "€149.99"),
        ("{order.total|money}", {"order": {"total": 1149.9, "currency": "USD"}}, "$1,149.90"),
        ("{order.total|money}", {"order": {"total": 5, "currency": "SEK"}}, "SEK 5.00"),
        ("{args.amount|money}", {"args": {"amount": -3}, "currency": "GBP"}, "-£3.00"),
        ("{order.day|date}", {"order": {"day": "2026-11-18"}}, "18 November 2026"),
        ("{order.day|date}", {"order": {"day": "2026-01-02T09:00:00Z"}}, "2 January 2026"),
        ("{order.day|date}", {"order": {"day": "soon"}}, "soon"),
        ("{args.address|quoted}", {"args": {"address": "Elm 3,\n  Oslo"}}, "“Elm 3, Oslo”"),
        ("{guesses}", {"guesses": ["a refund", "an order", "a person"]}, "a refund, an order or a person"),
        ("{guesses}", {"guesses": ["a refund"]}, "a refund"),
        ("{days}", {"days": 14.0}, "14"),
        ("{open}", {"open": True}, "yes"),
        ("It is [1] of 2.", {}, "It is [1] of 2."),
    ],
)
def test_values_are_written_as_people_write_them(text: str, values: dict[str, object], said: str) -> None:
    assert reply(text, currency="EUR").render(values) == said  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"order": {"at": "9:00", "by": "Ann"}}, "Delivered at 9:00, signed by Ann."),
        ({"order": {"at": "9:00", "by": None}}, "Delivered at 9:00."),
        ({"order": {"by": ""}}, "Delivered."),
        ({}, "Delivered."),
    ],
)
def test_an_optional_part_is_left_out_without_its_value(values: dict[str, object], said: str) -> None:
    text = "Delivered[ at {order.at}][, signed by {order.by}]."
    assert reply(text).render(values) == said  # type: ignore[arg-type]


def test_a_missing_value_is_named_and_nothing_is_said() -> None:
    with pytest.raises(TemplateFailed, match=r"'order\.total'"):
        reply("Order {order.id} costs {order.total|money}.").render({"order": {"id": "1042"}})


def test_money_that_is_no_number_is_not_said() -> None:
    with pytest.raises(TemplateFailed, match="no number"):
        reply("{order.total|money}").render({"order": {"total": "149,99"}})


@pytest.mark.parametrize("path", ["order.__class__", "order.items", "order.keys", "order.0"])
def test_a_path_reads_values_and_never_attributes(path: str) -> None:
    try:
        one = reply(f"{{{path}}}")
    except TemplateInvalid:
        return
    with pytest.raises(TemplateFailed):
        one.render({"order": {}})


@pytest.mark.parametrize(
    ("text", "offset"),
    [
        ("{order.total!r}", 0),
        ("Total {order.total:.2f}", 6),
        ("Total {0}", 6),
        ("Total {}", 6),
        ("Total {order.total|mony}", 6),
        ("an open { brace", 8),
        ("a closed } brace", 9),
        ("a[b {x", 4),
        ("some [text {a.b()}]", 11),
    ],
)
def test_a_placeholder_that_cannot_be_read_is_shown_where_it_stands(text: str, offset: int) -> None:
    with pytest.raises(TemplateInvalid) as caught:
        parse_wording(text)
    assert caught.value.offset == offset


def test_what_a_customer_wrote_is_never_read_as_a_placeholder() -> None:
    said = reply("You wrote {slots.text}.").render({"slots": {"text": "{order.total} [x]"}})
    assert said == "You wrote {order.total} [x]."


@pytest.mark.parametrize(
    ("tone", "channel", "language", "said"),
    [
        ("neutral", "web", "en", "Hello Marta."),
        ("friendly", "web", "en", "Hello Marta."),
        ("empathetic", "web", "en", "I am sorry, Marta."),
        ("apologetic", "web", "en", "I am sorry, Marta."),
        ("neutral", "voice", "en", "Hello there."),
        ("empathetic", "voice", "en", "Hello there."),
        ("neutral", "web", "de", "Guten Tag."),
        ("empathetic", "web", "de", "Das tut mir leid."),
        ("empathetic", "voice", "de", "Das tut mir leid."),
        ("neutral", "web", "fr", "Hello Marta."),
    ],
)
def test_the_wording_is_chosen_by_language_then_channel_then_tone(
    tone: str, channel: str, language: str, said: str
) -> None:
    greeting = library_book().templates["greeting"]
    values = {"customer": {"first_name": "Marta"}}
    assert greeting.render(values, tone=tone, channel=channel, language=language) == said


def test_every_reply_knows_who_speaks() -> None:
    introduction = library_book().templates["introduction"]
    assert introduction.render({}) == "I'm Ada of Harbour Library, a program."


def test_buttons_come_with_the_reply() -> None:
    assert library_book().templates["greeting"].buttons == (("Extend", "/loan_extend"),)


def test_the_filters_are_the_documented_ones() -> None:
    assert {None, "money", "date", "quoted"} == FILTERS
