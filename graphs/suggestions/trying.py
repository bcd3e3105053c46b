"""What a flow of the book comes to for a conversation, tried without saying or doing anything."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from graphs.draft import Draft, HandOff, Proposal
from graphs.flows import FlowStuck, fill_ahead, walk
from graphs.ports import Understood
from graphs.state import ConversationState
from graphs.trace import Trace
from graphs.turn import Turn, TurnFailed
from policies.expressions import ExpressionFailed
from policies.flow_model import Act, Flow


@dataclass(frozen=True, kw_only=True)
class Tried:
    """Where a flow came to: an action, a question, a person, or only words."""

    flow: str
    proposal: Proposal | None
    asks: str | None
    """The value that is missing."""
    hand_over: HandOff | None
    says: str
    """What the assistant would have said: its question, its refusal, its answer."""


async def try_flow(
    turn: Turn, name: str, *, intent: str, slots: Mapping[str, Any], heard: Understood | None = None
) -> Tried | None:
    """Walk a flow with what is known; None when a system did not answer or a condition has no value.

    Only reads are made; whatever the flow would say or propose stays in this trial.
    """
    book = turn.rules.book
    flow = book.flows[name]
    trial = replace(
        turn,
        draft=Draft(),
        trace=Trace(clock=turn.trace.clock, began=turn.trace.began),
        understood=heard or Understood(intent=intent, confidence=1.0, path="nlu"),
        route=None,
    )
    memory = _memory(flow, intent, slots, book.version)
    try:
        fill_ahead(trial, memory, flow)
        await walk(trial, memory, tone="neutral")
    except (TurnFailed, FlowStuck, ExpressionFailed):
        return None
    draft = trial.draft
    return Tried(
        flow=name,
        proposal=draft.proposals[0] if draft.proposals else None,
        asks=memory.get("asked"),
        hand_over=draft.hand_off,
        says="\n\n".join(reply.text for reply in draft.replies),
    )


def _memory(flow: Flow, intent: str, slots: Mapping[str, Any], version: str) -> ConversationState:
    """Return the memory with which a flow begins."""
    return {
        "flow": flow.name,
        "step": 0,
        "wanted": intent,
        "book": version,
        "slots": {name: value for name, value in slots.items() if value is not None},
        "facts": {},
        "reads": [],
        "asked": None,
        "asks": {},
        "suggested": [],
        "callers": [],
        "rounds": {},
        "skipped": [],
        "options": {},
        "pending": None,
        "paused": [],
    }


def actions_of(flow: Flow) -> tuple[str, ...]:
    """Name the actions that a flow may propose, in their order."""
    return tuple(dict.fromkeys(step.action for step in flow.steps if isinstance(step, Act)))
