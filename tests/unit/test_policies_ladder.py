"""The escalation ladder, row by row, with the numbers of the sample book."""

from dataclasses import replace
from typing import Any

import pytest

from policies.ladder import ROWS, Route, Signals, route, unsure_answer
from policies.model import Routing, Thresholds
from tests.unit.books.altered import shop_book

BOOK = shop_book()
ROUTING: Routing = replace(BOOK.routing, complex_intents=frozenset({"legal"}))
THRESHOLDS: Thresholds = BOOK.thresholds


def decide(**signals: Any) -> Route:
    """Ask the ladder about a message that is clear and calm but for these signals."""
    calm: dict[str, Any] = {"intent": "order_track", "confidence": 0.95, "urgency": 5}
    return route(Signals(**{**calm, **signals}), THRESHOLDS, ROUTING)


ROW_CASES: list[tuple[dict[str, Any], str, int]] = [
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
]


@pytest.mark.parametrize(("signals", "kind", "rule"), ROW_CASES)
def test_each_row_decides_at_its_bound(signals: dict[str, Any], kind: str, rule: int) -> None:
    decided = decide(**signals)
    assert (decided.kind, decided.rule) == (kind, rule)


def test_all_rows_that_apply_are_told_with_their_reasons_the_deciding_one_first() -> None:
    decided = decide(asked_for_person=True, sentiment=-0.9, confidence=0.4, urgency=9.0, tier="vip")
    assert [(row.rule, row.reason) for row in decided.rows] == [
        (1, "the customer asked for a person"),
        (3, "sentiment -0.90"),
        (10, "urgency 9"),
        (5, "understood with 0.40 only"),
        (7, "VIP, and understood with 0.40 only"),
        (10, "urgency 9: nothing is changed"),
        (11, "understood with 0.40: effects are confirmed first"),
        (12, "understood with 0.40"),
    ]


@pytest.mark.parametrize(("confidence", "rule"), [(0.59, 13), (0.6, None), (0.0, 13)])
def test_an_answer_that_is_not_sure_enough_goes_to_a_person(confidence: float, rule: int | None) -> None:
    row = unsure_answer(confidence, THRESHOLDS)
    assert (row.rule if row else None) == rule
    if row:
        assert row.kind == "person"
        assert row.reason == f"the best answer was found with {confidence:.2f}, 0.60 is needed"


@pytest.mark.parametrize(
    ("signals", "flag", "reason"),
    [
        ({"risk": 0.51, "risk_rising": True}, "check_in", "escalation risk 0.51, and declining"),
        ({"risk": 0.5, "risk_rising": True}, "check_in", None),
        ({"risk": 0.51}, "check_in", None),
        ({"frustration": 0.61, "turns": 6}, "other_approach", "frustration 0.61 after 6 messages"),
        ({"frustration": 0.61, "turns": 5}, "other_approach", None),
        ({"frustration": 0.6, "turns": 6}, "other_approach", None),
        ({"troubleshooting_attempts": 4}, "person_suggested", "4 attempts changed nothing"),
        ({"troubleshooting_attempts": 3}, "person_suggested", None),
        ({"sentiment": 0.1, "previous_sentiment": 0.5}, "sentiment_drop", "sentiment fell from 0.50 to 0.10"),
        ({"sentiment": 0.2, "previous_sentiment": 0.5}, "sentiment_drop", None),
        ({"tier": "vip", "frustration": 0.7}, "supervisor", "VIP, and frustration 0.70"),
        ({"tier": "vip", "risk": 0.6}, "supervisor", "VIP, and escalation risk 0.60"),
        (
            {"tier": "vip", "attempts_without_resolution": 1},
            "supervisor",
            "VIP, and 1 answers that did not help",
        ),
        ({"tier": "vip"}, "supervisor", None),
        ({"frustration": 0.7, "sentiment": -0.2}, "supervisor", None),
    ],
)
def test_each_flag_has_its_bound_and_its_reason(
    signals: dict[str, Any], flag: str, reason: str | None
) -> None:
    told = {note.name: note.reason for note in decide(**signals).notes}
    assert told.get(flag) == reason


def test_every_row_has_a_case_here() -> None:
    cases = [*ROW_CASES, ({}, "person", 13)]
    assert {rule for _, _, rule in cases} == set(ROWS)


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
