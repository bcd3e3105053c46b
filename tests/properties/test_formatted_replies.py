"""A reply in every channel's form: nothing of it is lost, its order is kept, no limit is passed."""

import html
import re
from collections.abc import Iterator, Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.formatting.capabilities import Capabilities, Labels, measure
from app.formatting.channels import TABLE, UNKNOWN, capabilities_of
from app.formatting.choices import chosen
from app.formatting.format import format_reply
from app.formatting.parts import Part
from app.formatting.reply import Attachment, Card, Choice, Citation, Reply

many = settings(max_examples=100, deadline=None)
some = settings(max_examples=40, deadline=None)
CHANNELS = st.sampled_from([*TABLE.values(), UNKNOWN])
SMALL = st.sampled_from(
    [Capabilities(channel=d, text=90, dialect=d) for d in ("plain", "markdown", "slack", "whatsapp")]
    + [Capabilities(channel="sms", text=70, unit="utf16"), Capabilities(channel="b", text=160, unit="bytes")]
    + [Capabilities(channel="t", text=120, dialect="telegram", buttons=Labels(most=2, label=5, text=80))]
    + [
        Capabilities(channel="v", text=260, dialect="ssml"),
        Capabilities(channel="m", text=160, dialect="html"),
    ]
)
WORD = st.text("abcäßжж漢字0123456789-,;#@é", min_size=1, max_size=9)
URL = st.builds(
    lambda host, path: f"https://{host}.example/{path}",
    st.text("abc", min_size=1, max_size=8),
    st.text("abc019-_/?=&", max_size=20),
).map(lambda url: url.rstrip("-_/?=&"))
MARKED = st.one_of(
    WORD,
    WORD.map(lambda word: f"**{word}**"),
    WORD.map(lambda word: f"_{word}_"),
    WORD.map(lambda word: f"`{word}`"),
    URL,
    st.builds(lambda label, url: f"[{label}]({url})", WORD, URL),
    st.sampled_from(
        [
            "\n\n- ",
            "\n1. ",
            "\n\n# ",
            "*",
            "_",
            "**",
            "a_b_c",
            "3*4*5",
            "<b>",
            "&amp;",
            "5 < 6",
            "yes.",
            "No!",
        ]
    ),
)
TEXT = st.lists(MARKED, max_size=40).map(" ".join)
TITLE = st.text("abcxyzäö 0123456789?", max_size=39).map(lambda text: f"t{text}")
CHOICE = st.builds(
    Choice,
    title=TITLE,
    payload=st.text("/abc_", min_size=1, max_size=80),
    url=st.none() | URL,
    description=st.just("") | TITLE,
)
CARD = st.builds(
    Card,
    title=TITLE,
    text=TEXT,
    image_url=st.none() | URL,
    choices=st.lists(CHOICE, max_size=3).map(tuple),
)
REPLY = st.builds(
    Reply,
    text=TEXT,
    items=st.lists(CHOICE, max_size=4).map(tuple),
    cards=st.lists(CARD, max_size=2).map(tuple),
    attachments=st.lists(st.builds(Attachment, name=TITLE, url=URL), max_size=2).map(tuple),
    choices=st.lists(CHOICE, max_size=5).map(tuple),
    quick_replies=st.lists(CHOICE, max_size=3).map(tuple),
    citations=st.lists(st.builds(Citation, number=st.integers(1, 9), title=TITLE, url=URL), max_size=2).map(
        tuple
    ),
)


def letters(text: str) -> str:
    """All letters and digits, in their order: what must not be lost."""
    return "".join(char for char in text if char.isalnum())


def read_back(part: Part) -> str:
    """A message's text as a person reads it, each link's label before its address."""
    text = part.text
    match part.markup:
        case "slack" | "google_chat":
            text = re.sub(r"<([^|>]+)\|([^>]+)>", r"\2 \1", text)
            text = html.unescape(text) if part.markup == "slack" else text
        case "telegram" | "html":
            text = re.sub(
                r'<a href="([^"]*)">(.*?)</a>', lambda m: m[2] if m[1] == m[2] else f"{m[2]} {m[1]}", text
            )
            text = html.unescape(re.sub(r"</?(?:b|i|p|br|strong|em|code)>", "", text))
        case "ssml":
            text = re.sub(r"<break\b[^>]*>", " ", text)
            text = html.unescape(re.sub(r"</?(?:speak|emphasis|say-as|sub)\b[^>]*>", "", text))
        case _:
            pass
    return text


def shown(choice: Choice) -> str:
    return f"{choice.title} {choice.url or ''} {choice.description}"


