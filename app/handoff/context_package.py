"""What a person gets to read when a conversation is handed over: complete, validated, on one screen."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from app.conversations.reasons import ReasonKind

Trend = Literal["improving", "stable", "declining"]
Priority = Literal["urgent", "high", "normal"]
STEADY = 0.15
"""Changes of sentiment up to this are noise."""


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class TriggerPart(_Part):
    """Why the conversation is handed over."""

    type: ReasonKind
    details: str = Field(min_length=1)
    confidence_at_trigger: float | None = Field(default=None, ge=0, le=1)
    ai_recommendation: str


class CustomerPart(_Part):
    """Who writes; None where the company's systems did not say."""

    name: str
    email: str | None
    tier: str
    lifetime_value: float | None = None
    account_age_days: int | None = Field(default=None, ge=0)
    recent_purchases: int | None = Field(default=None, ge=0)
    previous_escalations: int = Field(ge=0)
    preferred_language: str


class MessagePart(_Part):
    """One message, as it was said."""

    role: Literal["customer", "assistant", "agent", "system"]
    content: str
    timestamp: AwareDatetime
    sentiment: float | None = Field(default=None, ge=-1, le=1)


class ConversationPart(_Part):
    """What was said, in full, and what it was about."""

    started_at: AwareDatetime
    duration_minutes: int = Field(ge=0)
    message_count: int = Field(ge=0)
    primary_intent: str | None
    secondary_intents: Sequence[str]
    messages: Sequence[MessagePart]
    extracted_entities: Mapping[str, str | int | float | bool]


class ScorePart(_Part):
    """The sentiment of one message."""

    timestamp: AwareDatetime
    score: float = Field(ge=-1, le=1)


class SentimentPart(_Part):
    """How the customer feels, and which way it goes."""

    current: float = Field(ge=-1, le=1)
    trend: Trend
    timeline: Sequence[ScorePart]
    emotions: Mapping[str, float] = Field(default_factory=dict)


class ActionPart(_Part):
    """One action the assistant tried."""

    action: str
    status: str
    result: str | None = None
    error: str | None = None


class RoutingPart(_Part):
    """Who should take it."""

    required_skills: Sequence[str]
    preferred_language: str
    priority: Priority
    customer_tier_boost: bool


class ContextPackage(_Part):
    """Everything about a handed-over conversation, in the shape people and programs agreed on."""

    handoff_id: str
    conversation_id: str
    customer_id: str
    channel: str
    timestamp: AwareDatetime
    trigger: TriggerPart
    customer: CustomerPart
    conversation: ConversationPart
    sentiment: SentimentPart
    actions_attempted: Sequence[ActionPart]
    ai_suggestions: Sequence[str]
    routing: RoutingPart


def trend_of(scores: Sequence[float]) -> Trend:
    """Say which way sentiment goes, from the first half of the scores to the second."""
    if len(scores) < 2:
        return "stable"
    half = len(scores) // 2
    change = sum(scores[half:]) / (len(scores) - half) - sum(scores[:half]) / half
    if abs(change) <= STEADY:
        return "stable"
    return "improving" if change > 0 else "declining"


def sentiment_part(
    messages: Sequence[MessagePart], emotions: Mapping[str, float] | None = None
) -> SentimentPart:
    """Draw the timeline from the messages that have a score."""
    scored = [
        ScorePart(timestamp=message.timestamp, score=message.sentiment)
        for message in messages
        if message.sentiment is not None
    ]
    current = scored[-1].score if scored else 0.0
    trend = trend_of([point.score for point in scored])
    return SentimentPart(current=current, trend=trend, timeline=scored, emotions=emotions or {})


def conversation_part(
    started_at: datetime,
    now: datetime,
    messages: Sequence[MessagePart],
    intents: Sequence[str],
    entities: Mapping[str, str | int | float | bool],
) -> ConversationPart:
    """Put together what was said; the last intent is the primary one, earlier ones follow once each."""
    latest_first = list(dict.fromkeys(reversed(intents)))
    return ConversationPart(
        started_at=started_at,
        duration_minutes=max(0, int((now - started_at).total_seconds() // 60)),
        message_count=len(messages),
        primary_intent=latest_first[0] if latest_first else None,
        secondary_intents=latest_first[1:],
        messages=messages,
        extracted_entities=entities,
    )


_ADVICE: Mapping[ReasonKind, str] = {
    "approval": "Decide the action that waits.",
    "asked": "Say who you are and take up the last question.",
    "safety": "Answer the safety question first; nothing else matters before it.",
    "sentiment": "Say what went wrong before offering anything.",
    "unsure": "Ask what the customer needs in one plain question.",
    "complex": "Take your time; this kind of question is always for a person.",
    "language": "Answer in the customer's language, or bring somebody who writes it.",
    "vip": "Answer personally; this customer's questions are not guessed at.",
    "attempts": "Do not repeat what was tried; choose another way.",
    "rail": "Write the answer yourself; the assistant's draft was stopped.",
    "failure": "Check what the failed step left behind before trying again.",
    "taken_over": "Go on from the last message.",
}


def suggestions(reason: ReasonKind, actions: Sequence[ActionPart]) -> list[str]:
    """Advise the person: what the reason asks for, then what open actions ask for."""
    open_ones = [f"Settle: {part.action} ({part.status})." for part in actions if part.status in OPEN_ACTIONS]
    return [_ADVICE[reason], *open_ones]


OPEN_ACTIONS = ("proposed", "confirming", "queued", "approving", "running", "unknown")
