"""How unseen lines are graded: facts and wishes stay flat, rage does not."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from frontdesk_nlu.mood.lines import mood_lines
from frontdesk_nlu.mood.mood import signs
from frontdesk_nlu.reading.text import prepared
from frontdesk_nlu.serving.interpreter import Interpreter

BANDS: Mapping[str, Any] = yaml.safe_load((Path(__file__).parent / "moods.yaml").read_text("utf-8"))
PERSON_BELOW = -0.6
"""The book's `sentiment_person`."""


def scores(interpreter: Interpreter, band: str) -> Mapping[str, float]:
    """Grade every unseen line of a band."""
    return {text: interpreter.parse(text)["sentiment"]["score"] for text in BANDS[band]["lines"]}


def test_no_unseen_line_was_learnt_from() -> None:
    learnt = {prepared(line.text).casefold() for line in mood_lines()}
    unseen = [prepared(text).casefold() for band in BANDS.values() for text in band["lines"]]
    assert learnt.isdisjoint(unseen), learnt.intersection(unseen)
    assert len(set(unseen)) == len(unseen) >= 30


@pytest.mark.parametrize(
    ("band", "misses"), [("flat", 0), ("disappointed", 2), ("furious", 0), ("friendly", 0)]
)
def test_unseen_lines_fall_into_their_band(interpreter: Interpreter, band: str, misses: int) -> None:
    lowest, highest = BANDS[band]["band"]
    outside = {
        text: score for text, score in scores(interpreter, band).items() if not lowest <= score <= highest
    }
    assert len(outside) <= misses, outside


@pytest.mark.parametrize(
    "text",
    [
        "give me my money back",
        "it came with a crack. I want my money back",
        "I want my money back",
        "It arrived broken",
        "My lamp is broken",
        "I want a refund",
        "the glass is cracked",
        "where is my parcel, it is late",
    ],
)
def test_a_wish_or_a_fact_alone_is_no_anger(interpreter: Interpreter, text: str) -> None:
    answer = interpreter.parse(text)
    assert -0.25 <= answer["sentiment"]["score"] <= 0.05, answer["sentiment"]
    assert answer["emotions"]["anger"] < 0.3


@pytest.mark.parametrize(
    "text",
    [
        "this is the worst service ever, I am furious, give me my money back NOW!!!",
        "you are useless thieves",
        "nobody answers and the lamp is broken, I am absolutely livid!!",
    ],
)
def test_the_same_wish_in_rage_brings_a_person(interpreter: Interpreter, text: str) -> None:
    assert interpreter.parse(text)["sentiment"]["score"] < PERSON_BELOW


def test_disappointment_is_neither_flat_nor_rage(interpreter: Interpreter) -> None:
    score = interpreter.parse("I am really disappointed with the lamp")["sentiment"]["score"]
    assert PERSON_BELOW < score < -0.4


def test_a_denial_does_not_reach_into_the_next_clause() -> None:
    angry, pleased = signs("you do nothing, I am furious")[0], signs("no, that is great")[0]
    assert angry < 0 < pleased


def test_a_denial_still_turns_its_own_clause() -> None:
    assert signs("that is not great")[0] < 0
