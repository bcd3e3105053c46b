"""Whatever a model answers, nothing happens that the customer did not plainly agree to."""

import asyncio
from dataclasses import dataclass, field
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graphs.planner.llm_port import Hear, ModelAnswer, ModelCall, ModelHelp, Question, Size
from tests.fakes.company import an_order
from tests.talk import Talk, shelf

COMMANDS = [
    "start_flow",
    "fill_slot",
    "correct",
    "skip_slot",
    "answer",
    "cancel_flow",
    "hand_over",
    "clarify",
    "yes",
]
NUMBERS = ["1042", "1077", "1090", "2001", "9999"]
SAID = st.sampled_from([
    "it is about the thing, 1042", "the other one then 1077", "hm 2001", "well you know", "5000 it was",
    "refund 1042", "cancel 1090", "no", "stop it", "that, for sure", "yes",
])  # fmt: skip


def flows() -> list[str]:
    """Every flow of the book, and one that it does not have."""
    return [*shelf().book.flows, "grant_everything"]


@st.composite
def answers(draw: st.DrawFn) -> str:
    """Draw a proposal of the right shape, or any text."""
    if draw(st.integers(0, 9)) == 0:
        return draw(st.text(max_size=40))
    slots = sorted({slot for flow in shelf().book.flows.values() for slot in flow.slots} | {"amount"})
    values = st.sampled_from(
        [*NUMBERS, "ORDER_1", "NUMBER_1", "5,000", "true", "all of it", "marta@x.example"]
    )
    named = st.fixed_dictionaries({"name": st.sampled_from(slots), "value": values})
    proposal = {
        "command": draw(st.sampled_from(COMMANDS)),
        "flow": draw(st.sampled_from([*flows(), None])),
        "slots": draw(st.lists(named, max_size=2)),
        "sure": draw(st.integers(0, 100)),
    }
    return orjson.dumps(proposal).decode()


@dataclass
class AnyModels:
    """Says what was drawn, to plan and to write alike."""

    draw: Any
    sizes: frozenset[Size] = frozenset({"small", "large"})
    asked: list[Question] = field(default_factory=list)

    async def ask(self, question: Question, *, within_s: float, hear: Hear | None = None) -> ModelAnswer:
        """Answer at once."""
        self.asked.append(question)
        call = ModelCall(purpose=question.purpose, model=question.size, outcome="answered", ms=0.0)
        return ModelAnswer(text=self.draw(answers()), call=call)


CONVERSATIONS = (st.data(), st.lists(SAID, min_size=2, max_size=6), st.booleans())


@given(*CONVERSATIONS)
@settings(max_examples=15, deadline=None)
def test_effects_follow_only_a_plain_yes_of_the_verified_customer(
    data: st.DataObject, messages: list[str], verified: bool
) -> None:
    asyncio.run(converse(AnyModels(data.draw), messages, verified))


@pytest.mark.slow
@given(*CONVERSATIONS)
@settings(max_examples=600, deadline=None)
def test_effects_follow_only_a_plain_yes_many_times(
    data: st.DataObject, messages: list[str], verified: bool
) -> None:
    asyncio.run(converse(AnyModels(data.draw), messages, verified))


async def converse(models: AnyModels, messages: list[str], verified: bool) -> None:
    """Play a conversation and look after each message at what was set in motion."""
    talk = Talk(verified=verified)
    talk.books.orders["2001"] = an_order("2001", "delivered", customer_id="C-1002")
    talk.use(models=ModelHelp(models=models, asks="complex", writes=True))
    before = dict(talk.books.orders)
    for message in messages:
        asked = len(models.asked)
        draft = await talk.say(message)
        assert not draft.starts or message == "yes"
        if talk.why("planner").get("by") in ("small", "large"):
            assert all(proposal.confirm for proposal in draft.proposals)
        if draft.starts:
            assert all(question.purpose != "plan" for question in models.asked[asked:])
        assert verified or not (draft.starts or draft.proposals)
    agreed = messages.count("yes")
    changed = {number for number, order in talk.books.orders.items() if order != before[number]}
    assert len(talk.books.refunds) <= agreed
    assert all(refund.amount <= before["1042"].total for refund in talk.books.refunds)
    assert "2001" not in changed
    assert len(changed) <= agreed
