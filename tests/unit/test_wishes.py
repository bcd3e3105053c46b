"""Messages that hold several wishes: one is met, the others are offered, and none is forced."""

from dataclasses import replace

import pytest

from graphs.ports import Clause, Understood
from graphs.wishes import sort_out
from tests.fakes.interpreter import orders_in
from tests.talk import Talk, said, shelf

CANCEL_AND_TRACK = "cancel order 1090 and where is order 1042"


@pytest.fixture
def talk() -> Talk:
    return Talk()


def meaning(text: str, *parts: tuple[str, str], confidence: float = 0.95) -> Understood:
    """Understand each part of a text as one wish."""
    clauses = tuple(
        Clause(
            intent=intent,
            confidence=confidence,
            start=text.index(part),
            end=text.index(part) + len(part),
            entities=tuple(
                one for one in orders_in(text) if text.index(part) <= one.start < text.index(part) + len(part)
            ),
        )
        for part, intent in parts
    )
    return Understood(
        intent=clauses[0].intent,
        confidence=confidence,
        path="nlu",
        ranking=tuple((one.intent, one.confidence * 0.95**place) for place, one in enumerate(clauses)),
        entities=orders_in(text),
        clauses=clauses,
    )


def teach(talk: Talk, text: str, *parts: tuple[str, str]) -> str:
    """Let the interpreter find these wishes in a text."""
    talk.interpreter.exact[text] = meaning(text, *parts)
    return text


def two_wishes(talk: Talk) -> str:
    return teach(
        talk,
        CANCEL_AND_TRACK,
        ("cancel order 1090", "order_cancel"),
        ("where is order 1042", "order_track"),
    )


async def test_the_first_wish_is_met_with_its_own_number_and_the_second_is_offered_after_it(
    talk: Talk,
) -> None:
    asked = await talk.say(two_wishes(talk))
    assert "Shall I cancel order #1090" in said(asked)
    assert "noticed" not in said(asked), "nothing is offered while a yes is owed"

    done = await talk.say("yes")
    assert talk.books.orders["1090"].status == "cancelled"
    assert "I also noticed you wanted to know where your order is (order #1042)" in said(done)
    assert [payload for _, payload in done.replies[-1].buttons] == ["/affirm", "/deny"]

    assert "Order #1042" in said(await talk.say("yes please"))


async def test_a_yes_by_button_takes_the_offer_up(talk: Talk) -> None:
    text = teach(
        talk,
        "where is 1042, then cancel order 1090",
        ("where is 1042", "order_track"),
        ("cancel order 1090", "order_cancel"),
    )
    assert "I also noticed you wanted to cancel an order (order #1090)" in said(await talk.say(text))
    draft = await talk.say("Yes, go on", payload="/affirm")
    assert "Shall I cancel order #1090" in said(draft)
    assert talk.books.orders["1090"].status == "processing", "taking an offer up is no consent"


async def test_a_no_leaves_the_wish_and_offers_the_next(talk: Talk) -> None:
    text = teach(
        talk,
        "where is 1042, cancel order 1090, get my money back for 1077",
        ("where is 1042", "order_track"),
        ("cancel order 1090", "order_cancel"),
        ("get my money back for 1077", "refund_request"),
    )
    await talk.say(text)
    declined = await talk.say("no thanks")
    assert "I leave that" in said(declined)
    assert "get your money back (order #1077)" in said(declined)
    last = await talk.say("no")
    assert "noticed" not in said(last)
    assert talk.last is not None
    assert talk.books.orders["1090"].status == "processing"


async def test_what_waits_is_forgotten_when_the_customer_moves_on(talk: Talk) -> None:
    text = teach(
        talk,
        "where is 1042, cancel order 1090, get my money back for 1077",
        ("where is 1042", "order_track"),
        ("cancel order 1090", "order_cancel"),
        ("get my money back for 1077", "refund_request"),
    )
    await talk.say(text)
    moved = await talk.say("how can I send something back?")
    assert "noticed" not in said(moved)
    assert "nothing is waiting" in said(await talk.say("yes")).lower()


async def test_a_question_while_a_yes_is_owed_does_not_forget_the_second_wish(talk: Talk) -> None:
    await talk.say(two_wishes(talk))
    await talk.say("how can I send something back?")
    assert "order #1042" in said(await talk.say("yes"))


async def test_two_numbers_for_one_wish_are_taken_one_after_the_other(talk: Talk) -> None:
    first = await talk.say("where is 1042 and 1077?")
    assert "Order #1042" in said(first)
    assert "(order #1077)" in said(first)
    assert "Order #1077" in said(await talk.say("yes"))


