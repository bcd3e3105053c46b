"""How unseen lines are graded: facts and wishes stay flat, rage does not, praise may be meant otherwise."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from frontdesk_nlu.encoding.encoder import WrongFile, load_encoder
from frontdesk_nlu.model.folder import ModelFolder
from frontdesk_nlu.mood import shipped
from frontdesk_nlu.mood.lines import BadLines, mood_lines
from frontdesk_nlu.mood.mood import BOUNDS, EMOTIONS, LABELS, Mood, label_of
from frontdesk_nlu.mood.shipped import shipped_model
from frontdesk_nlu.mood.sources import BadReviews, rated
from frontdesk_nlu.mood.wording import READ, wording
from frontdesk_nlu.reading.text import READ_CHARS, prepared, readable
from frontdesk_nlu.serving.interpreter import Interpreter

BANDS: Mapping[str, Any] = yaml.safe_load((Path(__file__).parent / "moods.yaml").read_text("utf-8"))
PERSON_BELOW = -0.6
"""The book's `sentiment_person`."""
BALANCE, LOWEST_CHARGE, SHOUTING = 0, 5, 6


Feel = Callable[[str], Mood]


@pytest.fixture(scope="module")
def feel(model_folder: Path) -> Feel:
    """Rate a text as the served model does, with its encoder and nothing else of it."""
    encoder = load_encoder(ModelFolder(model_folder).encoder)
    model = shipped_model()

    def rate(text: str) -> Mood:
        read = readable(text)[:READ_CHARS]
        return model.feel(read, encoder.encode(prepared(read)))

    return rate


def scores(feel: Feel, band: str) -> Mapping[str, float]:
    """Grade every unseen line of a band."""
    return {text: feel(text).score for text in BANDS[band]["lines"]}


def test_no_unseen_line_was_learnt_from() -> None:
    learnt = {prepared(line.text).casefold() for line in mood_lines()}
    unseen = [prepared(text).casefold() for band in BANDS.values() for text in band["lines"]]
    assert learnt.isdisjoint(unseen), learnt.intersection(unseen)
    assert len(set(unseen)) == len(unseen) >= 90


def test_there_are_lines_enough_and_every_label_and_emotion_is_shown() -> None:
    lines = mood_lines()
    assert len(lines) >= 2_500
    assert {line.label for line in lines} == set(LABELS)
    assert set().union(*(line.emotions for line in lines)) == set(EMOTIONS)


@pytest.mark.parametrize("band", list(BANDS))
def test_unseen_lines_fall_into_their_band(feel: Feel, band: str) -> None:
    lowest, highest = BANDS[band]["band"]
    outside = {text: score for text, score in scores(feel, band).items() if not lowest <= score <= highest}
    assert len(outside) <= BANDS[band].get("misses", 0), outside


@pytest.mark.parametrize(
    "text",
    [
        "give me my money back",
        "it came with a crack. I want my money back",
        "I want my money back",
        "It arrived broken",
        "My lamp is broken",
        "I want a refund",
        "the glass is cracked",
        "where is my parcel, it is late",
    ],
)
def test_a_wish_or_a_fact_alone_is_no_anger(feel: Feel, text: str) -> None:
    mood = feel(text)
    assert -0.25 <= mood.score <= 0.05, mood
    assert mood.emotions["anger"] < 0.3


@pytest.mark.parametrize(
    "text",
    [
        "this is the worst service ever, I am furious, give me my money back NOW!!!",
        "you are useless thieves",
        "nobody answers and the lamp is broken, I am absolutely livid!!",
    ],
)
def test_the_same_wish_in_rage_brings_a_person(feel: Feel, text: str) -> None:
    assert feel(text).score < PERSON_BELOW


def test_disappointment_is_neither_flat_nor_rage(feel: Feel) -> None:
    score = feel("I am really disappointed with the lamp").score
    assert PERSON_BELOW < score < -0.4


@pytest.mark.parametrize(
    ("text", "shown", "absent"),
    [
        ("you are a pack of lying thieves", "anger", "satisfaction"),
        ("I do not understand which of the two numbers you mean", "confusion", "anger"),
        ("I need an answer within the next hour please", "urgency", "satisfaction"),
        ("thank you so much, that was kind", "satisfaction", "frustration"),
        ("this is the fourth time I explain it and nobody listens", "frustration", "satisfaction"),
    ],
)
def test_the_emotion_that_is_shown_is_rated_above_the_one_that_is_not(
    feel: Feel, text: str, shown: str, absent: str
) -> None:
    emotions = feel(text).emotions
    assert emotions[shown] > 0.5 > emotions[absent], emotions


