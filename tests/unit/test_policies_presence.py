"""Which phrases a text may hold: what is ruled out is never there."""

import json
from pathlib import Path

import pytest

from policies.normalise import folded, spoken, written_words
from policies.phrases import compile_phrases, marks, read_lists
from policies.presence import Presence
from tests.unit.books.altered import shop_book

SETS = Path(__file__).parents[2] / "evals" / "datasets"


def as_written(word: str) -> tuple[str, str]:
    """Read a word as it is spoken, slips and all."""
    return spoken(word), spoken(word)


def possible(presence: Presence, text: str) -> int:
    """Give the phrases that a text may hold, as bits."""
    return presence.read(written_words(folded(text)))[1]


def test_a_phrase_is_possible_only_where_each_of_its_parts_is() -> None:
    phrases = compile_phrases(["(talk|speak) to [a] person"])
    presence = Presence(phrases.each_needs, as_written)
    assert possible(presence, "I talk to no person") == 1
    assert possible(presence, "I talk to nobody") == 0
    assert possible(presence, "a person") == 0


def test_a_mark_is_possible_only_where_its_own_phrases_are() -> None:
    person = compile_phrases(["(customer service|agent)"])
    phrases = compile_phrases(["get <who>"], read_lists({}, marks(["who"])))
    presence = Presence([*person.each_needs, *phrases.each_needs], as_written, [("<who>", 0b01)])
    assert possible(presence, "get an agent") == 0b11
    assert possible(presence, "get a lamp") == 0


def test_words_that_a_full_stop_joins_are_seen_apart() -> None:
    presence = Presence(compile_phrases(["agent please"]).each_needs, as_written)
    assert possible(presence, "an agent.please") == 1


def test_a_phrase_that_needs_no_known_word_is_always_possible() -> None:
    presence = Presence([()], as_written)
    assert possible(presence, "") == 1


@pytest.mark.parametrize("half", ["tuning", "development"])
def test_no_phrase_that_stands_in_a_text_is_ruled_out(half: str) -> None:
    book = shop_book()
    lists = read_lists(book.fast_words.lists, marks(book.fast_words.things))
    phrases = compile_phrases([one for pattern in book.fast_path for one in pattern.anywhere], lists)
    presence = Presence(phrases.each_needs, as_written)
    found = 0
    for line in (SETS / f"escalations_{half}.jsonl").read_text("utf-8").splitlines():
        known, bits = presence.read(written_words(folded(json.loads(line)["text"])))
        phrase = phrases.first(" ".join(said for said, _, _ in known if said))
        if phrase is not None:
            found += 1
            assert bits >> phrases.phrases.index(phrase) & 1
    assert found > 10
