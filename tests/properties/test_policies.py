"""What holds of policies whatever the input: escalation, authority, and texts nobody foresaw."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from policies.actions import judge
from policies.conflicts import conflict
from policies.expressions import ExpressionFailed
from policies.fast_path import FastPath
from policies.ladder import Route, Signals, route
from policies.normalise import clauses, normalise
from policies.templates import TemplateFailed
from tests.unit.books.altered import shop_book

BOOK = shop_book()
FAST_PATH = FastPath(BOOK)
SHARES = st.floats(0, 1)
SIGNALS = st.builds(
    Signals,
    asked_for_person=st.booleans(),
    safety_word=st.booleans(),
    sentiment=st.floats(-1, 1),
    previous_sentiment=st.none() | st.floats(-1, 1),
    risk=SHARES,
    risk_rising=st.booleans(),
    frustration=SHARES,
    intent=st.none() | st.sampled_from(sorted(BOOK.intents)),
    confidence=SHARES,
    low_confidence_streak=st.integers(0, 5),
    complex_intent=st.booleans(),
    tier=st.none() | st.sampled_from(["bronze", "gold", "vip"]),
    attempts_without_resolution=st.integers(0, 6),
    escalation=SHARES,
    resolution=SHARES,
    troubleshooting_attempts=st.integers(0, 6),
    urgency=st.floats(1, 10),
    out_of_scope=SHARES,
    turns=st.integers(0, 50),
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
many = settings(max_examples=200, deadline=None)


def decide(signals: Signals) -> Route:
    """Ask the sample book's ladder."""
    return route(signals, BOOK.thresholds, BOOK.routing)


@many
@given(SIGNALS)
def test_low_confidence_is_flagged(signals: Signals) -> None:
    """Feature: omnichannel-cx-platform, Property 4: Low Confidence Flagging."""
    if signals.confidence < 0.70:
        assert "low_confidence" in decide(signals).flags


@many
@given(SIGNALS, st.floats(-1, 1))
def test_deterioration_is_flagged(signals: Signals, before: float) -> None:
    """Feature: omnichannel-cx-platform, Property 10: Sentiment Deterioration Detection."""
    fields = {**vars(signals), "previous_sentiment": before}
    flagged = "sentiment_drop" in decide(Signals(**fields)).flags
    assert flagged is (before - signals.sentiment > 0.3)


@many
@given(SIGNALS, st.floats(8, 10, exclude_min=True))
def test_high_urgency_is_never_automated(signals: Signals, urgency: float) -> None:
    """Feature: omnichannel-cx-platform, Property 17: High Urgency Agent Routing."""
    assert decide(Signals(**{**vars(signals), "urgency": urgency})).kind == "person"


@many
@given(st.floats(0.85, 1), st.floats(1, 7.9), st.floats(-0.3, 1))
def test_a_clear_calm_known_message_is_automated(confidence: float, urgency: float, sentiment: float) -> None:
    """Feature: omnichannel-cx-platform, Property 24: High Confidence Automation."""
    signals = Signals(intent="order_track", confidence=confidence, urgency=urgency, sentiment=sentiment)
    assert decide(signals).kind == "automate"


@many
@given(SIGNALS)
def test_asking_for_a_person_always_brings_one(signals: Signals) -> None:
    """Feature: omnichannel-cx-platform, Property 36: Explicit Escalation Request."""
    decided = decide(Signals(**{**vars(signals), "asked_for_person": True}))
    assert (decided.kind, decided.rule) == ("person", 1)


@many
@given(
    st.sampled_from(["speak to human", "talk to agent", "escalate"]), st.sampled_from(["", "!", "?!", "..."])
)
def test_the_words_of_escalation_are_heard(words: str, end: str) -> None:
    """Feature: omnichannel-cx-platform, Property 36: Explicit Escalation Request."""
    for text in (words, words.upper(), f"Please {words}{end}", f"This is useless, {words}{end}"):
        match = FAST_PATH.match(text)
        assert match is not None
        assert match.intent == "human_request"


@many
@given(SIGNALS, st.integers(3, 20))
def test_three_answers_that_did_not_help_bring_a_person(signals: Signals, attempts: int) -> None:
    """Feature: omnichannel-cx-platform, Property 37: Automatic Escalation Threshold."""
    fields = {**vars(signals), "attempts_without_resolution": attempts}
    assert decide(Signals(**fields)).kind == "person"


@many
@given(SIGNALS)
def test_every_message_gets_one_decision_with_its_reason(signals: Signals) -> None:
    decided = decide(signals)
    assert decided.reasons
    assert 1 <= decided.rule <= 12
    assert decided == decide(signals)


