"""The conversation belongs to a person: the graph stops here until it is given back."""

from typing import Literal

from langgraph.runtime import Runtime
from langgraph.types import Command, interrupt

from graphs.events import CustomerSays, Released
from graphs.nodes.asking import leave_questions
from graphs.state import ConversationState
from graphs.turn import Turn


async def hand_off(
    state: ConversationState, runtime: Runtime[Turn]
) -> Command[Literal["respond", "options"]]:
    """Wait for the release, or for what the customer chooses meanwhile.

    Everything said before the interrupt was said by the node before.
    """
    turn = runtime.context
    if turn.draft.hand_off is not None:
        # Nobody hears a yes from now on; this turn, not the one that resumes, drops what waits for it.
        leave_questions(turn, state)
    interrupt({"kind": "hand_off"})
    if isinstance(turn.event, CustomerSays):
        return Command(goto="options")
    agent = turn.event.agent_name if isinstance(turn.event, Released) else ""
    turn.notify("assistant_is_back", {"agent": agent})
    if state.get("pending"):
        turn.notify("action_left_open")
    fresh: ConversationState = {
        "unsure": 0,
        "attempts": 0,
        "tried": 0,
        "signs": [],
        "failures_before": turn.failed_actions,
        "scores": [],
        "flow": None,
        "asked": None,
        "pending": None,
        "paused": [],
        "queued": [],
        "offered": None,
        "suggested": [],
    }
    return Command(goto="respond", update=fresh)
