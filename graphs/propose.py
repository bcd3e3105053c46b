"""Proposing an action with effect: policy first, then the customer, then perhaps a person."""

from collections.abc import Mapping
from typing import Any

from graphs.draft import ActionChange, Confirmation, Proposal
from graphs.events import ActionStarts, FactSource
from graphs.state import ConversationState, Pending
from graphs.turn import Turn
from policies.actions import judge
from policies.conflicts import conflict
from policies.model import Act, ActionSpec, Decision


async def propose(
    turn: Turn, memory: ConversationState, step: Act, facts: Mapping[str, Any], *, tone: str
) -> bool:
    """Judge the action and ask for the confirmation; True when it waits for the customer's yes."""
    spec = turn.rules.book.actions[step.action]
    args = {name: value.evaluate(facts) for name, value in step.args.items()}
    facts = {**facts, "args": args}
    decision = judge(spec, facts)
    turn.trace.decided(decision.because, decision.places)
    if decision.refused:
        turn.say(decision.refused, facts, tone=tone)
        return False
    if turn.route is not None and turn.route.kind == "read_only":
        turn.hand_over("complex", f"{spec.label}: too urgent for an automatic effect", rule=10)
        return False
    subject = str(spec.subject.evaluate(facts))
    waiting = memory.get("pending")
    pending = [
        (action.action, action.subject)
        for action in turn.open_actions
        if waiting is None or action.action_id != waiting["action_id"]
    ]
    if conflict(turn.rules.book, pending, spec.name, subject) == "block":
        turn.say("action_conflict", facts, tone=tone)
        return False
    if _confirms_first(turn) or not (decision.confirm or await turn.desk.interpreter.present()):
        decision = Decision(
            refused=None,
            confirm=True,
            approval=decision.approval,
            because=decision.because,
            places=decision.places,
        )
    return _begin(turn, memory, spec, args, facts, subject, decision, tone=tone)


def _confirms_first(turn: Turn) -> bool:
    """Say whether the message was understood too unsurely to act on it unasked."""
    return turn.route is not None and turn.route.kind == "confirm_first"


def _begin(
    turn: Turn,
    memory: ConversationState,
    spec: ActionSpec,
    args: dict[str, Any],
    facts: Mapping[str, Any],
    subject: str,
    decision: Decision,
    *,
    tone: str,
) -> bool:
    """Propose the action and say what it waits for; without a confirmation it begins at once."""
    drop_pending(turn, memory)
    number = memory.get("next_action", 1)
    memory["next_action"] = number + 1
    action_id = f"{turn.conversation_id}:action:{number}"
    reads = tuple(FactSource(**read) for read in memory.get("reads", []))
    turn.draft.proposals.append(
        Proposal(
            start=ActionStarts(
                action_id=action_id, action=spec.name, args=args, reads=reads, channel=turn.channel
            ),
            subject=subject,
            label=spec.label,
            confirm=decision.confirm,
            approval=decision.approval is not None,
        )
    )
    if not decision.confirm:
        turn.say(spec.waiting if decision.approval else spec.started, facts, tone=tone)
        return False
    turn.say(spec.ask, facts, tone=tone)
    kept = {name: value for name, value in facts.items() if name not in ("customer", "conversation")}
    memory["pending"] = Pending(
        action_id=action_id,
        action=spec.name,
        started=spec.started,
        waiting=spec.waiting,
        approval=decision.approval is not None,
        facts=kept,
        args=args,
        reads=memory.get("reads", []),
    )
    return True


def drop_pending(turn: Turn, memory: ConversationState) -> None:
    """Withdraw an action that still waited for its yes."""
    pending = memory.get("pending")
    if pending:
        _settle(turn, pending, yes=False)
        memory["pending"] = None


def _settle(turn: Turn, pending: Pending, *, yes: bool) -> None:
    """Begin the action, or end it unbegun; one that waits on its own thread is told."""
    action_id = pending["action_id"]
    if "args" not in pending:
        turn.draft.confirmations.append(Confirmation(action_id=action_id, yes=yes))
    elif yes:
        turn.draft.starts.append(
            ActionStarts(
                action_id=action_id,
                action=pending["action"],
                args=pending["args"],
                reads=tuple(FactSource(**read) for read in pending.get("reads", [])),
                channel=turn.channel,
                confirmed=True,
            )
        )
    else:
        turn.draft.changes.append(ActionChange(action_id=action_id, state="cancelled"))


def decide_pending(turn: Turn, memory: ConversationState, *, yes: bool, tone: str) -> None:
    """Pass the customer's yes or no on to the action, and say what follows."""
    pending = memory.get("pending")
    if not pending:
        turn.say("affirm_nothing" if yes else "deny_nothing", tone=tone)
        return
    _settle(turn, pending, yes=yes)
    memory["pending"] = None
    memory["flow"], memory["step"], memory["asked"] = None, 0, None
    if not yes:
        memory["intents"] = []
        turn.say("action_cancelled_by_customer", pending["facts"], tone=tone)
    elif pending["approval"]:
        turn.say(pending["waiting"], pending["facts"], tone=tone)
    else:
        turn.say(pending["started"], pending["facts"], tone=tone)
