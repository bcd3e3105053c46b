"""Questions of actions: one that changed is asked again, one that nobody can answer is left."""

from graphs.draft import Confirmation
from graphs.events import ActionAsks
from graphs.propose import drop_pending, withdraw
from graphs.state import ConversationState, Pending
from graphs.turn import Turn


def ask_again(turn: Turn, state: ConversationState, asks: ActionAsks) -> ConversationState:
    """Say what has changed and ask for the yes; it takes the place of any other open question."""
    memory: ConversationState = {**state}
    drop_pending(turn, memory)
    spec = turn.rules.book.actions.get(asks.action)
    if spec is None:
        turn.draft.confirmations.append(Confirmation(action_id=asks.action_id, yes=False))
        turn.say("action_left_open", asks.facts)
        return {"pending": None}
    turn.say("action_changed", asks.facts)
    turn.say(spec.ask, asks.facts)
    pending = Pending(
        action_id=asks.action_id,
        action=asks.action,
        started=spec.started,
        waiting=spec.waiting,
        approval=asks.approval,
        facts=dict(asks.facts),
    )
    return {"pending": pending}


def leave_questions(turn: Turn, state: ConversationState) -> bool:
    """Drop every action that still waits for the customer's yes; False when there was none."""
    frames = [state.get("pending"), *(frame["pending"] for frame in state.get("paused") or [])]
    waiting = [pending for pending in frames if pending]
    for pending in waiting:
        withdraw(turn, pending)
    return bool(waiting)
