"""The conversation belongs to a person: the graph stops here until it is given back."""

from typing import Literal

from langgraph.runtime import Runtime
from langgraph.types import Command, interrupt

from graphs.events import Released
from graphs.state import ConversationState
from graphs.turn import Turn


async def hand_off(state: ConversationState, runtime: Runtime[Turn]) -> Command[Literal["respond"]]:
    """Wait for the release. Everything said before the interrupt was said by the node before."""
    interrupt({"kind": "hand_off"})
    turn = runtime.context
    agent = turn.event.agent_name if isinstance(turn.event, Released) else ""
    turn.notify("assistant_is_back", {"agent": agent})
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
