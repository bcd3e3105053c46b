"""After each turn: where the dialogue stands now, and which buttons count from here on."""

from typing import Any

from graphs.dialogue import Dialogue, Happened, read_dialogue, triggers_of, write_dialogue
from graphs.draft import Notice, Reply
from graphs.events import CustomerSays, Released
from graphs.options import offer_options
from graphs.state import ConversationState
from graphs.turn import Turn

NO = frozenset({"deny", "stop"})
OLD_BUTTON = "button_old"
IN_PASSING = frozenset(
    {
        "greeting",
        "bot_challenge",
        "input_refused",
        "effect_waits",
        "no_answer",
        "deny_nothing",
        "affirm_nothing",
    }
)
"""Replies that are neither an answer nor a step towards one."""
MOST_BUTTONS = 24
"""Buttons that are remembered; older ones are answered as what they say."""


def follow(turn: Turn, before: ConversationState, after: ConversationState) -> ConversationState:
    """Move the dialogue by what this turn came to, tell the trace, and note the buttons that it offered."""
    known = read_dialogue(before.get("dialogue"))
    message = isinstance(turn.event, CustomerSays)
    counted = Dialogue(
        state=known.state,
        messages=known.messages + message,
        escalation_attempts=known.escalation_attempts,
        history=known.history,
    )
    offer_options(turn)
    happened = happened_in(turn, before, after)
    now = counted.followed(triggers_of(known.state, happened), after.get("seq", 0))
    turn.trace.dialogue = told(known, now, after)
    place = place_of(now, after)
    return {"dialogue": write_dialogue(now), "place": place, "buttons": _buttons(turn, before, place)}


def happened_in(turn: Turn, before: ConversationState, after: ConversationState) -> Happened:
    """Read off a finished turn what the dialogue depends on."""
    draft, intent = turn.draft, turn.understood.intent if turn.understood else None
    if any(reply.template == OLD_BUTTON for reply in draft.replies):
        return Happened()
    cancelled = any(change.state == "cancelled" for change in draft.changes)
    return Happened(
        message=isinstance(turn.event, CustomerSays),
        intent=intent,
        called=draft.hand_off.kind if draft.hand_off else None,
        released=isinstance(turn.event, Released),
        withdrawn=draft.back_to_assistant and turn.option == "assistant",
        option=turn.option if turn.option != "assistant" else None,
        collected=draft.back_to_assistant and turn.option != "assistant",
        asks_confirmation=bool(after.get("pending")),
        begun=bool(draft.starts) or any(not one.confirm for one in draft.proposals),
        declined=bool(before.get("pending")) and cancelled and intent in NO,
        asks=bool(after.get("asked") or after.get("offered")) or _unsure(turn),
        told=any(reply.template not in IN_PASSING for reply in draft.replies),
    )


def _unsure(turn: Turn) -> bool:
    """Say whether the customer was asked what they mean, or which of two things."""
    clarifies = turn.route is not None and turn.route.kind == "clarify"
    return clarifies or any(reply.template == "choose_wish" for reply in turn.draft.replies)


def told(before: Dialogue, now: Dialogue, memory: ConversationState) -> dict[str, Any]:
    """Write a dialogue as the trace and the interface show it."""
    fresh = now.history[-1].seq if now.history else -1
    return {
        "state": now.state,
        "before": before.state,
        "message_count": now.messages,
        "troubleshooting_attempts": memory.get("tried", 0),
        "attempts": memory.get("attempts", 0),
        "escalation_attempts": now.escalation_attempts,
        "transitions": [
            {**vars(one)} for one in now.history if one.seq == fresh and one.seq == memory.get("seq")
        ],
        "history": [{**vars(one)} for one in now.history],
    }


def place_of(dialogue: Dialogue, memory: ConversationState) -> str:
    """Name what a button of this moment answers to: the state, and what is asked for in it."""
    asked, offered, pending = memory.get("asked"), memory.get("offered"), memory.get("pending")
    if pending:
        about = pending["action_id"]
    elif asked:
        about = f"{memory.get('flow')}:{asked}"
    elif offered:
        about = f"{offered['intent']}:{offered['words']}"
    else:
        about = ""
    return f"{dialogue.state}:{about}"


def _buttons(turn: Turn, before: ConversationState, place: str) -> list[list[str]]:
    """Add the buttons of this turn to those that were offered before, the newest last."""
    shown: list[Reply | Notice] = [*turn.draft.replies, *turn.draft.notices]
    fresh = [[title, payload, place] for one in shown for title, payload in one.buttons]
    kept = [one for one in before.get("buttons") or [] if one not in fresh]
    return [*kept, *fresh][-MOST_BUTTONS:]


def out_of_place(says: CustomerSays, memory: ConversationState) -> bool:
    """Say whether a pressed button was offered for something else than what is open now.

    A payload that was never offered here is no button of ours: it means what it says.
    """
    offered = [one for one in memory.get("buttons") or [] if one[1] == says.payload]
    pressed = [one for one in offered if one[0] == says.text] or offered
    return bool(pressed) and all(place != memory.get("place") for _, _, place in pressed)
