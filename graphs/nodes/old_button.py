"""A button that was offered for something else than what is open now: it does nothing, and says so."""

from graphs.questions import say_question
from graphs.state import ConversationState, working_copy
from graphs.turn import Turn
from graphs.walking import Walk


def answer_old_button(turn: Turn, state: ConversationState) -> None:
    """Say that the button no longer counts, and what holds now."""
    turn.say("button_old")
    memory = working_copy(state)
    if pending := memory.get("pending"):
        turn.say("confirm_again", pending["facts"])
    elif memory.get("asked"):
        here = Walk.running(turn, memory, "neutral")
        say_question(here, here.flow.slots[memory["asked"] or ""])
    else:
        turn.say("button_nothing_open")
