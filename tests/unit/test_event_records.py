"""Records of the event log: every event of a conversation is measured, whatever else is missing."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from app.conversations.feed.event import Cursor, Event
from app.eventlog.telling import Around, Spoken, told

NOW = datetime(2026, 1, 15, 10, 30, tzinfo=UTC)
KINDS = {
    "message.received": "message.received",
    "reply.committed": "message.sent",
    "handoff.requested": "conversation.escalated",
    "conversation.resolved": "conversation.resolved",
}
channels = st.sampled_from(["web", "email", "sms", "whatsapp", "voice"])


def event(kind: str, **facts: object) -> Event:
    return Event(cursor=Cursor(xact=1, event_id=7), type=kind, conversation_id="cnv_1", at=NOW, facts=facts)


@given(
    kind=st.sampled_from(sorted(KINDS)),
    channel=channels,
    ms=st.floats(0, 1e6, allow_nan=False),
    costs=st.lists(st.floats(0, 1), max_size=4),
    said=st.lists(st.text(min_size=1, max_size=40), max_size=3),
)
def test_every_event_is_recorded_with_its_channel_its_time_and_its_outcome(
    kind: str, channel: str, ms: float, costs: list[float], said: list[str]
) -> None:
    """Feature: omnichannel-cx-platform, Property 46: Metrics Collection."""
    trace = {"models": [{"model": f"m{n}", "cost_usd": cost} for n, cost in enumerate(costs)]}
    spoken = [
        Spoken(entry_id=f"e{n}", text=text, inbound=False, sender="assistant") for n, text in enumerate(said)
    ]
    around = Around(customer_id="cus_1", channel=channel, session_no=2, trace=trace, ms=ms, spoken=spoken)

    record = told(event(kind, seq=3, thread_id="cnv_1", reason="asked"), around)

    assert record.event_type == KINDS[kind]
    assert (record.channel, record.customer_id, record.session_id) == (channel, "cus_1", "cnv_1:2")
    assert record.metadata.latency_ms == round(ms, 2)
    assert abs(record.metadata.cost_usd - sum(costs)) < 1e-6
    assert record.metadata.model_used == (f"m{len(costs) - 1}" if costs else None)
    assert (record.response.content if record.response else "") == "\n".join(said)


@given(score=st.floats(-1, 1))
def test_a_mood_is_named_by_its_sign_and_near_to_nothing_is_neutral(score: float) -> None:
    trace = {"understanding": {"intent": "x", "confidence": 0.5, "sentiment": score}}
    record = told(event("message.received", seq=1), Around(trace=trace))
    assert record.nlu is not None
    assert record.nlu.sentiment is not None
    wanted = "neutral" if abs(score) < 0.2 else "positive" if score > 0 else "negative"
    assert record.nlu.sentiment.label == wanted


def test_what_is_not_known_of_an_event_is_empty_and_nothing_is_made_up() -> None:
    record = told(event("conversation.resolved"), Around())
    assert record.message is record.nlu is record.action is record.response is record.session_id is None
    assert record.metadata.latency_ms is None
