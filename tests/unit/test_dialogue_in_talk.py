"""The dialogue's states in conversations: where they lead, who sees them, and which buttons count."""

from typing import Any

import pytest

from tests.talk import Talk, said


@pytest.fixture
def talk() -> Talk:
    return Talk()


def state(talk: Talk) -> str:
    """The dialogue's state behind the last turn, as its trace tells it."""
    return str(talk.why("dialogue")["state"])


def steps(talk: Talk) -> list[tuple[Any, Any]]:
    return [(one["trigger"], one["after"]) for one in talk.why("dialogue")["transitions"]]


async def test_an_answer_leads_to_troubleshooting_and_thanks_to_the_end(talk: Talk) -> None:
    await talk.say("where is my order #1042?")
    assert steps(talk) == [("greeting_received", "issue_gathering"), ("step_offered", "troubleshooting")]
    await talk.say("thanks", payload="/thanks")
    assert state(talk) == "awaiting_confirmation"
    await talk.say("goodbye", payload="/goodbye")
    assert state(talk) == "resolved"
    assert [one["after"] for one in talk.why("dialogue")["history"]] == [
        "issue_gathering",
        "troubleshooting",
        "awaiting_confirmation",
        "resolved",
    ]
    assert talk.why("dialogue")["message_count"] == 3


async def test_a_question_gathers_and_a_yes_is_awaited(talk: Talk) -> None:
    await talk.say("cancel my order please")
    assert state(talk) == "issue_gathering"
    await talk.say("1090")
    assert state(talk) == "awaiting_confirmation"
    await talk.say("yes")
    await talk.say("where is my order #1042?")
    done = [(one["trigger"], one["after"]) for one in talk.why("dialogue")["history"]]
    assert done[-2:] == [("step_acknowledged", "troubleshooting"), ("step_offered", "troubleshooting")]


async def test_who_asks_for_a_person_gets_the_options_and_is_counted(talk: Talk) -> None:
    await talk.say("where is my order #1042?")
    draft = await talk.say("I want to talk to a human")
    assert draft.hand_off is not None
    assert steps(talk) == [("escalation_requested", "escalation_options")]
    assert talk.why("dialogue")["escalation_attempts"] == 1


async def test_anger_and_failed_answers_lead_to_the_options_by_their_own_triggers(talk: Talk) -> None:
    talk.interpreter.sentiment = -0.9
    await talk.say("where is my order #1042?")
    assert ("user_frustrated", "escalation_options") in steps(talk)


async def test_a_button_of_a_settled_question_does_nothing(talk: Talk) -> None:
    asked = await talk.say("cancel order 1090")
    assert [payload for _, payload in asked.replies[-1].buttons] == ["/affirm", "/deny"]
    await talk.say("no")
    before = state(talk)
    pressed = await talk.say("Yes, cancel it", payload="/affirm")
    assert "earlier question" in said(pressed)
    assert talk.books.orders["1090"].status == "processing"
    assert (pressed.starts, pressed.proposals) == ([], [])
    assert state(talk) == before


async def test_a_button_of_an_earlier_question_answers_no_later_one(talk: Talk) -> None:
    await talk.say("cancel order 1090")
    await talk.say("no")
    await talk.say("send order 1090 to my new address")
    later = await talk.say("Hill Road 9, 2100 Copenhagen, Denmark")
    assert later.replies
    pressed = await talk.say("Yes, cancel it", payload="/affirm")
    assert "earlier question" in said(pressed)
    assert pressed.starts == []
    assert len(pressed.replies) == 2, "what is open now is asked again"


async def test_a_question_in_between_leaves_the_buttons_their_worth(talk: Talk) -> None:
    await talk.say("cancel order 1090")
    await talk.say("how can I send something back?")
    await talk.say("Yes, cancel it", payload="/affirm")
    assert talk.books.orders["1090"].status == "cancelled"


async def test_what_was_never_offered_means_what_it_says(talk: Talk) -> None:
    draft = await talk.say("Track my order", payload='/order_track{"order_number":"1042"}')
    assert "Order #1042" in said(draft)
    assert "Nothing is waiting" in said(await talk.say("Yes", payload="/affirm"))
