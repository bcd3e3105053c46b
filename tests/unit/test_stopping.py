"""Enough of it: "stop" and "never mind" end what is being asked, a plain no leaves one question open."""

import pytest

from policies.fast_path import FastPath
from tests.talk import Talk, said, shelf

WHAT_HAPPENED = "the driver threw the parcel over the fence and it broke"


@pytest.fixture
async def talk() -> Talk:
    """A complaint that has come to its first optional question."""
    talk = Talk()
    talk.interpreter.meanings["complain"] = "complaint"
    await talk.say("I want to complain")
    assert "Which order" in said(await talk.say(WHAT_HAPPENED))
    return talk


@pytest.mark.parametrize(
    "words", ["stop", "Never mind.", "oh, forget it", "never mind, thanks", "cancel that"]
)
async def test_stop_at_an_optional_question_ends_the_flow_politely(talk: Talk, words: str) -> None:
    ended = await talk.say(words)

    assert said(ended) == "All right. What can I do for you instead?"
    assert not ended.proposals
    assert "delivered" in said(await talk.say("where is my order #1042?"))


async def test_a_no_to_an_optional_question_leaves_only_that_question(talk: Talk) -> None:
    assert "put it right" in said(await talk.say("no"))


async def test_stop_when_nothing_is_asked_is_heard(talk: Talk) -> None:
    await talk.say("stop")

    assert said(await talk.say("stop")) == "All right. What can I do for you instead?"


@pytest.mark.parametrize(
    "words", ["please stop the newsletter", "never mind the gap", "stop my subscription"]
)
def test_stop_in_a_wish_is_part_of_the_wish(words: str) -> None:
    found = FastPath(shelf().book).match(words)
    assert found is None or found.intent != "stop"
