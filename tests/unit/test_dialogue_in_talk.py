"""The dialogue's states in conversations: where they lead, who sees them, and which buttons count."""

from dataclasses import replace
from typing import Any

import pytest

from graphs.ports import Understood
from tests.fakes.interpreter import orders_in
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


def where(sentiment: float, frustration: float = 0.0) -> Understood:
    """The question where order 1042 is, in a mood."""
    return Understood(
        intent="order_track",
        confidence=0.95,
        path="nlu",
        ranking=(("order_track", 0.95),),
        entities=orders_in("where is 1042?"),
        sentiment=sentiment,
        emotions={"frustration": frustration},
    )


async def test_who_stays_frustrated_is_answered_another_way(talk: Talk) -> None:
    for _ in range(5):
        talk.interpreter.exact["where is 1042?"] = where(0.0)
        await talk.say("where is 1042?")
    talk.interpreter.exact["where is 1042?"] = where(0.0, frustration=0.7)
    draft = await talk.say("where is 1042?")
    assert "other_approach" in draft.flags
    assert {"flag": "other_approach", "reason": "frustration 0.70 after 6 messages"} in talk.why("route")[
        "notes"
    ]


async def test_who_grows_unhappy_is_asked_once_whether_all_is_clear(talk: Talk) -> None:
    back = replace(where(0.0), intent="return_policy_question", ranking=(("return_policy_question", 0.95),))
    asked = []
    for number, mood in enumerate((0.2, 0.0, -0.2, -0.45, -0.5)):
        text = "where is 1042?" if number % 2 == 0 else "how can I send something back?"
        meant = (
            where(mood, 0.65)
            if number % 2 == 0
            else replace(back, sentiment=mood, emotions={"frustration": 0.65})
        )
        talk.interpreter.exact[text] = meant
        draft = await talk.say(text)
        assert draft.hand_off is None
        asked.append("clear up" in said(draft))
    assert asked == [False, False, False, True, False]


async def test_a_question_without_a_sure_answer_is_left_to_a_person(talk: Talk) -> None:
    talk.interpreter.meanings["lampshade"] = "product_question"
    draft = await talk.say("which lampshade fits on Mars?")
    assert draft.hand_off is not None
    assert draft.hand_off.rule == 13
    assert draft.replies == []


async def in_the_queue(talk: Talk) -> None:
    """Ask for a person, and wait as the queue has it."""
    draft = await talk.say("I want to talk to a human")
    shown = [payload for notice in draft.notices for _, payload in notice.buttons]
    assert [one for one in ("wait", "callback", "ticket", "assistant") if f'"{one}"' in str(shown)] == [
        "wait",
        "callback",
        "ticket",
        "assistant",
    ]
    talk.status = "escalating"


def option(name: str) -> str:
    return f'/option{{"option":"{name}"}}'


async def test_a_message_left_instead_of_waiting_keeps_the_place_until_it_is_arranged(talk: Talk) -> None:
    await in_the_queue(talk)
    asked = await talk.say("Leave a message", payload=option("ticket"))
    assert "What should my colleagues know" in said(asked)
    assert asked.replies == [], "while a person is awaited only notices are said"
    assert state(talk) == "ticket_collection"
    assert not asked.back_to_assistant

    offered = await talk.say("The second glass has a crack along the rim, please send another one.")
    assert "Shall I?" in said(offered)
    assert not offered.back_to_assistant

    done = await talk.say("yes")
    assert done.back_to_assistant
    assert len(done.starts) == 1
    assert "need not wait" in said(done)


async def test_what_is_for_the_person_is_not_answered_while_a_message_is_taken(talk: Talk) -> None:
    await in_the_queue(talk)
    heard = await talk.say("where is my order #1042?")
    assert said(heard) == ""
    assert heard.intent == "order_track"


async def test_a_customer_who_goes_on_without_a_person_is_answered_again(talk: Talk) -> None:
    await in_the_queue(talk)
    draft = await talk.say("Go on without a person", payload=option("assistant"))
    assert draft.back_to_assistant
    assert state(talk) == "issue_gathering"
    talk.status = "active"
    assert "Order #1042" in said(await talk.say("where is my order #1042?"))


async def test_waiting_on_is_a_choice_by_number_too(talk: Talk) -> None:
    await in_the_queue(talk)
    draft = await talk.say("1")
    assert "keep your place" in said(draft)
    assert state(talk) == "escalated"
    assert not draft.back_to_assistant
    assert draft.notices[0].buttons[0][1] == option("wait"), "and is offered again"


async def test_an_option_counts_only_where_it_was_offered(talk: Talk) -> None:
    await in_the_queue(talk)
    await talk.say("Go on without a person", payload=option("assistant"))
    talk.status = "active"
    late = await talk.say("Call me back", payload=option("callback"))
    assert "earlier question" in said(late)
    assert late.hand_off is None


async def test_a_no_to_the_message_keeps_the_customer_waiting(talk: Talk) -> None:
    await in_the_queue(talk)
    await talk.say("Leave a message", payload=option("ticket"))
    await talk.say("The second glass has a crack along the rim, please send another one.")
    left = await talk.say("no")
    assert not left.back_to_assistant
    assert state(talk) == "escalated"
    assert "keep your place" in said(left)


async def test_a_guest_is_offered_only_what_can_be_kept(talk: Talk) -> None:
    talk.verified = False
    draft = await talk.say("I want to talk to a human")
    shown = [payload for notice in draft.notices for _, payload in notice.buttons]
    assert shown == [option("wait"), option("assistant")]


async def test_who_is_in_danger_is_not_sent_elsewhere(talk: Talk) -> None:
    draft = await talk.say("the lamp gave me an electric shock")
    assert draft.hand_off is not None
    assert [notice.template for notice in draft.notices] == ["handing_over_safety"]