async def test_a_denied_number_is_not_the_one_that_is_meant(talk: Talk) -> None:
    draft = await talk.say("where is my order, not 1042, I mean 1077")
    assert "#1077" in said(draft)
    assert "#1042" not in said(draft)


async def test_contradictory_wishes_are_asked_about_and_what_was_known_is_forgotten(talk: Talk) -> None:
    text = teach(
        talk,
        "cancel order 1090 and send it to my new address",
        ("cancel order 1090", "order_cancel"),
        ("send it to my new address", "address_change"),
    )
    asked = await talk.say(text)
    assert "do not go together" in said(asked)
    assert asked.proposals == []
    payloads = [payload for _, payload in asked.replies[-1].buttons]
    assert payloads == ['/order_cancel{"order_number":"1090"}', '/address_change{"order_number":"1090"}']

    chosen = await talk.say("Cancel an order", payload=payloads[0])
    assert "Shall I cancel order #1090" in said(chosen)


async def test_a_contradictory_message_withdraws_what_waited_for_a_yes(talk: Talk) -> None:
    await talk.say("refund #1042 please")
    text = teach(
        talk,
        "cancel order 1090 and send it to my new address",
        ("cancel order 1090", "order_cancel"),
        ("send it to my new address", "address_change"),
    )
    draft = await talk.say(text)
    assert [(change.action_id, change.state) for change in draft.changes] == [("conv:action:1", "cancelled")]


def test_whoever_wants_a_person_gets_one_whatever_else_they_want() -> None:
    text = "cancel order 1090, and I need somebody of flesh and blood"
    found = sort_out(
        meaning(
            text,
            ("cancel order 1090", "order_cancel"),
            ("I need somebody of flesh and blood", "human_request"),
        ),
        text,
        shelf().book,
    )
    assert found is not None
    assert found.first.intent == "human_request"


def test_a_greeting_is_no_wish() -> None:
    text = "good morning to you, where is 1042"
    found = sort_out(
        meaning(text, ("good morning to you", "greeting"), ("where is 1042", "order_track")),
        text,
        shelf().book,
    )
    assert found is not None
    assert (found.first.intent, found.others) == ("order_track", [])


def test_two_names_for_one_need_are_one_wish() -> None:
    text = "it came broken and I want my money back for 1042"
    found = sort_out(
        meaning(
            text, ("it came broken", "item_damaged"), ("I want my money back for 1042", "refund_request")
        ),
        text,
        shelf().book,
    )
    assert found is not None
    assert found.others == []
    assert [one.value for one in found.first.entities] == ["1042"], "a number said once is meant for both"


def test_a_wish_that_is_said_twice_waits_once() -> None:
    text = "where is 1042, cancel order 1090, and do cancel that one"
    found = sort_out(
        meaning(
            text,
            ("where is 1042", "order_track"),
            ("cancel order 1090", "order_cancel"),
            ("do cancel that one", "order_cancel"),
        ),
        text,
        shelf().book,
    )
    assert found is not None
    assert [wish["intent"] for wish in found.others] == ["order_cancel"]


def test_wishes_wait_by_mention_and_confidence() -> None:
    text = "tell me when you open, cancel order 1090, and where is 1042"
    understood = meaning(
        text,
        ("tell me when you open", "opening_hours"),
        ("cancel order 1090", "order_cancel"),
        ("where is 1042", "order_track"),
    )
    surer = (("opening_hours", 0.9), ("order_track", 0.89), ("order_cancel", 0.8))
    found = sort_out(replace(understood, ranking=surer), text, shelf().book)
    assert found is not None
    assert found.first.intent == "opening_hours"
    assert [wish["intent"] for wish in found.others] == ["order_track", "order_cancel"]


def test_a_pair_that_no_example_shows_is_two_wishes() -> None:
    text = "stop the newsletter and tell me when you open"
    found = sort_out(
        meaning(
            text,
            ("stop the newsletter", "newsletter_unsubscribe"),
            ("tell me when you open", "opening_hours"),
        ),
        text,
        shelf().book,
    )
    assert found is not None
    assert [wish["intent"] for wish in found.others] == ["opening_hours"]


def test_an_article_is_searched_with_the_first_wishs_own_words() -> None:
    text = "how much is shipping, and cancel order 1090"
    understood = meaning(
        text, ("how much is shipping", "delivery_options"), ("cancel order 1090", "order_cancel")
    )
    question, cancel = understood.clauses
    understood = replace(
        understood,
        vector=[1.0, 0.0],
        clauses=(replace(question, vector=[0.0, 1.0]), replace(cancel, vector=[0.6, 0.8])),
    )

    first = sort_out(understood, text, shelf().book)
    assert first is not None
    assert first.first.vector == [0.0, 1.0]
