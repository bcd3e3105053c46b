"""The dialogue's nine states, whatever happens in whatever order."""

from collections import deque
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graphs.dialogue import (
    STATES,
    TRANSITIONS,
    TRIGGERS,
    Dialogue,
    Happened,
    IllegalTransition,
    State,
    Trigger,
    read_dialogue,
    shown,
    triggers_of,
    write_dialogue,
)

many = settings(max_examples=200, deadline=None)
HAPPENED = st.builds(
    Happened,
    message=st.booleans(),
    intent=st.none() | st.sampled_from(["thanks", "goodbye", "greeting", "order_track", "affirm", "deny"]),
    called=st.none() | st.sampled_from(["asked", "sentiment", "attempts", "unsure", "safety", "rail"]),
    released=st.booleans(),
    withdrawn=st.booleans(),
    option=st.none() | st.sampled_from(["wait", "callback", "ticket"]),
    collected=st.booleans(),
    asks_confirmation=st.booleans(),
    begun=st.booleans(),
    declined=st.booleans(),
    asks=st.booleans(),
    told=st.booleans(),
)


@many
@given(st.lists(st.sampled_from(TRIGGERS), max_size=30))
def test_a_dialogue_moves_only_by_the_table(triggers: list[Trigger]) -> None:
    dialogue = Dialogue()
    for seq, trigger in enumerate(triggers, start=1):
        expected = TRANSITIONS[dialogue.state].get(trigger)
        if expected is None:
            with pytest.raises(IllegalTransition, match=trigger):
                dialogue.moved(trigger, seq)
            assert dialogue.followed([trigger], seq) == dialogue
            continue
        after = dialogue.moved(trigger, seq)
        assert after.state == expected
        last = after.history[-1]
        assert (last.before, last.trigger, last.after, last.seq) == (dialogue.state, trigger, expected, seq)
        dialogue = after


@many
@given(st.lists(HAPPENED, max_size=12))
def test_every_turn_leads_along_legal_transitions_and_is_remembered(turns: list[Happened]) -> None:
    dialogue = Dialogue()
    for seq, happened in enumerate(turns, start=1):
        before = dialogue.state
        dialogue = dialogue.followed(triggers_of(dialogue.state, happened), seq)
        steps = [one for one in dialogue.history if one.seq == seq]
        assert [one.before for one in steps[:1]] in ([], [before])
        assert all(TRANSITIONS[one.before][one.trigger] == one.after for one in steps)
        assert all(one.after == other.before for one, other in pairwise(steps))
    calls = [one for one in dialogue.history if one.after == "escalation_options"]
    assert dialogue.escalation_attempts >= len(calls)
    assert read_dialogue(write_dialogue(dialogue)) == dialogue


@many
@given(st.sampled_from(STATES), HAPPENED)
def test_who_calls_for_a_person_gets_the_options_from_every_state_in_which_the_assistant_speaks(
    state: State, happened: Happened
) -> None:
    dialogue = Dialogue(state=state)
    after = dialogue.followed(triggers_of(state, Happened(called=happened.called or "asked")), 1)
    waiting = state in ("escalation_options", "escalated", "callback_collection", "ticket_collection")
    assert after.state == (state if waiting else "escalation_options")


def test_every_state_can_be_reached_and_left() -> None:
    reached, open_states = {"greeting"}, deque(["greeting"])
    while open_states:
        for after in TRANSITIONS[open_states.popleft()].values():  # type: ignore[index]
            if after not in reached:
                reached.add(after)
                open_states.append(after)
    assert reached == set(STATES) == set(TRANSITIONS)
    assert all(set(ways.values()) - {state} for state, ways in TRANSITIONS.items())


def test_whoever_a_person_talks_to_is_escalated() -> None:
    for status in ("assigned", "human_handling", "waiting"):
        assert shown("callback_collection", status) == "escalated"
    assert shown("troubleshooting", "active") == "troubleshooting"
    assert shown("escalation_options", "escalating") == "escalation_options"


@pytest.mark.parametrize(
    ("told", "states"),
    [
        (
            [Happened(intent="greeting", told=True), Happened(intent="password_reset", told=True)],
            ["issue_gathering", "troubleshooting"],
        ),
        (
            [Happened(intent="password_reset", told=True), Happened(called="asked")],
            ["troubleshooting", "escalation_options"],
        ),
        (
            [Happened(intent="refund_request", asks=True), Happened(intent="inform", asks_confirmation=True)],
            ["issue_gathering", "awaiting_confirmation"],
        ),
        (
            [Happened(intent="order_track", told=True), Happened(intent="thanks", told=True)],
            ["troubleshooting", "awaiting_confirmation"],
        ),
        (
            [Happened(intent="order_track", told=True), Happened(intent="goodbye", told=True)],
            ["troubleshooting", "resolved"],
        ),
        (
            [Happened(called="attempts"), Happened(option="callback"), Happened(collected=True)],
            ["escalation_options", "callback_collection", "resolved"],
        ),
        (
            [Happened(called="sentiment"), Happened(option="ticket"), Happened(withdrawn=True)],
            ["escalation_options", "ticket_collection", "issue_gathering"],
        ),
        (
            [Happened(called="asked"), Happened(option="wait"), Happened(message=False, released=True)],
            ["escalation_options", "escalated", "issue_gathering"],
        ),
    ],
)
def test_the_usual_ways(told: list[Happened], states: list[str]) -> None:
    dialogue, seen = Dialogue(), []
    for seq, happened in enumerate(told, start=1):
        dialogue = dialogue.followed(triggers_of(dialogue.state, happened), seq)
        seen.append(dialogue.state)
    assert seen == states
