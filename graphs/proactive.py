"""What the assistant does of itself while it goes on answering: the ladder's last lines.

A check-in and the offer of a person are made once in a conversation, behind an answer that leaves nothing
open; another approach is a warmer tone.
"""

from graphs.assess.sentiment import tone as tone_of
from graphs.state import ConversationState
from graphs.turn import Turn

OFFERS = ("person_suggested", "check_in")
"""Flags with a reply of their own; the first that applies is said."""
WARM = "empathetic"


def tone_for(turn: Turn) -> str:
    """Choose the tone of this turn's replies; who is frustrated for long is never answered plainly."""
    tone = tone_of(turn.understood.sentiment if turn.understood else 0.0)
    other = turn.route is not None and "other_approach" in turn.route.flags
    return WARM if other and tone in ("friendly", "neutral") else tone


def offer_help(turn: Turn, memory: ConversationState) -> ConversationState:
    """Add what the flags suggest; returns what changed in the memory."""
    if turn.route is None or turn.route.kind in ("person", "clarify") or _busy(turn, memory):
        return {}
    made = memory.get("proactive") or []
    wanted = next((flag for flag in OFFERS if flag in turn.route.flags and flag not in made), None)
    if wanted is None:
        return {}
    turn.say(wanted, tone=tone_for(turn))
    return {"proactive": [*made, wanted]}


def _busy(turn: Turn, memory: ConversationState) -> bool:
    """Say whether the customer owes an answer already, or nothing was answered."""
    waiting = memory.get("asked") or memory.get("pending") or memory.get("offered")
    return bool(waiting or turn.draft.hand_off or turn.draft.proposals or not turn.draft.replies)
