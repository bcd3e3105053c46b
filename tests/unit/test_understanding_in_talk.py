"""Languages, corrections, repetitions and values that may be wrong, as customers meet them."""

from dataclasses import replace

import pytest

from graphs.near import near_numbers, one_slip
from graphs.ports import Entity, Understood
from policies.templates import Reply
from tests.fakes.company import an_order
from tests.fakes.interpreter import orders_in
from tests.talk import Talk, said, shelf
from tools.orders.port import Item

SPOKEN = ("cs", "da", "de", "en", "es", "fi", "fr", "it", "nl", "no", "pl", "pt", "sv", "tr", "uk")


@pytest.fixture
def talk() -> Talk:
    return Talk()


def hears(talk: Talk, text: str, intent: str | None = None, **more: object) -> str:
    """Let the interpreter understand a text so."""
    understood = Understood(
        intent=intent,
        confidence=0.95 if intent else 0.2,
        path="nlu",
        entities=orders_in(text),
        out_of_scope=0.0 if intent else 0.9,
    )
    talk.interpreter.exact[text] = replace(understood, **more)  # type: ignore[arg-type]
    return text


def in_german(talk: Talk, text: str, sure: float = 0.99) -> str:
    return hears(talk, text, language="de", language_confidence=sure)


async def test_another_language_is_told_so_in_itself_and_a_person_comes(talk: Talk) -> None:
    draft = await talk.say(in_german(talk, "Wo bleibt meine Bestellung, bitte?"))
    assert "nur auf Englisch" in said(draft)
    assert draft.replies == []
    assert draft.hand_off is not None
    assert draft.hand_off.kind == "language"


async def test_one_short_foreign_message_is_not_enough_but_two_in_a_row_are(talk: Talk) -> None:
    first = await talk.say(in_german(talk, "Guten Tag"))
    assert first.hand_off is None
    second = await talk.say(in_german(talk, "Hallo nochmal"))
    assert second.hand_off is not None


async def test_a_guess_at_a_language_brings_nobody(talk: Talk) -> None:
    draft = await talk.say(in_german(talk, "Ostra Fjell Luna Riva", sure=0.5))
    assert draft.hand_off is None


async def test_a_message_in_two_languages_is_understood_by_the_one_that_is_served(talk: Talk) -> None:
    text = "hallo, where is my order 1042 bitte schön"
    hears(talk, text, "order_track", language="de", language_confidence=0.97, mixed_language=True)
    draft = await talk.say(text)
    assert draft.hand_off is None
    assert "Order #1042" in said(draft)


async def test_a_foreign_address_that_was_asked_for_is_an_address(talk: Talk) -> None:
    await talk.say("I have a new address for order 1090")
    draft = await talk.say(in_german(talk, "Lange Straße 12, 10115 Berlin bei meiner Mutter"))
    assert draft.hand_off is None
    assert "Lange Straße 12" in said(draft)


async def test_names_and_places_are_in_no_language(talk: Talk) -> None:
    text = "Hannelore Müller Schönhauser Allee"
    whole = Entity(name="address", value=text, start=0, end=len(text), confidence=0.9)
    draft = await talk.say(hears(talk, text, language="de", language_confidence=0.99, entities=(whole,)))
    assert draft.hand_off is None


async def test_the_conversations_language_is_told_to_the_interpreter(talk: Talk) -> None:
    hears(talk, "where is my order 1042", "order_track", language="en", language_confidence=0.99)
    await talk.say("where is my order 1042")
    await talk.say("and a refund")
    assert [hint.language for hint in talk.interpreter.hints] == [None, "en"]


def test_every_language_that_is_noticed_has_a_notice_of_its_own() -> None:
    reply = shelf().book.templates["language_not_served"]
    assert isinstance(reply, Reply)
    texts = {code: reply.render({}, language=code) for code in SPOKEN}
    assert len(set(texts.values())) == len(SPOKEN)


async def test_a_number_with_a_slip_is_asked_about_and_used_after_the_yes(talk: Talk) -> None:
    draft = await talk.say("where is my order #1024?")
    assert "Did you mean #1042?" in said(draft)
    assert draft.replies[-1].buttons[0] == ("#1042", '/inform{"order_number":"1042"}')
    assert "Order #1042" in said(await talk.say("yes"))


async def test_the_button_of_a_number_uses_it(talk: Talk) -> None:
    await talk.say("cancel order 1909")
    assert "cannot find" in said(await talk.say("1009"))
    draft = await talk.say("#1090", payload='/inform{"order_number":"1090"}')
    assert "Shall I cancel order #1090" in said(draft)


async def test_a_no_to_a_suggested_number_asks_for_the_right_one(talk: Talk) -> None:
    await talk.say("where is my order #1024?")
    assert "Which order is it about" in said(await talk.say("no"))
    assert "Order #1077" in said(await talk.say("1077"))


async def test_nobody_unverified_is_told_which_orders_there_are(talk: Talk) -> None:
    talk.verified = False
    await talk.say("where is my order #1024?")
    draft = await talk.say("marta.lindqvist@example.com")
    assert "cannot find" in said(draft)
    assert "1042" not in said(draft)


