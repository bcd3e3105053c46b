"""Choices that a flow offers from what it has read, and choices that the first message makes."""

from decimal import Decimal

import pytest

from graphs.planner.options import spelt
from graphs.ports import Entity, Understood
from tests.fakes.company import an_order
from tests.talk import Talk
from tools.orders.port import Item

THROW = Item(name="Linen throw, oat", quantity=1, sku="LIN-O", unit_price=Decimal("59.00"))
LAMP = an_order("1", "delivered").items[0]
MEANINGS = {
    "exchange": "exchange_request",
    "send back": "return_request",
    "opening": "small_talk",
    "came broken": "item_damaged",
    "invoice": "invoice_request",
    "never arrived": "delivery_problem",
}


@pytest.fixture
def talk() -> Talk:
    found = Talk()
    found.interpreter.meanings = {**MEANINGS, **found.interpreter.meanings}
    found.books.orders["1055"] = an_order("1055", "delivered", items=(LAMP, THROW))
    return found


async def said(talk: Talk, text: str, payload: str | None = None) -> str:
    return "\n".join(reply.text for reply in (await talk.say(text, payload)).replies)


async def test_what_can_be_had_is_a_button_and_what_cannot_is_named(talk: Talk) -> None:
    draft = await talk.say("exchange 1042")

    (reply,) = draft.replies
    assert [title for title, _ in reply.buttons] == ["Ostra pendant, clear glass"]
    assert "Ostra pendant, gold (costs more)" in reply.text


async def test_an_option_is_meant_by_a_word_that_only_it_has(talk: Talk) -> None:
    await talk.say("exchange 1042")
    assert "unused" in await said(talk, "the clear one please")
    assert "Ostra pendant, clear glass instead of Ostra pendant, smoked glass" in await said(talk, "unused")


async def test_a_yes_takes_the_only_option(talk: Talk) -> None:
    await talk.say("exchange 1042")
    assert "unused" in await said(talk, "yes")


async def test_what_is_no_option_is_asked_for_again(talk: Talk) -> None:
    await talk.say("exchange 1042")
    assert "That one I cannot send" in await said(talk, "purple with dots")


async def test_an_order_of_several_articles_asks_which_one(talk: Talk) -> None:
    draft = await talk.say("send back 1055")
    titles = [title for title, _ in draft.replies[-1].buttons]
    assert titles == ["Ostra pendant, smoked glass", "Linen throw, oat", "Everything"]
    await talk.say("the throw")
    await talk.say("it is broken")
    await talk.say("yes")
    assert [made.skus for _, made in talk.books.receipts.values()] == [("LIN-O",)]


async def test_an_answer_that_only_sounds_like_a_no_is_the_choice_it_makes(talk: Talk) -> None:
    await talk.say("send back 1042")
    assert "unused" in await said(talk, "I changed my mind")


async def test_the_first_message_makes_choices_already(talk: Talk) -> None:
    assert "once more" in await said(talk, "1042 came broken, please send a new one")


async def test_a_message_that_makes_two_choices_makes_none(talk: Talk) -> None:
    reply = await said(talk, "1042 came broken, a new one or my money back")
    assert "a new one, or your money back" in reply


def test_words_that_several_options_share_mean_none_of_them() -> None:
    words = spelt(["Linen throw, oat", "Linen throw, sand", "Riva glasses, set of six"])
    assert words["Linen throw, oat"] == ("Linen throw, oat", "oat", "oats")
    assert "glass" in words["Riva glasses, set of six"]
    assert "set of six" in words["Riva glasses, set of six"]
    assert not {"linen", "throw"} & {word for option in words.values() for word in option}


async def test_what_is_proposed_can_be_narrowed_to_a_part(talk: Talk) -> None:
    part = Entity(name="product", value="Linen throw", start=9, end=14, confidence=1.0)
    talk.interpreter.exact["only the throw please"] = Understood(
        intent=None, confidence=0.3, path="nlu", entities=(part,)
    )
    assert "€149.99" in await said(talk, "money back for 1055")
    assert "€59.00" in await said(talk, "only the throw please")


async def test_a_question_about_another_article_narrows_nothing(talk: Talk) -> None:
    other = Entity(name="product", value="Linen throw", start=12, end=23, confidence=1.0)
    talk.interpreter.exact["how is the linen throw washed"] = Understood(
        intent="product_question", confidence=0.95, path="nlu", entities=(other,)
    )
    await talk.say("money back for 1055")
    assert "€59.00" not in await said(talk, "how is the linen throw washed")


async def test_an_inquiry_becomes_a_dialogue_when_it_names_an_order(talk: Talk) -> None:
    talk.interpreter.meanings = {"is it paid": "invoice_check"}
    assert "KB-1042" in await said(talk, "is it paid, the bill of 1042?")


async def test_an_inquiry_without_an_order_is_answered_by_an_article(talk: Talk) -> None:
    talk.interpreter.meanings = {"is it paid": "invoice_check"}
    draft = await talk.say("how do I see whether a bill, is it paid?")
    assert talk.why("tools") == []
    assert "KB-" not in draft.replies[-1].text
