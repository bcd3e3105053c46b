"""How a conversation stands: the shipped words and weights, and what the graph makes of the judgement."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest

from app.understanding.standing import load_standing
from graphs.assess.standing import (
    Ending,
    Side,
    Spoke,
    Standing,
    StandingModel,
    failing,
    features_of,
    place_of,
)
from graphs.draft import ActionChange
from tests.talk import Talk

MODEL = load_standing()


def judge(
    text: str,
    *,
    earlier: Sequence[str] = (),
    spoke: Spoke = "told",
    mood: float = 0.0,
    frustration: float = 0.0,
) -> Standing:
    """Judge by the words alone, as where no vector came."""
    ending = Ending(
        text=text,
        signs=MODEL.signs(text),
        earlier=[sorted(MODEL.signs(one)) for one in earlier],
        spoke=spoke,
        mood=mood,
        frustration=frustration,
    )
    return MODEL.standing(ending)


def test_a_hopeful_question_goes_on() -> None:
    standing = judge("does that mean it's fixed now?", earlier=["my login was broken"])
    assert standing.resolution > 0.5
    assert standing.escalation < 0.1


def test_who_tried_everything_needs_a_person() -> None:
    standing = judge("i've tried everything you said and it still doesn't work", mood=-0.5, frustration=0.7)
    assert standing.resolution < 0.2
    assert standing.escalation > 0.8


@pytest.mark.parametrize("text", ["which button?", "4417", "ok one moment", "is it oiled or varnished?"])
def test_while_work_goes_on_nobody_is_called(text: str) -> None:
    standing = judge(text)
    assert standing.escalation < 0.3
    assert standing.resolution < 0.5


def test_the_same_words_weigh_more_after_earlier_failures() -> None:
    once = judge("no change")
    again = judge("no change", earlier=["still dead", "changed it, still dead"])
    assert again.escalation > once.escalation


def test_signs_are_named() -> None:
    assert {"still", "exhausted"} <= MODEL.signs("I've tried everything you said and it still doesn't work")
    assert failing(MODEL.signs("same error again"))
    assert not failing(MODEL.signs("that solved it, thanks"))
    assert MODEL.signs("") == frozenset()


def test_a_sign_that_is_taken_back_does_not_count() -> None:
    assert "person" in MODEL.signs("let me have a human")
    assert "person" not in MODEL.signs("I would not want to talk to your colleague about a mug")
    assert "content" not in MODEL.signs("well, thanks a lot for nothing at all")


def test_a_vector_of_another_length_is_left_out() -> None:
    side = Side(0.0, {}, (1.0, 1.0))
    assert side.confidence({}, place_of([1.0, 1.0])) > 0.8
    assert side.confidence({}, place_of([1.0])) == 0.5
    assert side.confidence({}, None) == 0.5


def test_features_name_what_was_seen() -> None:
    ending = Ending(
        text="why?", signs=frozenset({"still"}), earlier=[["still"], []], spoke="asked", mood=-0.5
    )
    assert features_of(ending) == {
        "says_still": 1.0,
        "asked": 1.0,
        "messages": 1.0,
        "failed_before": 0.5,
        "fails_again": 1.0,
        "mood": -0.5,
        "question": 1.0,
        "length": 1 / 30,
    }


@dataclass
class Scripted:
    """A large model that says what a test told it."""

    standing: Standing | None
    asked: list[str] = field(default_factory=list)

    async def judge(self, tenant_id: str, conversation_id: str, says: str) -> Standing | None:
        """Answer as told."""
        self.asked.append(says)
        return self.standing


def always(escalation: float, resolution: float) -> StandingModel:
    """Weights that always come to the same."""

    def side(share: float) -> Side:
        odds = {0.95: 3.0, 0.5: 0.0, 0.05: -3.0}[share]
        return Side(odds, {}, ())

    return StandingModel(cues=MODEL.cues, undoes={}, resolution=side(resolution), escalation=side(escalation))


async def test_a_conversation_that_cannot_be_helped_goes_to_a_person_by_rule_nine() -> None:
    talk = Talk()
    talk.use(standing=always(0.95, 0.05))
    draft = await talk.say("where is my order #1042?")
    assert draft.hand_off is not None
    assert (draft.hand_off.rule, draft.hand_off.kind) == (9, "attempts")


async def test_one_that_is_settled_does_not() -> None:
    talk = Talk()
    talk.use(standing=always(0.95, 0.95))
    assert (await talk.say("where is my order #1042?")).hand_off is None


async def test_an_open_judgement_is_left_to_the_large_model() -> None:
    large = Scripted(Standing(resolution=0.1, escalation=0.95))
    talk = Talk()
    talk.use(standing=always(0.5, 0.05), judge=large)
    assert (await talk.say("where is my order #1042?")).hand_off is None, "at first nothing is tried yet"
    draft = await talk.say("where is my order #1077?")
    assert large.asked == ["where is my order #1077?"]
    assert draft.hand_off is not None
    assert draft.hand_off.rule == 9


async def test_a_large_model_that_does_not_answer_changes_nothing() -> None:
    talk = Talk()
    talk.use(standing=always(0.5, 0.05), judge=Scripted(None))
    await talk.say("where is my order #1042?")
    assert (await talk.say("where is my order #1077?")).hand_off is None


async def test_answers_that_do_not_help_are_counted_until_a_person_is_called() -> None:
    talk = Talk()
    talk.use(standing=always(0.05, 0.05))
    await talk.say("where is my order #1042?")
    handed = [
        (await talk.say("where is it, that did not help, still nothing")).hand_off is not None
        for _ in range(3)
    ]
    assert handed == [False, False, True]


async def test_a_failed_action_raises_the_risk_until_a_person_dealt_with_it() -> None:
    talk = Talk()
    await talk.say("where is my order #1042?")
    assert talk.why("route")["risk"] == 0.0
    talk.ended(ActionChange(action_id="conv:action:1", state="failed"))
    await talk.say("where is my order #1042?")
    assert talk.why("route")["risk"] == 0.1


async def test_the_why_tells_what_a_score_is_made_of() -> None:
    talk = Talk()
    talk.interpreter.sentiment = -0.2
    await talk.say("where is my order #1042?")
    mood = talk.why("understanding")["mood"]
    assert (mood["text"], mood["phase"], mood["voice"]) == (-0.2, "opening", 0.0)
    assert mood["score"] == talk.why("understanding")["sentiment"] == -0.18
    assert set(talk.why("route")["standing"]) == {"resolution", "escalation", "by"}


async def test_a_habit_is_kept_once_it_moved() -> None:
    talk = Talk()
    talk.interpreter.sentiment = -0.2
    kept = [(await talk.say("where is my order #1042?")).baseline for _ in range(3)]
    assert kept[:2] == [None, None]
    assert kept[2] is not None
    assert (round(kept[2].mean, 2), kept[2].count) == (-0.2, 3)
    assert talk.last is not None
    assert talk.last.profile is not None
    assert talk.last.profile.baseline == kept[2]