def pieces(parts: Sequence[Part]) -> Iterator[str]:
    """Everything that is shown, in the order in which it is."""
    for part in parts:
        yield read_back(part) if part.kind != "media" else ""
        for card in part.cards:
            yield f"{card.title} {card.text} {card.image_url or ''}"
            yield from map(shown, card.choices)
        if part.media is not None:
            yield f"{part.media.name} {part.media.url}"
        if not all(choice.title.isdecimal() and len(choice.title) < 3 for choice in part.choices):
            yield from map(shown, part.choices)


def inside(wanted: str, found: str) -> bool:
    """Whether all of one stands in the other, in its order; numbers of choices may stand between."""
    rest = iter(found)
    return all(char in rest for char in wanted)


@many
@given(text=TEXT, to=st.one_of(CHANNELS, SMALL))
def test_every_letter_digit_and_link_of_a_text_arrives_in_its_order(text: str, to: Capabilities) -> None:
    parts = format_reply(Reply(text=text), to)

    assert letters("".join(pieces(parts))) == letters(text)


@many
@given(text=st.text(max_size=300), to=st.one_of(CHANNELS, SMALL))
def test_whatever_is_written_nothing_of_it_is_lost(text: str, to: Capabilities) -> None:
    parts = format_reply(Reply(text=text), to)

    assert letters("".join(pieces(parts))) == letters(text)


@some
@given(reply=REPLY, to=st.one_of(CHANNELS, SMALL))
def test_every_fact_of_a_rich_reply_is_in_its_messages(reply: Reply, to: Capabilities) -> None:
    found = letters("".join(pieces(format_reply(reply, to))))

    assert inside(letters(reply.text), found)
    offered = (*reply.items, *reply.choices, *reply.quick_replies)
    for fact in (*map(shown, offered), *(one.name + one.url for one in reply.attachments)):
        assert letters(fact) in found or all(letters(word) in found for word in fact.split())
    for card in reply.cards:
        assert all(letters(word) in found for word in f"{card.title} {card.image_url or ''}".split())
        assert inside(letters(card.text), found)
    for one in reply.citations:
        assert letters(f"{one.number}{one.title}{one.url}") in found


@some
@given(reply=REPLY, to=st.one_of(CHANNELS, SMALL))
def test_every_choice_can_be_pressed_or_typed(reply: Reply, to: Capabilities) -> None:
    parts = format_reply(reply, to)

    pressed = {c.payload for p in parts for c in (*p.choices, *(c for d in p.cards for c in d.choices))}
    text = "\n".join(read_back(part) for part in parts)
    for number, choice in enumerate(reply.answers, start=1):
        if choice.payload not in pressed:
            assert re.search(rf"(?<!\d){number}\.", text)
            assert chosen(reply.answers, f" {number}. ") is choice


@some
@given(reply=REPLY, to=st.one_of(CHANNELS, SMALL))
def test_no_message_passes_a_limit_of_its_channel(reply: Reply, to: Capabilities) -> None:
    forms = {"buttons": to.buttons, "quick_replies": to.quick_replies, "menu": to.menu}
    for part in format_reply(reply, to):
        assert measure(part.text, to.unit) <= to.text or part.kind == "media"
        if (labels := forms.get(part.kind)) is not None:
            assert measure(part.text, to.unit) <= (labels.text or to.text)
            assert 0 < len(part.choices) <= labels.most
            assert all(len(one.title) <= labels.label for one in part.choices)
            assert all(len(one.payload.encode()) <= labels.payload for one in part.choices)
        if to.cards is not None:
            assert len(part.cards) <= to.cards.most
            assert all(len(card.title) <= to.cards.title for card in part.cards)


@some
@given(words=st.lists(st.one_of(WORD, URL), min_size=1, max_size=60), to=SMALL)
def test_no_link_that_fits_is_broken(words: list[str], to: Capabilities) -> None:
    parts = format_reply(Reply(text=" ".join(words)), to)

    for url in (word for word in words if word.startswith("https://")):
        if measure(html.escape(url), to.unit) <= to.text // 4:
            assert any(url in read_back(part) for part in parts)


@some
@given(reply=REPLY, to=CHANNELS)
def test_formatting_twice_gives_the_same_messages(reply: Reply, to: Capabilities) -> None:
    assert format_reply(reply, to) == format_reply(reply, to)


@pytest.mark.parametrize("channel", [*TABLE, "carrier_pigeon"])
def test_every_channel_shows_a_plain_sentence_as_one_message(channel: str) -> None:
    (part,) = format_reply(Reply(text="Your order arrives today."), capabilities_of(channel))

    assert part.kind == "text"
    assert "Your order arrives today." in read_back(part)
