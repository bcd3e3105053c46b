"""The escalation ladder, row by row, with the numbers of the sample book."""

from dataclasses import replace
from typing import Any

import pytest

from policies.ladder import Route, Signals, route
from policies.loader import load_book
from policies.model import Routing, Thresholds
from tests.unit.books.altered import SHOP

BOOK = load_book(SHOP)
ROUTING: Routing = replace(BOOK.routing, complex_intents=frozenset({"legal"}))
THRESHOLDS: Thresholds = BOOK.thresholds


def decide(**signals: Any) -> Route:
    """Ask the ladder about a message that is clear and calm but for these signals."""
    calm: dict[str, Any] = {"intent": "order_track", "confidence": 0.95, "urgency": 5}
    return route(Signals(**{**calm, **signals}), THRESHOLDS, ROUTING)


@pytest.mark.parametrize(
    ("signals", "kind", "rule"),
    [
        ({}, "automate", 12),
        ({"asked_for_person": True}, "person", 1),
        ({"safety_word": True}, "person", 2),
        ({"sentiment": -0.61}, "person", 3),
        ({"sentiment": -0.6}, "automate", 12),
        ({"risk": 0.71}, "person", 3),
        ({"risk": 0.7}, "automate", 12),
        ({"sentiment": -0.31, "previous_sentiment": 0.0}, "person", 4),
        ({"sentiment": -0.31, "previous_sentiment": 0.0, "aside": True}, "automate", 12),
        ({"sentiment": -0.2, "previous_sentiment": 0.5}, "automate", 12),
        ({"sentiment": -0.4, "previous_sentiment": -0.2}, "automate", 12),
        ({"confidence": 0.69}, "clarify", 5),
        ({"confidence": 0.69, "low_confidence_streak": 1}, "clarify", 5),
        ({"confidence": 0.69, "low_confidence_streak": 2}, "person", 5),
        ({"out_of_scope": 0.61}, "clarify", 5),
        ({"intent": "legal"}, "person", 6),
        ({"complex_intent": True}, "person", 6),
        ({"intent": "legal", "confidence": 0.5}, "clarify", 5),
        ({"tier": "vip", "confidence": 0.84}, "person", 7),
        ({"tier_is_vip": True, "confidence": 0.84}, "person", 7),
        ({"tier": "vip", "confidence": 0.85}, "automate", 12),
        ({"tier": "gold", "confidence": 0.84}, "confirm_first", 11),
        ({"attempts_without_resolution": 2}, "automate", 12),
        ({"attempts_without_resolution": 3}, "person", 8),
        ({"escalation": 0.71, "resolution": 0.49}, "person", 9),
        ({"escalation": 0.71, "resolution": 0.5}, "automate", 12),
        ({"urgency": 8.1}, "person", 10),
        ({"urgency": 8}, "read_only", 10),
        ({"urgency": 7.9}, "automate", 12),
        ({"confidence": 0.70}, "confirm_first", 11),
        ({"confidence": 0.85}, "automate", 12),
    ],
)
def test_each_row_decides_at_its_bound(signals: dict[str, Any], kind: str, rule: int) -> None:
    decided = decide(**signals)
    assert (decided.kind, decided.rule) == (kind, rule)


@pytest.mark.parametrize(
    ("signals", "rule"),
    [
        ({"asked_for_person": True, "safety_word": True, "sentiment": -1.0}, 1),
        ({"safety_word": True, "sentiment": -1.0, "urgency": 10}, 2),
        ({"sentiment": -1.0, "confidence": 0.1, "urgency": 10}, 3),
        ({"attempts_without_resolution": 3, "confidence": 0.1}, 8),
        ({"urgency": 9, "confidence": 0.1}, 10),
        ({"intent": "legal", "tier": "vip", "confidence": 0.8}, 6),
    ],
)
def test_the_first_row_that_applies_decides(signals: dict[str, Any], rule: int) -> None:
    assert decide(**signals).rule == rule


def test_a_question_to_the_customer_never_hides_a_row_that_knows_no_exception() -> None:
    for signals in (
        {"urgency": 9},
        {"attempts_without_resolution": 4},
        {"escalation": 0.9, "resolution": 0.1},
    ):
        assert decide(confidence=0.3, **signals).kind == "person"


@pytest.mark.parametrize(
    ("signals", "flag"),
    [
        ({"sentiment": 0.1, "previous_sentiment": 0.5}, "sentiment_drop"),
        ({"confidence": 0.5}, "low_confidence"),
        ({"out_of_scope": 0.9}, "out_of_scope"),
        ({"tier": "vip", "sentiment": -0.1}, "supervisor"),
        ({"troubleshooting_attempts": 4}, "person_suggested"),
        ({"risk": 0.6, "risk_rising": True}, "check_in"),
        ({"frustration": 0.7, "turns": 6}, "other_approach"),
    ],
)
def test_what_people_should_see_is_flagged_whatever_is_decided(signals: dict[str, Any], flag: str) -> None:
    assert flag in decide(**signals).flags
    assert flag in decide(asked_for_person=True, **signals).flags
    assert flag not in decide().flags


@pytest.mark.parametrize(
    ("signals", "priority"),
    [
        ({"safety_word": True}, "urgent"),
        ({"asked_for_person": True, "safety_word": True}, "urgent"),
        ({"asked_for_person": True, "urgency": 9}, "urgent"),
        ({"sentiment": -0.9}, "high"),
        ({"asked_for_person": True, "tier": "vip"}, "high"),
        ({"asked_for_person": True}, "normal"),
    ],
)
def test_danger_waits_least_and_anger_less(signals: dict[str, Any], priority: str) -> None:
    assert decide(**signals).priority == priority


def test_every_decision_carries_a_reason_that_people_can_read() -> None:
    assert decide(sentiment=-0.8).reasons == ("sentiment -0.80",)
    assert decide(confidence=0.4, low_confidence_streak=2).reasons == (
        "understood with 0.40 only, 3 times in a row",
    )
    assert decide(urgency=9.0).reasons == ("urgency 9",)
