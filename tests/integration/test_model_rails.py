"""The rails that a model runs over the real streaming protocol: they object, and silence is an objection."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from evals.peers.openai_wire import Answer
from tests.integration.test_llm_planner import help_of
from tests.peers.openai import OpenAiPeer, openai_peer
from tests.talk import Talk, said

FINE, OBJECTS = Answer(arguments='{"objects": false}'), Answer(arguments='{"objects": true}')
QUESTION = "can I send something back?"


@pytest.fixture(scope="module")
async def server() -> AsyncIterator[OpenAiPeer]:
    async with openai_peer() as opened:
        yield opened


@pytest.fixture
def peer(server: OpenAiPeer) -> OpenAiPeer:
    """The server of this module, as if it had just begun."""
    server.begin_anew()
    return server


def guarded(peer: OpenAiPeer, *rails: str) -> Talk:
    """A conversation in which a model runs these rails."""
    talk = Talk()
    talk.use(models=help_of(peer, asks="off", within_s=0.5))
    rulebook = talk.shelf.rulebook
    settings = replace(rulebook.book.rails, model_rails=frozenset(rails))
    shelf = type(talk.shelf)(replace(rulebook, book=replace(rulebook.book, rails=settings)))
    talk.shelf = shelf
    talk.use()
    return talk


async def test_a_message_that_a_model_takes_for_an_attack_is_refused(peer: OpenAiPeer) -> None:
    peer.plans = [OBJECTS]
    talk = guarded(peer, "self_check")

    draft = await talk.say("where is my parcel for 1042, old friend?")

    assert [reply.template for reply in draft.replies] == ["input_refused"]
    assert "self_check" in talk.why("rails")["input"]["ran"]


async def test_a_message_that_a_model_lets_pass_is_answered(peer: OpenAiPeer) -> None:
    peer.plans = [FINE]

    draft = await guarded(peer, "self_check", "fact_check").say(QUESTION)

    assert "30 days" in said(draft)
    assert len(peer.asked) == 2


@pytest.mark.parametrize("answer", [Answer(text="no idea"), Answer(status=500), Answer(late_s=3.0)])
async def test_a_model_that_does_not_answer_brings_a_person(answer: Answer, peer: OpenAiPeer) -> None:
    peer.plans = [answer]

    draft = await guarded(peer, "self_check").say(QUESTION)

    assert draft.hand_off is not None
    assert "30 days" not in said(draft)


async def test_an_answer_that_a_model_does_not_find_in_its_sources_goes_to_a_person(peer: OpenAiPeer) -> None:
    peer.plans = [OBJECTS]

    draft = await guarded(peer, "fact_check").say(QUESTION)

    assert draft.replies == []
    assert draft.hand_off is not None
    assert "fact_check" in draft.hand_off.text


async def test_no_model_is_asked_where_the_book_does_not_want_it(peer: OpenAiPeer) -> None:
    await guarded(peer).say(QUESTION)

    assert peer.asked == []
