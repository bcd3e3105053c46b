"""Moods: what the words, the voice, the moment and the habit each do to a score, and the risk made of it."""

from dataclasses import replace

import pytest

from graphs.assess.mood import (
    UNKNOWN,
    Baseline,
    Mood,
    Phase,
    Voice,
    mood_of,
    phase_of,
    voice_modifier,
    worth_keeping,
)
from graphs.assess.sentiment import RiskSigns, deteriorated, direction, escalation_risk, tone, trend
from tests.unit.books.altered import library_book

THRESHOLDS = library_book().thresholds
UPSET = Voice(pitch_variance=1.0, speaking_rate=1.0, pauses=1.0, volume=1.0)
CALM = RiskSigns(sentiment=0.0, frustration=0.0, trend=0.0, turns=1, same_intent=1, action_failures=0)


def mood(
    text: float, voice: Voice | None = None, phase: Phase = "middle", baseline: Baseline = UNKNOWN
) -> Mood:
    return mood_of(text, voice=voice, phase=phase, baseline=baseline, thresholds=THRESHOLDS)


def test_text_alone_in_the_middle_is_taken_as_it_was_measured() -> None:
    assert mood(-0.4).score == -0.4
    assert mood(0.7).score == 0.7


def test_an_upset_voice_takes_three_tenths_at_most() -> None:
    assert voice_modifier(UPSET, 0.3) == pytest.approx(0.3)
    assert mood(0.0, UPSET).score == pytest.approx(-0.3)
    assert mood(0.0, UPSET).voice == pytest.approx(-0.3)


def test_each_sign_of_a_voice_counts() -> None:
    for sign in ("pitch_variance", "speaking_rate", "pauses", "volume"):
        assert 0 < voice_modifier(replace(Voice(), **{sign: 1.0}), 0.3) < 0.3


def test_without_a_voice_nothing_is_added() -> None:
    assert voice_modifier(None, 0.3) == 0.0
    assert voice_modifier(Voice(), 0.3) == 0.0


def test_an_excited_voice_speaks_for_a_good_mood() -> None:
    assert mood(0.5, UPSET).score == pytest.approx(0.8)


def test_a_mild_complaint_counts_less_at_first_and_more_at_last() -> None:
    assert mood(-0.4, phase="opening").score == pytest.approx(-0.36)
    assert mood(-0.4, phase="closing").score == pytest.approx(-0.44)


def test_the_phase_follows_the_messages_and_the_farewell() -> None:
    assert [phase_of(messages=count, closes=False) for count in (1, 2, 3, 9)] == [
        "opening",
        "opening",
        "middle",
        "middle",
    ]
    assert phase_of(messages=1, closes=True) == "closing"


def test_who_always_sounds_gruff_is_taken_less_seriously_and_who_is_always_kind_more() -> None:
    gruff, kind = Baseline(mean=-0.5, count=20), Baseline(mean=0.5, count=20)
    assert mood(-0.4, baseline=gruff).score == pytest.approx(-0.3)
    assert mood(-0.4, baseline=kind).score == pytest.approx(-0.5)


def test_a_habit_of_a_single_message_hardly_counts() -> None:
    assert mood(0.0, baseline=Baseline(mean=-1.0, count=1)).score == pytest.approx(0.02)


def test_neither_phase_nor_habit_explains_outrage_away() -> None:
    gruff = Baseline(mean=-1.0, count=50)
    assert mood(-0.7, phase="opening", baseline=gruff).score == -0.7


def test_a_baseline_is_the_mean_of_what_was_read() -> None:
    assert Baseline().with_scores([0.2, 0.4, -0.6]) == Baseline(mean=0.0, count=3)


def test_a_baseline_is_kept_when_it_moved_or_after_many_messages() -> None:
    kept = Baseline(mean=0.0, count=20)
    assert not worth_keeping(kept, kept.with_scores([0.05, 0.0]))
    assert not worth_keeping(kept, kept.with_scores([-0.9, -0.9]))
    assert worth_keeping(kept, kept.with_scores([-0.9] * 3))
    assert worth_keeping(kept, kept.with_scores([0.0] * 10))


def test_the_trend_is_the_slope_of_the_last_five() -> None:
    assert trend([0.9, -0.9, 0.4, 0.3, 0.2, 0.1, 0.0]) == pytest.approx(-0.1)
    assert trend([]) == 0.0
    assert [direction(slope) for slope in (0.2, 0.0, -0.2)] == ["improving", "stable", "declining"]


def test_a_fall_between_neighbours_is_found_a_slow_one_is_not() -> None:
    assert deteriorated([0.1, 0.1, -0.3], 0.3)
    assert not deteriorated([0.3, 0.0, -0.3, -0.6], 0.3)
    assert not deteriorated([0.5], 0.3)


@pytest.mark.parametrize(
    ("changed", "risk"),
    [
        ({"sentiment": -0.41}, 0.25),
        ({"frustration": 0.61}, 0.20),
        ({"trend": -0.11}, 0.20),
        ({"turns": 9}, 0.10),
        ({"same_intent": 3}, 0.15),
        ({"action_failures": 1}, 0.10),
    ],
)
def test_each_risk_factor_has_its_own_weight(changed: dict[str, float], risk: float) -> None:
    assert escalation_risk(CALM) == 0.0
    assert escalation_risk(replace(CALM, **changed)) == pytest.approx(risk)  # type: ignore[arg-type]


def test_all_risk_factors_together_are_certainty() -> None:
    worst = RiskSigns(sentiment=-1, frustration=1, trend=-1, turns=9, same_intent=3, action_failures=1)
    assert escalation_risk(worst) == pytest.approx(1.0)


def test_the_tone_follows_the_score() -> None:
    scores = (0.31, 0.3, 0.0, -0.29, -0.3, -0.59, -0.6, -1.0)
    assert [tone(score) for score in scores] == [
        "friendly",
        "neutral",
        "neutral",
        "neutral",
        "empathetic",
        "empathetic",
        "apologetic",
        "apologetic",
    ]
