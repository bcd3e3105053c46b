"""Status, context package, sentences and decisions: the pure part of handing over."""

import contextlib
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from app.conversations.reasons import KINDS, Reason, read_reason, write_reason
from app.handoff.approval_request import DecisionBody, StoredRequest, check_decision, edits_of
from app.handoff.context_package import (
    ActionPart,
    MessagePart,
    TriggerPart,
    conversation_part,
    sentiment_part,
    suggestions,
    trend_of,
)
from app.handoff.gather import account_age
from app.handoff.sentences import decided, excerpt, money, summary
from app.handoff.status import OWNED, TRANSITIONS, after, assistant_may_speak, sources
from app.problems import Problem

NOON = datetime(2026, 1, 15, 12, tzinfo=UTC)


def refund(**changes: Any) -> StoredRequest:
    values = {
        "action_id": "a",
        "action": "refund_order",
        "label": "Refund",
        "args": {"order_id": "1042", "amount": 149.99, "reason": "damaged"},
        "editable": ["amount", "reason"],
        "amount": 149.99,
    }
    return StoredRequest.model_validate({**values, **changes})


def said(*scores: float | None) -> list[MessagePart]:
    return [
        MessagePart(role="customer", content="…", timestamp=NOON + timedelta(minutes=n), sentiment=score)
        for n, score in enumerate(scores)
    ]


def test_every_transition_leads_to_a_known_status() -> None:
    assert {to for legal in TRANSITIONS.values() for to in legal.values()} <= set(TRANSITIONS)


def test_the_assistant_never_speaks_where_a_person_owns_the_conversation() -> None:
    assert not any(assistant_may_speak(status) for status in OWNED)
    assert not assistant_may_speak("escalating")


def test_a_person_can_always_give_a_conversation_back() -> None:
    assert set(sources("release")) == OWNED
    assert {after(status, "release") for status in OWNED} == {"active"}


def test_what_is_archived_stays_archived() -> None:
    assert TRANSITIONS["archived"] == {}
    assert after("archived", "claim") is None


def test_only_what_nobody_owns_can_be_claimed() -> None:
    assert set(sources("claim")) & OWNED == set()


@pytest.mark.parametrize(
    ("scores", "trend"),
    [
        ([], "stable"),
        ([-0.9], "stable"),
        ([-0.2, -0.4, -0.7], "declining"),
        ([-0.7, 0.1, 0.4], "improving"),
        ([0.1, 0.1, 0.2], "stable"),
    ],
)
def test_the_trend_follows_the_scores(scores: Sequence[float], trend: str) -> None:
    assert trend_of(scores) == trend


def test_the_sentiment_of_a_conversation_is_its_last_scored_message() -> None:
    part = sentiment_part(said(-0.2, None, -0.7, None))

    assert part.current == -0.7
    assert [score.score for score in part.timeline] == [-0.2, -0.7]


def test_the_last_intent_is_the_primary_one_and_none_is_named_twice() -> None:
    part = conversation_part(
        NOON, NOON + timedelta(minutes=15), said(0.1), ["track", "refund", "track", "refund"], {}
    )

    assert (part.primary_intent, part.secondary_intents) == ("refund", ["track"])
    assert part.duration_minutes == 15


def test_a_package_without_a_reason_is_not_valid() -> None:
    with pytest.raises(ValidationError):
        TriggerPart(type="asked", details="", ai_recommendation="")


def test_open_actions_are_part_of_the_advice() -> None:
    advice = suggestions("asked", [ActionPart(action="refund_order", status="approving")])

    assert advice[1] == "Settle: refund_order (approving)."


@given(st.sampled_from(KINDS), st.text(min_size=1).map(str.strip).filter(bool))
def test_a_reason_reads_back_as_it_was_written(kind: Any, text: str) -> None:
    reason = Reason(kind=kind, text=text)

    assert read_reason(write_reason(reason)) == reason


def test_a_stored_reason_of_no_known_kind_is_kept_in_words() -> None:
    assert read_reason("weather: rain") == Reason(kind="complex", text="weather: rain")


def test_an_edit_returns_only_what_changes() -> None:
    edit = DecisionBody(type="edit", args={"amount": 120.0, "reason": "damaged"})

    assert edits_of(refund(), edit) == {"amount": 120.0}


def test_an_edit_in_the_shape_of_agent_inboxes_is_understood() -> None:
    args = {"action": "refund_order", "args": {"order_id": "1042", "amount": 100.0}}

    assert edits_of(refund(), DecisionBody(type="edit", args=args)) == {"amount": 100.0}


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_no_edit_raises_an_amount(amount: float) -> None:
    edit = DecisionBody(type="edit", args={"amount": amount})
    edits: dict[str, Any] = {}
    with contextlib.suppress(Problem):
        edits = edits_of(refund(), edit)

    assert 0 < edits.get("amount", 149.99) <= 149.99


def test_nothing_can_be_edited_where_the_book_names_nothing() -> None:
    with pytest.raises(Problem):
        check_decision(refund(editable=[]), DecisionBody(type="edit", args={}))


@pytest.mark.parametrize("args", [{}, {"amount": 149.99}, {"action": "refund_order", "args": {}}])
def test_an_edit_that_changes_nothing_is_no_edit(args: dict[str, Any]) -> None:
    with pytest.raises(Problem) as refused:
        edits_of(refund(), DecisionBody(type="edit", args=args))

    assert refused.value.extra["errors"][0]["field"] == "args"
    assert "say what to change, or accept" in refused.value.detail


def test_an_edited_text_stays_a_text() -> None:
    with pytest.raises(Problem) as refused:
        edits_of(refund(), DecisionBody(type="edit", args={"reason": 5}))

    assert refused.value.extra["errors"][0]["field"] == "args.reason"


@pytest.mark.parametrize(
    ("kind", "edits", "text"),
    [
        ("accepted", {}, "Runa accepted: Refund €149.99."),
        ("edited", {"amount": 120.0}, "Runa changed amount and accepted: Refund €120.00."),
        ("responded", {}, "Runa declined with a message: Refund €149.99."),
        ("ignored", {}, "Runa declined: Refund €149.99."),
    ],
)
def test_a_decision_is_told_in_a_sentence(kind: str, edits: dict[str, Any], text: str) -> None:
    assert decided("Runa", kind, "Refund", {"amount": 149.99}, edits, "EUR") == text


def test_money_without_a_symbol_keeps_its_code() -> None:
    assert (money(1234.5, "SEK"), money(3, None)) == ("1,234.50 SEK", "3.00")


def test_an_excerpt_is_cut_at_a_word() -> None:
    cut = excerpt("word " * 100)

    assert len(cut) <= 161
    assert cut.endswith("word…")


def test_a_summary_tells_beginning_topics_actions_and_end() -> None:
    told = summary(["Where is it?", "Money back"], ["order_track", "refund"], [("Refund", "approving")])

    expected = (
        "Began with: “Where is it?”. About: order track, refund. Refund: approving. Last: “Money back”."
    )
    assert told == expected


def test_a_conversation_without_messages_has_an_empty_summary() -> None:
    assert summary([], [], []) == ""


@pytest.mark.parametrize(
    ("profile", "days"),
    [({"since": "2024-11-20"}, 366), ({"since": "2026-01-01"}, 0), ({}, None), ({"since": "?"}, None)],
)
def test_the_age_of_an_account_is_told_where_the_companys_records_say_it(
    profile: dict[str, str], days: int | None
) -> None:
    assert account_age(profile, datetime(2025, 11, 21, 9, tzinfo=UTC)) == days