ODD = {
    "empty": "",
    "space": " ",
    "mark": "?",
    "marks": "!" * 5_000,
    "emoji flood": "🎉" * 3_000,
    "one long word": "a" * 100_000,
    "invisible": "\u202e\u200b",
    "half a character": "\ud83d thanks",
}


@pytest.mark.parametrize("text", ODD.values(), ids=ODD)
def test_any_text_has_a_score_a_label_and_a_confidence(feel: Feel, text: str) -> None:
    mood = feel(text)
    assert -1 <= mood.score <= 1
    assert mood.label == label_of(mood.score)
    assert 1 / 3 <= mood.confidence <= 1


def test_what_is_served_is_what_the_shipped_weights_say(interpreter: Interpreter, feel: Feel) -> None:
    text, mood = "thanks, that was quick", feel("thanks, that was quick")
    assert interpreter.parse(text)["sentiment"] == {
        "score": mood.score,
        "label": mood.label,
        "confidence": mood.confidence,
    }


def test_labels_are_ranges_of_the_score() -> None:
    edges = [-1.0, -0.601, *BOUNDS, 1.0]
    assert [label_of(edge) for edge in edges] == [
        "very_negative",
        "very_negative",
        "negative",
        "neutral",
        "positive",
        "very_positive",
        "very_positive",
    ]


def test_the_same_complaint_is_likelier_meant_as_one_in_public(feel: Feel) -> None:
    private = feel("my parcel is still at the depot").score
    public = feel("@kesselbirch my parcel is still at the depot").score
    assert public < private


def test_a_denial_does_not_reach_into_the_next_clause() -> None:
    angry, pleased = (
        wording("you do nothing, I am furious").signs[BALANCE],
        wording("no, that is great").signs[BALANCE],
    )
    assert angry < 0 < pleased


def test_a_denial_still_turns_its_own_clause() -> None:
    assert wording("that is not great").signs[BALANCE] < 0
    assert "great~" in wording("that isn't great").grams


def test_what_stands_before_a_but_counts_less_than_what_stands_behind_it() -> None:
    assert wording("the lamp is nice but the delivery was terrible").signs[BALANCE] < 0
    assert wording("the delivery was terrible but the lamp is nice").signs[LOWEST_CHARGE] > -0.5


def test_only_prevailing_capitals_are_shouting() -> None:
    assert wording("WHERE IS MY ORDER").signs[SHOUTING] == 1
    assert wording("my IBAN is with the VAT number").signs[SHOUTING] == 0


def test_handles_hashtags_numbers_and_drawn_out_words_are_folded() -> None:
    assert {"@", "fail", "0000", "soo"} <= set(wording("@kesselbirch soooooo late #fail 1042").grams)


def test_a_long_text_costs_no_more_than_its_beginning() -> None:
    assert wording("no good. " * 100_000).grams == wording(("no good. " * 100_000)[:READ]).grams


def test_weights_that_are_not_the_named_ones_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    changed = tmp_path / "weights.npz"
    changed.write_bytes(shipped.WEIGHTS.read_bytes() + b" ")
    monkeypatch.setattr(shipped, "WEIGHTS", changed)
    with pytest.raises(WrongFile, match="sha256"):
        shipped_model.__wrapped__()


def test_a_line_with_a_label_that_does_not_exist_is_refused(tmp_path: Path) -> None:
    (tmp_path / "bad.yaml").write_text("groups:\n  - label: cross\n    lines: |\n      hm\n")
    with pytest.raises(BadLines, match=r"bad\.yaml: group 'cross'"):
        mood_lines(tmp_path)


def test_a_rated_text_that_cannot_be_read_names_its_line(tmp_path: Path) -> None:
    reviews = tmp_path / "reviews.jsonl"
    reviews.write_text('{"text": "good", "label": "positive"}\n{"text": "so so", "label": "mixed"}\n')
    with pytest.raises(BadReviews, match=r"reviews\.jsonl:2: label 'mixed'"):
        rated(reviews)
