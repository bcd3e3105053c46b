"""What the policy benchmark decides about: the same messages each time, and all rules beside."""

from dataclasses import replace

import orjson
import pytest

from evals.bench.policy import Case, cases_of, figures_of
from graphs.ports import Rulebook
from policies.fast_path import FastPath
from tests.unit.books.altered import shop_book

LINES = b"\n".join(
    orjson.dumps({"text": text, "intent": intent})
    for text, intent in (("where is 1042?", "order_track"), ("I want my money back", "refund_request"))
)


@pytest.fixture(scope="module")
def rules() -> Rulebook:
    book = shop_book()
    return Rulebook(book=book, fast_path=FastPath(book))


def told(case: Case) -> Case:
    """A case without its vector, which is no plain value."""
    return replace(case, understood=replace(case.understood, vector=None))


def test_the_same_messages_are_decided_each_time(rules: Rulebook) -> None:
    assert list(map(told, cases_of(rules, LINES))) == list(map(told, cases_of(rules, LINES)))


def test_every_rule_and_message_counts(rules: Rulebook) -> None:
    figures = figures_of(rules, cases_of(rules, LINES))
    assert figures["messages_count"] == 2
    assert figures["rules_count"] == sum(len(action.rules) for action in rules.book.actions.values())
    assert 0 < figures["cpu_ms_per_message"] <= figures["p99_cpu_ms"]
    assert figures["every_rule_cpu_ms"] > 0