@many
@given(SIGNALS)
def test_nobody_is_asked_what_they_meant_more_than_twice(signals: Signals) -> None:
    if signals.low_confidence_streak >= 2:
        assert decide(signals).kind != "clarify"


FIELDS = ("status", "refundable", "days_since_delivery", "cancellable", "refunded")
FOR_GUESTS = {"send_account_link", "send_contact_code", "record_feedback"}
"""The tools that ADR 14 opens to somebody who is not signed in."""
FOR_CUSTOMERS = sorted(
    name
    for name, action in BOOK.actions.items()
    if action.tool not in FOR_GUESTS and action.begins_when_due is None
)
"""What is begun when it is due was agreed upon by a customer who was known then."""


@many
@given(
    st.sampled_from(FOR_CUSTOMERS),
    st.fixed_dictionaries(dict.fromkeys(FIELDS, JSON)),
    st.fixed_dictionaries({"amount": JSON, "order_id": JSON, "address": JSON}),
    st.sampled_from([False, None, 0, "yes", 1]),
)
def test_someone_unverified_never_causes_an_effect(
    action: str, order: dict[str, Any], args: dict[str, Any], verified: object
) -> None:
    facts = {"order": order, "args": args, "customer": {"verified": verified}}
    try:
        decision = judge(BOOK.actions[action], facts)
    except ExpressionFailed:
        return
    assert decision.refused is not None


AMOUNTS = st.floats(-10, 1200) | st.floats() | st.integers(-10, 1200) | JSON


@many
@given(AMOUNTS, st.floats(-10, 1000), st.sampled_from(["delivered", "shipped"]), st.integers(-1, 60))
def test_no_refund_is_allowed_beyond_what_is_left(
    amount: Any, refundable: float, status: str, days: int
) -> None:
    order = {"refundable": refundable, "refunded": 0.0, "status": status, "days_since_delivery": days}
    facts: dict[str, Any] = {"order": order, "args": {"amount": amount}, "customer": {"verified": True}}
    try:
        decision = judge(BOOK.actions["refund_order"], facts)
    except ExpressionFailed:
        return
    allowed = status == "delivered" and days <= 30 and _is_number(amount) and 0 < amount <= refundable
    assert (decision.refused is None) is allowed
    if allowed:
        assert (decision.approval is not None) is (amount > 100)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


@many
@given(st.floats(0.01, 2000), st.floats(0.01, 2000))
def test_a_larger_refund_never_needs_less(one: float, other: float) -> None:
    def strictness(amount: float) -> int:
        order = {"refundable": 5000.0, "refunded": 0.0, "status": "delivered", "days_since_delivery": 1}
        facts: dict[str, Any] = {"order": order, "args": {"amount": amount}, "customer": {"verified": True}}
        need = judge(BOOK.actions["refund_order"], facts).approval
        return 0 if need is None else 1 if need.role == "agent" else 2

    low, high = sorted((one, other))
    assert strictness(low) <= strictness(high)


PENDING = st.lists(
    st.tuples(st.sampled_from(sorted(BOOK.actions)), st.sampled_from(["1042", "1043"])), max_size=4
)


@many
@given(PENDING, st.sampled_from(sorted(BOOK.actions)))
def test_one_more_pending_action_never_allows_more(pending: list[tuple[str, str]], new: str) -> None:
    rank = {"allow": 0, "queue": 1, "block": 2}
    for end in range(len(pending)):
        fewer = conflict(BOOK, pending[:end], new, "1042")
        assert rank[fewer] <= rank[conflict(BOOK, pending[: end + 1], new, "1042")]


@many
@given(st.text(max_size=300))
def test_no_text_upsets_the_fast_path(text: str) -> None:
    match = FAST_PATH.match(text)
    assert match is None or match.intent in {*BOOK.intents, "inform", "option", "safety"}


@many
@given(st.text(max_size=200))
def test_normalising_twice_changes_nothing(text: str) -> None:
    once = normalise(text)
    assert normalise(once) == once


@many
@given(st.text(max_size=200))
def test_clauses_hold_no_word_that_the_text_does_not(text: str) -> None:
    words = set(normalise(text).split())
    for clause in clauses(text):
        assert clause
        assert clause == " ".join(clause.split())
        assert len(clause.split()) <= max(len(words), len(normalise(text).split()))


@many
@given(
    st.sampled_from(sorted(BOOK.templates)),
    st.dictionaries(st.sampled_from(["order", "args", "customer"]), JSON),
)
def test_a_reply_is_whole_or_is_not_said(name: str, facts: dict[str, Any]) -> None:
    try:
        said = BOOK.templates[name].render(facts)
    except TemplateFailed:
        return
    assert said
