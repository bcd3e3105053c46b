"""Context packages: the agreed structure, and what would be missed if it were not there."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from app.handoff.context_package import (
    ActionPart,
    ContextPackage,
    CustomerPart,
    MessagePart,
    RoutingPart,
    TriggerPart,
    conversation_part,
    sentiment_part,
)
from app.handoff.external.salesiq import MOST_CHARS, history
from app.handoff.packages.complete import gaps_in
from app.handoff.packages.store import as_yaml, from_yaml

NOON = datetime(2026, 1, 15, 12, tzinfo=UTC)
STRUCTURE = {
    "handoff_id": None,
    "conversation_id": None,
    "customer_id": None,
    "channel": None,
    "timestamp": None,
    "trigger": ["type", "details", "confidence_at_trigger", "ai_recommendation"],
    "customer": [
        *("name", "email", "tier", "lifetime_value", "account_age_days", "recent_purchases"),
        *("previous_escalations", "preferred_language"),
    ],
    "conversation": [
        *("started_at", "duration_minutes", "message_count", "primary_intent", "secondary_intents"),
        *("messages", "extracted_entities"),
    ],
    "sentiment": ["current", "trend", "timeline", "emotions"],
    "actions_attempted": None,
    "ai_suggestions": None,
    "routing": ["required_skills", "preferred_language", "priority", "customer_tier_boost"],
}


def said(*texts: str) -> list[MessagePart]:
    return [
        MessagePart(
            role="assistant" if number % 2 else "customer",
            content=text,
            timestamp=NOON + timedelta(minutes=number),
            sentiment=None if number % 2 else -0.2,
        )
        for number, text in enumerate(texts)
    ]


def package(messages: list[MessagePart]) -> ContextPackage:
    return ContextPackage(
        handoff_id="hof_1",
        conversation_id="cnv_1",
        customer_id="cus_1",
        channel="web",
        timestamp=NOON + timedelta(minutes=15),
        trigger=TriggerPart(type="asked", details="asked", ai_recommendation="Say who you are."),
        customer=CustomerPart(
            name="Jörg", email=None, tier="gold", previous_escalations=0, preferred_language="en"
        ),
        conversation=conversation_part(
            NOON, NOON + timedelta(minutes=15), messages, ["refund"], {"order": "1042"}
        ),
        sentiment=sentiment_part(messages, {"frustration": 0.8}),
        actions_attempted=[ActionPart(action="refund_order", status="failed", error="failed")],
        ai_suggestions=["Say who you are."],
        routing=RoutingPart(
            required_skills=["refunds"], preferred_language="en", priority="high", customer_tier_boost=True
        ),
    )


WHOLE = package(said("Where is it?", "On its way.", "Too late!"))


def test_the_yaml_has_the_agreed_keys_in_the_agreed_order_and_no_others() -> None:
    told = yaml.safe_load(as_yaml(WHOLE))["handoff_context"]

    assert list(told) == list(STRUCTURE)
    for part, keys in STRUCTURE.items():
        if keys is not None:
            assert list(told[part]) == keys
    assert list(told["conversation"]["messages"][0]) == ["role", "content", "timestamp", "sentiment"]
    assert list(told["sentiment"]["timeline"][0]) == ["timestamp", "score"]


@example(["\x85 NEL", "\u2028", "a\r\nb", "\ufeff"])
@given(st.lists(st.text(min_size=1, max_size=80), max_size=5))
def test_whatever_was_said_comes_back_from_the_yaml_as_it_was(texts: list[str]) -> None:
    whole = package(said(*texts))
    assert from_yaml(as_yaml(whole)) == whole


def broken(**parts: dict[str, Any]) -> ContextPackage:
    """The package with some of its parts changed."""
    changed = {name: getattr(WHOLE, name).model_copy(update=update) for name, update in parts.items()}
    return WHOLE.model_copy(update=changed)


def test_a_whole_package_has_no_gap() -> None:
    assert gaps_in(WHOLE, 3) == ()


@pytest.mark.parametrize(
    ("package", "gap"),
    [
        (
            broken(conversation={"messages": WHOLE.conversation.messages[:2]}),
            "conversation.messages (2 of 3)",
        ),
        (broken(conversation={"message_count": 2}), "conversation.message_count"),
        (broken(sentiment={"timeline": []}), "sentiment.timeline"),
        (broken(sentiment={"current": 0.5}), "sentiment.current"),
        (broken(routing={"required_skills": []}), "routing.required_skills"),
        (broken(trigger={"ai_recommendation": ""}), "trigger.ai_recommendation"),
        (
            broken(conversation={"messages": WHOLE.conversation.messages[::-1]}),
            "conversation.messages (out of order)",
        ),
        (WHOLE.model_copy(update={"ai_suggestions": []}), "ai_suggestions"),
        (WHOLE.model_copy(update={"timestamp": NOON - timedelta(days=1)}), "timestamp"),
    ],
)
def test_each_part_that_is_missing_is_named(package: ContextPackage, gap: str) -> None:
    assert gaps_in(package, 3)[0] == gap


@given(st.lists(st.text(alphabet="abc \n", min_size=1, max_size=2 * MOST_CHARS), max_size=6))
def test_the_history_pushed_elsewhere_holds_every_word_in_messages_of_a_length_that_fits(
    texts: list[str],
) -> None:
    parts = history(package(said(*texts)))

    assert all(0 < len(part) <= MOST_CHARS for part in parts)
    pushed = "".join(parts).replace("\n", "")
    assert all(text.replace("\n", "") in pushed for text in texts)