@pytest.mark.parametrize(
    ("given", "meant", "near"),
    [
        ("1024", "1042", True),
        ("1043", "1042", True),
        ("104", "1042", True),
        ("10422", "1042", True),
        ("10042", "1042", True),
        ("2042", "1042", True),
        ("0142", "1042", True),
        ("1042", "1042", False),
        ("2401", "1042", False),
        ("1140", "1042", False),
        ("9999", "1042", False),
    ],
)
def test_one_slip_of_the_finger_is_near(given: str, meant: str, near: bool) -> None:
    assert one_slip(given, meant) is near
    assert one_slip(meant, given) is near


def test_at_most_three_numbers_are_offered() -> None:
    orders = [{"order_id": f"104{digit}"} for digit in range(10)]
    assert near_numbers("1049", orders) == ["1040", "1041", "1042"]


def product(text: str, words: str, value: str, confidence: float) -> Entity:
    start = text.index(words)
    return Entity(name="product", value=value, start=start, end=start + len(words), confidence=confidence)


async def test_an_article_names_the_one_order_that_holds_it(talk: Talk) -> None:
    talk.books.orders["1055"] = an_order("1055", "delivered", items=(Item(name="Korn mugs", quantity=2),))
    text = "I want a refund for the korn mugs"
    hears(talk, text, "refund_request", entities=(product(text, "korn mugs", "Korn mugs", 1.0),))
    assert "€149.99" in said(await talk.say(text))


async def test_an_article_whose_name_is_mended_unsurely_is_asked_about(talk: Talk) -> None:
    talk.books.orders["1055"] = an_order("1055", "delivered", items=(Item(name="Korn mugs", quantity=2),))
    text = "I want a refund for the kron msug"
    hears(talk, text, "refund_request", entities=(product(text, "kron msug", "Korn mugs", 0.7),))
    asked = await talk.say(text)
    assert "Do you mean order #1055?" in said(asked)
    assert asked.proposals == []
    assert "€149.99" in said(await talk.say("yes"))


async def test_an_article_in_several_orders_is_asked_about(talk: Talk) -> None:
    text = "I want a refund for the ostra"
    hears(talk, text, "refund_request", entities=(product(text, "ostra", "Ostra pendant", 1.0),))
    asked = await talk.say(text)
    assert "Which order do you mean" in said(asked)
    assert [title for title, _ in asked.replies[-1].buttons] == ["#1090", "#1077", "#1042", "Another order"]
    assert "€149.99" in said(await talk.say("the one with 1042"))


async def test_a_correction_with_the_right_number_begins_again_with_it(talk: Talk) -> None:
    await talk.say("refund #1042 please")
    draft = await talk.say(hears(talk, "sorry, wrong number, it is 1077", "correction"))
    assert [(change.action_id, change.state) for change in draft.changes] == [("conv:action:1", "cancelled")]
    assert "1042" not in said(draft)


async def test_a_correction_without_a_value_asks_for_what_it_names(talk: Talk) -> None:
    await talk.say("cancel order 1090")
    draft = await talk.say(hears(talk, "no, that is the wrong order", "correction"))
    assert "Which order is it about" in said(draft)
    assert draft.changes[0].state == "cancelled"
    assert talk.books.orders["1090"].status == "processing"


async def test_a_correction_of_the_address_asks_for_the_address_alone(talk: Talk) -> None:
    await talk.say("I have a new address for order 1090")
    await talk.say("Storgatan 1, 111 22 Stockholm")
    draft = await talk.say(hears(talk, "oh no, the address is wrong", "correction"))
    assert "Where should order #1090 go" in said(draft)
    assert "Storgatan 2" in said(await talk.say("Storgatan 2, 111 22 Stockholm"))


async def test_a_correction_after_the_answer_asks_what_was_meant_and_a_number_is_enough(talk: Talk) -> None:
    await talk.say("where is my order #1042?")
    draft = await talk.say(hears(talk, "no, I meant the other order", "correction"))
    assert draft.replies[0].template == "correction_ask"
    assert "Order #1077" in said(await talk.say("1077"))


async def test_a_correction_of_nothing_asks_what_was_meant(talk: Talk) -> None:
    draft = await talk.say(hears(talk, "that's not what I asked", "correction"))
    assert draft.replies[0].template == "correction_ask"


async def test_say_that_again_says_it_again_with_its_buttons(talk: Talk) -> None:
    await talk.say("hello")
    first = await talk.say("refund #1042 please")
    again = await talk.say(hears(talk, "say that again?", "repeat"))
    assert [reply.text for reply in again.replies] == [reply.text for reply in first.replies]
    assert again.replies[0].buttons == first.replies[0].buttons
    await talk.say("yes")
    assert len(talk.open_actions) == 1


async def test_an_answer_from_the_articles_is_repeated_with_its_sources(talk: Talk) -> None:
    first = await talk.say("how can I send something back?")
    again = await talk.say(hears(talk, "say that again?", "repeat"))
    assert [source.url for source in again.replies[0].citations] == [
        source.url for source in first.replies[0].citations
    ]


async def test_who_asks_twice_is_asked_what_is_unclear(talk: Talk) -> None:
    await talk.say("where is my order #1042?")
    await talk.say(hears(talk, "say that again?", "repeat"))
    draft = await talk.say("say that again?")
    assert draft.replies[0].template == "repeat_ask"


async def test_small_talk_in_between_is_no_failed_attempt(talk: Talk) -> None:
    await talk.say("I want to cancel")
    text = hears(talk, "how are you today", "small_talk")
    for _ in range(4):
        assert (await talk.say(text)).hand_off is None
    assert "1090" in said(await talk.say("1090"))
