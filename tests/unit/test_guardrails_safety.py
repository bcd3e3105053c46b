"""Distress, threats, secrets: who is brought at once, what is covered, what is only anger."""

import pytest

from guardrails.configuration import read_configuration
from guardrails.lanes import LATE, Lane, build_lanes
from guardrails.rules import ChannelRules, RailRules

DISTRESS = [
    "I want to die",
    "I can't go on, I will kill myself tonight",
    "honestly everyone would be better off without me",
    "I keep thinking about suicide",
    "Ich will nicht mehr leben",
    "je veux mourir",
    "no quiero seguir, quiero morir",
]
NO_DISTRESS = [
    "my phone died again",
    "this queue is killing me",
    "I cut myself on the edge of the lamp",
    "I could kill for a coffee",
    "how do I kill the standby light",
    "I hurt my back carrying the table",
    "I'd die for that chair",
]
THREATS = [
    "I will kill you all",
    "I know where you live",
    "I'm going to burn your shop down",
    "there is a bomb in your store",
    "kill yourself",
    "ich bringe dich um",
]
ANGER = [
    "you are useless idiots and your shop is a joke",
    "I will sue you and tell everybody",
    "the glass exploded and nearly hit my child",
    "shut up and give me a human",
    "this fucking lamp is broken",
    "I'm coming to your shop tomorrow to return it",
    "kill the subscription please",
]
CARD = "please charge 4111 1111 1111 1111 for it"
SECRETS = [
    (CARD, "please charge •••• •••• •••• 1111 for it"),
    ("my password is hunter2! can you log in", "my password is •••••••! can you log in"),
    ("cvv: 123", "cvv: •••"),
    ("the key is AKIAABCDEFGHIJKLMNOP", "the key is " + "•" * 20),
]
NO_SECRETS = [
    "my password is not working",
    "is the pin: included?",
    "order 1042, tracking 00340434161094042557",
    "call me on +49 30 901820",
    "my account is DE89 3704 0044 0532 0130 00",
]


@pytest.fixture(scope="module")
def lane() -> Lane:
    return build_lanes(RailRules(), read_configuration())[""]


@pytest.mark.parametrize("text", DISTRESS)
def test_who_may_harm_themself_gets_a_person(text: str, lane: Lane) -> None:
    assert ("self_harm", "person") in {(hit.rail, hit.severity) for hit in lane.input_hits(text)}


@pytest.mark.parametrize("text", THREATS)
def test_a_threat_goes_to_a_person(text: str, lane: Lane) -> None:
    assert ("threats", "person") in {(hit.rail, hit.severity) for hit in lane.input_hits(text)}


@pytest.mark.parametrize("text", [*NO_DISTRESS, *ANGER])
def test_figures_of_speech_and_anger_pass(text: str, lane: Lane) -> None:
    assert lane.input_hits(text) == ()


@pytest.mark.parametrize(("text", "covered"), SECRETS)
def test_a_secret_is_noted_and_covered_in_its_place(text: str, covered: str, lane: Lane) -> None:
    hits = lane.input_hits(text)

    assert [(hit.rail, hit.severity) for hit in hits] == [("secrets", "note")]
    assert lane.mended_input(text, hits) == covered
    assert len(covered) == len(text)


@pytest.mark.parametrize("text", NO_SECRETS)
def test_what_is_no_secret_stays(text: str, lane: Lane) -> None:
    assert lane.mended_input(text, lane.input_hits(text)) is None


def test_a_rail_is_switched_off_for_one_channel_and_runs_on_the_others() -> None:
    rules = RailRules(channels={"forum": ChannelRules(off=frozenset({"threats"}), max_input_chars=100)})
    lanes = build_lanes(rules, read_configuration())

    assert lanes[""].input_hits("I will kill you all") != ()
    assert lanes["forum"].input_hits("I will kill you all") == ()
    assert [hit.rail for hit in lanes["forum"].input_hits("where is it " * 20)] == ["length"]


def test_a_rail_that_is_stuck_on_an_expression_blocks() -> None:
    lane = build_lanes(RailRules(banned_topics=(r"\w*\w*\w*\w*;",)), read_configuration())[""]

    hits = lane.input_hits("x" * 240)

    assert ("topics", LATE, "block") in {(hit.rail, hit.reason, hit.severity) for hit in hits}
