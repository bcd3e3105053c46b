"""Questions that go on from the last answer, through the real graph and book."""

from collections.abc import Sequence

import pytest

from graphs.draft import Draft
from knowledge.answer_types import Answered, Citation, NoAnswer
from tests.fakes.interpreter import ScriptedInterpreter
from tests.talk import Talk

MEANINGS = {"delivery": "delivery_period", "cancel": "order_cancel", "where is": "order_track"}


class Listening:
    """Answers whatever has to do with delivery, and remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    async def answer(
        self, tenant_id: str, question: str, vector: Sequence[float] | None, *, language: str = "en"
    ) -> Answered | NoAnswer:
        self.asked.append(question)
        source = Citation(
            number=1,
            article_id="delivery",
            title="Delivery",
            heading="Time",
            url="/help/delivery#time",
            version=1,
            passage="Delivery takes 2 to 3 working days.",
        )
        if "delivery" in question.lower():
            return Answered(
                text="Delivery takes 2 to 3 working days. [1]", confidence=0.9, citations=(source,)
            )
        return NoAnswer(confidence=0.1, nearest=())


@pytest.fixture
def knowledge() -> Listening:
    return Listening()


@pytest.fixture
def talk(knowledge: Listening) -> Talk:
    one = Talk()
    one.use(knowledge=knowledge, interpreter=ScriptedInterpreter(meanings=MEANINGS))
    return one


def cited(draft: Draft) -> bool:
    return any(reply.citations for reply in draft.replies)


async def test_a_fragment_is_asked_as_the_question_it_stands_for(talk: Talk, knowledge: Listening) -> None:
    await talk.say("How long does delivery take?")

    assert cited(await talk.say("and to Austria?"))
    assert knowledge.asked[-1] == "How long does delivery take to Austria?"
    await talk.say("and to Sweden?")
    assert knowledge.asked[-1] == "How long does delivery take to Sweden?"


async def test_a_fragment_after_something_else_is_no_question(talk: Talk, knowledge: Listening) -> None:
    await talk.say("How long does delivery take?")
    await talk.say("Where is order 1042?")
    before = len(knowledge.asked)

    await talk.say("and to Austria?")

    assert all("delivery" not in question for question in knowledge.asked[before:])


async def test_another_wish_is_not_read_out_of_an_older_question(talk: Talk) -> None:
    await talk.say("How long does delivery take?")

    draft = await talk.say("and I want to cancel order 1042")

    assert draft.intent == "order_cancel"


async def test_a_person_is_asked_for_also_in_a_fragment(talk: Talk) -> None:
    await talk.say("How long does delivery take?")

    draft = await talk.say("and a human?")

    assert draft.intent == "human_request" or draft.hand_off is not None
