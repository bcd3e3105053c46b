"""One walk through a flow: where it stands, and what its conditions and replies may know."""

from dataclasses import dataclass
from typing import Any

from graphs.state import ConversationState
from graphs.turn import Turn
from policies.model import Flow


@dataclass(kw_only=True)
class Walk:
    """One walk through a flow within a turn; `memory` is what will be kept."""

    turn: Turn
    flow: Flow
    memory: ConversationState
    tone: str

    @classmethod
    def running(cls, turn: Turn, memory: ConversationState, tone: str) -> "Walk":
        """Return the walk through the flow that runs."""
        return cls(turn=turn, flow=turn.rules.book.flows[memory["flow"] or ""], memory=memory, tone=tone)

    @property
    def facts(self) -> dict[str, Any]:
        """The variables of conditions and templates at this point."""
        return {
            **self.memory.get("facts", {}),
            "slots": self.memory.get("slots", {}),
            "customer": customer_facts(self.turn),
            "conversation": conversation_facts(self.turn, self.memory),
        }


def customer_facts(turn: Turn) -> dict[str, Any]:
    """What conditions may know of the customer."""
    customer = turn.customer
    return {
        "id": turn.caller.customer_id,
        "name": customer.name,
        "first_name": customer.name.split()[0] if customer.name else "",
        "email": customer.email,
        "tier": customer.tier,
        "language": customer.language,
        "known": turn.caller.customer_id is not None,
        "verified": customer.verified,
    }


def conversation_facts(turn: Turn, memory: ConversationState) -> dict[str, Any]:
    """What conditions may know of the conversation."""
    return {
        "id": turn.conversation_id,
        "channel": turn.channel,
        "language": turn.customer.language,
        "intent": _wanted(turn, memory),
        "status": "active",
        "turns": memory.get("turns", 0),
        "under_way": under_way(turn, memory),
    }


def _wanted(turn: Turn, memory: ConversationState) -> str | None:
    """Name the intent that began the running flow, or else the message's own."""
    began = memory.get("wanted") if memory.get("flow") else None
    return began or (turn.understood.intent if turn.understood else None)


def under_way(turn: Turn, memory: ConversationState) -> bool:
    """Say whether an agreed action on something that a slot names is not finished yet."""
    pending = memory.get("pending")
    asked = pending["action_id"] if pending else None
    named = {str(value) for value in (memory.get("slots") or {}).values()}
    return any(action.subject in named and action.action_id != asked for action in turn.open_actions)


def end_flow(memory: ConversationState) -> None:
    """Leave the flow and those that called it; its slots stay, so that the next one need not ask again."""
    memory["flow"], memory["step"], memory["asked"], memory["asks"] = None, 0, None, {}
    memory["reads"], memory["suggested"] = [], []
    memory["callers"], memory["rounds"], memory["skipped"] = [], {}, []
