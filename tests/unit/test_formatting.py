"""How one reply looks on channels that differ: examples that a person can read."""

import pytest

from app.formatting.capabilities import Capabilities, Labels
from app.formatting.channels import TABLE, capabilities_of
from app.formatting.choices import chosen, may_choose
from app.formatting.format import format_reply
from app.formatting.reply import Attachment, Card, Choice, Reply
from app.settings import ROOT

YES_NO = (Choice(title="Yes, please", payload="/affirm"), Choice(title="No", payload="/deny"))
TEXT = "**Order 1042** is on its way. See [tracking](https://track.example/1042)."


@pytest.mark.parametrize(
    ("channel", "text"),
    [
        ("twilio", "Order 1042 is on its way. See tracking (https://track.example/1042)."),
        ("slack", "*Order 1042* is on its way. See <https://track.example/1042|tracking>."),
        ("whatsapp", "*Order 1042* is on its way. See tracking (https://track.example/1042)."),
        (
            "telegram",
            '<b>Order 1042</b> is on its way. See <a href="https://track.example/1042">tracking</a>.',
        ),
        ("mattermost", "**Order 1042** is on its way. See [tracking](https://track.example/1042)."),
    ],
)
def test_emphasis_and_links_are_written_as_the_channel_writes_them(channel: str, text: str) -> None:
    (part,) = format_reply(Reply(text=TEXT), capabilities_of(channel))

    assert part.text == text


def test_where_there_are_buttons_choices_are_buttons() -> None:
    (part,) = format_reply(Reply(text="Shall I cancel it?", choices=YES_NO), capabilities_of("whatsapp"))

    assert (part.kind, part.choices) == ("buttons", YES_NO)
    assert part.text == "Shall I cancel it?"


def test_where_there_are_none_choices_are_numbered() -> None:
    (part,) = format_reply(Reply(text="Shall I cancel it?", choices=YES_NO), capabilities_of("sms"))

    assert part.text == "Shall I cancel it?\n\n1. Yes, please\n2. No"


def test_labels_that_are_too_long_stand_in_the_text_and_their_numbers_on_the_buttons() -> None:
    long = Choice(title="Send me the same one again, in blue", payload="/blue")

    (part,) = format_reply(Reply(text="Which?", choices=(long, *YES_NO)), capabilities_of("whatsapp"))

    assert part.text.startswith("Which?\n\n1. Send me the same one again, in blue\n2. Yes, please")
    assert [(one.title, one.payload) for one in part.choices] == [
        ("1", "/blue"),
        ("2", "/affirm"),
        ("3", "/deny"),
    ]


def test_a_page_to_open_does_not_take_the_buttons_from_what_can_be_answered() -> None:
    page = Choice(title="Our shops", url="https://shops.example")

    (part,) = format_reply(Reply(text="Shall I?", choices=(*YES_NO, page)), capabilities_of("whatsapp"))

    assert part.text == "Shall I?\n\nOur shops (https://shops.example)"
    assert part.choices == YES_NO


def test_ten_lines_become_a_list_and_eleven_are_numbered() -> None:
    def items(count: int) -> tuple[Choice, ...]:
        return tuple(
            Choice(title=f"Order {n}", payload=f"/o{n}", description="shipped") for n in range(count)
        )

    (menu,) = format_reply(Reply(text="Which order?", items=items(10)), capabilities_of("whatsapp"))
    (text,) = format_reply(Reply(text="Which order?", items=items(11)), capabilities_of("whatsapp"))

    assert (menu.kind, len(menu.choices)) == ("menu", 10)
    assert (text.kind, text.choices) == ("text", ())
    assert "11. Order 10: shipped" in text.text


def test_cards_and_files_are_shown_as_such_or_told() -> None:
    card = Card(title="Blue shirt", text="In stock", image_url="https://i.example/b.png", choices=YES_NO[:1])
    reply = Reply(
        text="Look:", cards=(card,), attachments=(Attachment(name="Sizes", url="https://i.example/s.pdf"),)
    )

    assert [part.kind for part in format_reply(reply, capabilities_of("facebook"))] == [
        "text",
        "cards",
        "media",
    ]
    (told,) = format_reply(reply, capabilities_of("sms"))
    assert told.text == (
        "Look:\n\nBlue shirt\nIn stock\nhttps://i.example/b.png\n\n1. Yes, please\nSizes (https://i.example/s.pdf)"
    )


def test_a_long_text_ends_its_messages_at_sentences() -> None:
    text = "The first sentence is here. The second one follows it. And the third ends it all."

    parts = format_reply(Reply(text=text), Capabilities(channel="short", text=60))

    assert [part.text for part in parts] == [
        "The first sentence is here. The second one follows it.",
        "And the third ends it all.",
    ]


def test_bold_words_stay_bold_in_both_messages() -> None:
    parts = format_reply(Reply(text="**one two three**"), Capabilities(channel="s", text=11, dialect="slack"))

    assert [part.text for part in parts] == ["*one two*", "*three*"]


def test_a_text_without_spaces_is_cut_between_its_sentences() -> None:
    parts = format_reply(Reply(text="注文を確認しました。明日届きます。"), Capabilities(channel="s", text=12))

    assert [part.text for part in parts] == ["注文を確認しました。", "明日届きます。"]


def test_a_voice_dictates_links_and_spells_codes() -> None:
    (part,) = format_reply(Reply(text="Order AB12 & more: https://a.example/x"), capabilities_of("voice"))

    assert part.text == (
        '<speak>Order <say-as interpret-as="characters">AB12</say-as> &amp; more: '
        '<sub alias="a dot example slash x">https://a.example/x</sub></speak>'
    )


@pytest.mark.parametrize(
    ("typed", "payload"),
    [
        *(
            ("1", "/affirm"),
            (" 2. ", "/deny"),
            ("(2)", "/deny"),
            ("#1", "/affirm"),
            ("２", "/deny"),
            ("٢", "/deny"),
        ),
        *(("no", "/deny"), ("Yes please", None), ("yes, please!", "/affirm")),
        *(("0", None), ("3", None), ("", None), ("1042", None), ("2 shirts", None)),
    ],
)
def test_a_typed_number_or_title_means_its_choice(typed: str, payload: str | None) -> None:
    found = chosen(YES_NO, typed)

    assert (found.payload if found else None) == payload


def test_only_short_numbers_cost_a_look_at_what_was_offered() -> None:
    assert [may_choose(text) for text in ("1", "12)", "123", "yes", "where is my order?")] == [
        *(True, True, False, False, False)
    ]


def documented() -> list[str]:
    """The table of `docs/delivery.md`, a row for each channel."""
    return [
        f"| `{one.channel}` | {one.text:,} {one.unit} | {one.dialect} | {offered(one.buttons)} "
        f"| {offered(one.quick_replies)} | {offered(one.menu)} | {one.cards.most if one.cards else ''} "
        f"| {'yes' if one.media else ''} |"
        for one in TABLE.values()
    ]


def offered(labels: Labels | None) -> str:
    return f"{labels.most} of {labels.label}" if labels else ""


def test_the_documented_limits_are_those_that_are_kept() -> None:
    text = (ROOT / "docs" / "delivery.md").read_text("utf-8")

    rows = [line for line in text.splitlines() if line.startswith("| `")]

    assert rows == documented()
