"""Who wants a person: what words decide, what they leave to the likelihood, what counts without one."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from evals.escalations import NotMeasured, read_lines
from graphs.persons import PERSON, Read, from_words, read, settle
from graphs.ports import Clause, InterpreterAway, Understood
from policies.fast_path import FastMatch, FastPath
from policies.model import Thresholds
from tests.unit.books.altered import shop_book

ASKED = FastMatch(intent=PERSON, source="words", matched="agent", plain=False)
TRACKING = Understood(
    intent="order_track",
    confidence=0.8,
    path="nlu",
    ranking=(("order_track", 0.8), (PERSON, 0.1), ("order_change", 0.1)),
)
PERSON_SEEN = replace(TRACKING, intent=PERSON, ranking=((PERSON, 0.6), ("order_track", 0.4)))


@pytest.fixture(scope="module")
def fast_path() -> FastPath:
    """The sample book's fast path."""
    return FastPath(shop_book())


@pytest.fixture(scope="module")
def limits() -> Thresholds:
    """The sample book's bounds."""
    return shop_book().thresholds


def test_a_short_request_is_plain_and_a_phrase_in_a_long_message_is_not(fast_path: FastPath) -> None:
    short, long = (
        fast_path.match("give me a human please"),
        fast_path.match("the lamp came without its shade, could you connect me to an agent about order 1042"),
    )
    assert short is not None
    assert short.plain
    assert long is not None
    assert not long.plain


def test_words_that_ask_count_unless_the_message_surely_does_not(limits: Thresholds) -> None:
    unlikely = limits.person_asked / 2
    assert settle(TRACKING, ASKED, frozenset(), limits.person_asked, limits).intent == PERSON
    assert settle(TRACKING, ASKED, frozenset(), unlikely, limits).intent == "order_track"


def test_a_denial_in_words_gives_way_to_a_likely_wish_only(limits: Thresholds) -> None:
    denied = frozenset({PERSON})
    between = (limits.person_named + limits.person_denied) / 2
    assert settle(PERSON_SEEN, None, denied, between, limits).intent == "order_track"
    assert settle(TRACKING, None, denied, limits.person_denied, limits).intent == PERSON
    assert settle(TRACKING, None, frozenset(), between, limits).intent == PERSON


def test_an_unlikely_wish_is_none_though_the_intent_looks_like_one(limits: Thresholds) -> None:
    settled = settle(PERSON_SEEN, None, frozenset(), 0.01, limits)
    assert settled.intent == "order_track"
    assert settled.confidence == pytest.approx(1.0)


def test_several_wishes_are_left_to_those_who_sort_them(limits: Thresholds) -> None:
    several = replace(TRACKING, clauses=(Clause(intent=PERSON, confidence=0.9, start=0, end=5),))
    assert settle(several, None, frozenset(), 0.9, limits) == several


def test_without_a_likelihood_the_words_decide(limits: Thresholds) -> None:
    assert settle(TRACKING, ASKED, frozenset(), None, limits).intent == PERSON
    assert settle(PERSON_SEEN, None, frozenset({PERSON}), None, limits).intent == "order_track"
    assert settle(PERSON_SEEN, None, frozenset(), None, limits).intent == PERSON


def reading(fast_path: FastPath, limits: Thresholds, text: str, heard: list[str], away: bool = False) -> Read:
    """Read a text with an interpreter that notes what it is asked."""

    async def parse(asked: str) -> Understood:
        heard.append(asked)
        if away:
            raise InterpreterAway("it is away")
        return replace(TRACKING, wants_person=0.9 if asked == text else 0.0)

    return asyncio.run(read(text, fast_path.match(text), fast_path, parse, limits))


def test_the_whole_message_says_whether_a_person_is_wanted(fast_path: FastPath, limits: Thresholds) -> None:
    heard: list[str] = []
    text = "I never asked for an agent last week. Where is order 1042?"
    found = reading(fast_path, limits, text, heard)
    assert len(heard) == 2
    assert heard[0] == found.meant != text
    assert heard[1] == text
    assert found.understood.intent == PERSON


def test_while_understanding_is_away_words_that_ask_bring_a_person(
    fast_path: FastPath, limits: Thresholds
) -> None:
    text = "the lamp came without its shade, could you connect me to an agent about order 1042"
    assert reading(fast_path, limits, text, [], away=True).understood == from_words(ASKED, text)
    with pytest.raises(InterpreterAway):
        reading(fast_path, limits, "the lamp came without its shade", [], away=True)


def test_a_broken_line_of_a_test_file_is_told_by_its_number(tmp_path: Path) -> None:
    file = tmp_path / "said.jsonl"
    file.write_text('{"text": "agent", "wants_person": true}\n{"text": "lamp"}\n')
    with pytest.raises(NotMeasured, match=r"said\.jsonl:2: wants_person"):
        list(read_lines(file))
