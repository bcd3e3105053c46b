"""What holds of moods and of how a conversation stands, whatever was measured."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.understanding.standing import load_standing
from graphs.assess.mood import Baseline, Phase, Voice, mood_of
from graphs.assess.sentiment import RiskSigns, deteriorated, escalation_risk, tone, trend
from graphs.assess.standing import Ending
from graphs.assess.urgency import urgency
from graphs.draft import Draft, Reply
from tests.chaos.inbox import open_inbox
from tests.talk import Talk
from tests.unit.books.altered import shop_book

BOOK = shop_book()
MODEL = load_standing()
SCORES = st.floats(-1, 1)
MEASURED = SCORES.map(lambda score: round(score, 4))
SHARES = st.floats(0, 1)
VOICES = st.none() | st.builds(
    Voice, pitch_variance=SHARES, speaking_rate=SHARES, pauses=SHARES, volume=SHARES
)
HABITS = st.builds(Baseline, mean=SCORES, count=st.integers(0, 200))
PHASES = st.sampled_from(["opening", "middle", "closing"])
MILD = st.floats(-0.25, 1.0).map(lambda score: round(score, 2))
"""No person is called at such a score, whatever it was before."""
SIGNS = st.lists(st.sampled_from(sorted(MODEL.cues)), max_size=4, unique=True)
many = settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@many
@given(text=SCORES, voice=VOICES, phase=PHASES, baseline=HABITS)
def test_a_weighed_mood_is_a_score_and_outrage_stays_outrage(
    text: float, voice: Voice | None, phase: Phase, baseline: Baseline
) -> None:
    """Feature: omnichannel-cx-platform, Property 7: Sentiment Score Range."""
    mood = mood_of(text, voice=voice, phase=phase, baseline=baseline, thresholds=BOOK.thresholds)
    assert -1 <= mood.score <= 1
    if text < BOOK.thresholds.sentiment_person:
        assert mood.score < BOOK.thresholds.sentiment_person
    if text == 0 and voice is None:
        assert abs(mood.score) <= BOOK.thresholds.baseline_share


@many
@given(
    text=st.floats(-1, -0.6, exclude_max=True),
    voice=VOICES,
    phase=PHASES,
    baseline=HABITS,
    category=st.sampled_from(["inquiry", "complaint", "request", "feedback", "escalation"]),
    words=st.text(max_size=60),
    vip=st.booleans(),
)
def test_a_bad_mood_makes_urgent_however_it_was_weighed(
    text: float, voice: Voice | None, phase: Phase, baseline: Baseline, category: str, words: str, vip: bool
) -> None:
    """Feature: omnichannel-cx-platform, Property 8: Negative Sentiment Urgency Boost."""
    mood = mood_of(text, voice=voice, phase=phase, baseline=baseline, thresholds=BOOK.thresholds)
    weighed = urgency(sentiment=mood.score, category=category, tier="gold", text=words, vip=vip)
    plain = urgency(sentiment=0.0, category=category, tier="gold", text=words, vip=vip)
    assert weighed.raw > plain.raw


@many
@given(scores=st.lists(MEASURED, min_size=1, max_size=4))
async def test_every_score_is_recorded_with_its_time(
    database: str, tmp_path: Path, scores: list[float]
) -> None:
    """Feature: omnichannel-cx-platform, Property 9: Sentiment History Tracking."""
    async with open_inbox(database, tmp_path) as inbox:
        conversation, times = "", []
        for score in scores:
            inbox.clock.passes(60)
            conversation = (await inbox.writes("hello")).conversation_id
            claim = await inbox.takes(conversation)
            times.append(inbox.clock())
            await inbox.commits(claim, Draft(sentiment=score, replies=[Reply(text="Hello.")]))
        inbound = [one for one in await inbox.timeline(conversation) if one.direction == "inbound"]
        recorded = [one.sentiment for one in inbound if one.sentiment is not None]
        assert recorded == pytest.approx(scores, abs=1e-6)
        assert [one.timestamp for one in inbound] == times
        assert trend(recorded) == pytest.approx(trend(scores), abs=1e-5)


@many
@given(scores=st.lists(MILD, min_size=2, max_size=5))
async def test_a_fall_between_two_messages_is_flagged_and_highlighted(scores: list[float]) -> None:
    """Feature: omnichannel-cx-platform, Property 10: Sentiment Deterioration Detection."""
    talk, felt = Talk(), []
    for score in scores:
        talk.interpreter.sentiment = score
        draft = await talk.say("where is my order #1042?")
        assert draft.sentiment is not None
        felt.append(draft.sentiment)
        fell = deteriorated(felt[-2:], BOOK.thresholds.drop_flagged)
        assert ("sentiment_drop" in draft.flags) is fell
        if draft.hand_off is None:
            assert (draft.highlight == "drop") is fell
        else:
            break


@many
@given(confidence=st.floats(0.85, 1, exclude_min=True), sentiment=MILD)
async def test_a_surely_known_pattern_is_automated(confidence: float, sentiment: float) -> None:
    """Feature: omnichannel-cx-platform, Property 24: High Confidence Automation."""
    talk = Talk()
    talk.interpreter.confidence, talk.interpreter.sentiment = confidence, sentiment
    draft = await talk.say("where is my order #1042?")
    assert talk.why("route")["kind"] == "automate"
    assert draft.hand_off is None
    assert draft.replies


@many
@given(scores=st.lists(SCORES, max_size=12), slope=st.floats(-0.4, 0.4), start=st.floats(-0.2, 0.2))
def test_a_trend_sees_the_last_five_and_follows_a_straight_line(
    scores: list[float], slope: float, start: float
) -> None:
    line = [start + slope * step for step in range(5)]
    assert trend([*scores, *line]) == pytest.approx(slope, abs=1e-9)
    assert trend(scores) == trend(scores[-5:])


@many
@given(
    sentiment=SCORES,
    frustration=SHARES,
    slope=SCORES,
    turns=st.integers(0, 40),
    same=st.integers(0, 6),
    failures=st.integers(0, 4),
)
def test_risk_is_a_share_that_no_worse_sign_lowers(
    sentiment: float, frustration: float, slope: float, turns: int, same: int, failures: int
) -> None:
    def risk(score: float, failed: int) -> float:
        signs = RiskSigns(
            sentiment=score,
            frustration=frustration,
            trend=slope,
            turns=turns,
            same_intent=same,
            action_failures=failed,
        )
        return escalation_risk(signs)

    assert 0 <= risk(sentiment, failures) <= 1
    assert risk(-1.0, failures) >= risk(sentiment, failures)
    assert risk(sentiment, failures + 1) >= risk(sentiment, failures)
    assert tone(sentiment) in {"friendly", "neutral", "empathetic", "apologetic"}


@many
@given(
    text=st.text(max_size=200),
    earlier=st.lists(SIGNS, max_size=6),
    spoke=st.sampled_from(["asked", "told", ""]),
    mood=SCORES,
    vector=st.none() | st.lists(st.floats(-1, 1), min_size=384, max_size=384),
)
def test_a_standing_is_two_shares_whatever_was_said(
    text: str, earlier: list[list[str]], spoke: str, mood: float, vector: list[float] | None
) -> None:
    standing = MODEL.standing(
        Ending(
            text=text,
            signs=MODEL.signs(text),
            earlier=earlier,
            spoke=spoke,  # type: ignore[arg-type]
            mood=mood,
            vector=vector,
        )
    )
    assert 0 <= standing.resolution <= 1
    assert 0 <= standing.escalation <= 1
