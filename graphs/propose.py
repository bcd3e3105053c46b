"""Proposing an action with effect: policy first, then the customer, then perhaps a person."""

from collections.abc import Mapping
from typing import Any, Literal

from graphs.draft import ActionChange, Confirmation, Proposal
from graphs.events import ActionStarts, FactSource
from graphs.state import ConversationState, Pending
from graphs.turn import Turn
from graphs.versions import judge_in_both
from graphs.walking import end_flow
from policies.conflicts import conflict
from policies.model import Act, ActionSpec, Decision

Proposed = Literal["waits", "begun", "refused"]
"""What a proposal leads to: it waits for the customer's yes, has begun, or may not be."""


async def propose(
    turn: Turn, memory: ConversationState, step: Act, facts: Mapping[str, Any], *, tone: str
) -> Proposed:
    """Judge the action and ask for the confirmation."""
    spec = turn.rules.book.actions[step.action]
    args = {name: value.evaluate(facts) for name, value in step.args.items()}
    facts = {**facts, "args": args}
    decision = judge_in_both(turn, spec, facts)
    turn.trace.decided(decision.because, decision.places)
    if decision.refused:
        turn.say(decision.refused, facts, tone=tone)
        return "refused"
    if turn.route is not None and turn.route.kind == "read_only":
        turn.hand_over("complex", f"{spec.label}: too urgent for an automatic effect", rule=10)
        return "refused"
    subject = str(spec.subject.evaluate(facts))
    waiting = _waiting(memory)
    pending = [
        (action.action, action.subject) for action in turn.open_actions if action.action_id not in waiting
    ]
    if conflict(turn.rules.book, pending, spec.name, subject) == "block":
        turn.say("action_conflict", facts, tone=tone)
        return "refused"
    if _confirms_first(turn) or not (decision.confirm or await turn.desk.interpreter.present()):
        decision = Decision(
            refused=None,
            confirm=True,
            approval=decision.approval,
            because=decision.because,
            places=decision.places,
        )
    return _begin(turn, memory, spec, args, facts, subject, decision, tone=tone)


def _waiting(memory: ConversationState) -> frozenset[str]:
    """Name the actions that only wait for the customer's yes; a new one takes their place."""
    frames = [memory.get("pending"), *(frame.get("pending") for frame in memory.get("paused") or [])]
    return frozenset(pending["action_id"] for pending in frames if pending)


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
) -> Proposed:
    """Propose the action and say what it waits for; without a confirmation it begins at once."""
    drop_pending(turn, memory)
    _drop_paused(turn, memory)
    number = memory.get("next_action", 1)
    memory["next_action"] = number + 1
    action_id = f"{turn.conversation_id}:action:{number}"
    reads = tuple(FactSource(**read) for read in memory.get("reads", []))
    turn.draft.proposals.append(
        Proposal(
            start=ActionStarts(
                action_id=action_id,
                action=spec.name,
                args=args,
                reads=reads,
                channel=turn.channel,
                book=turn.rules.book.version,
            ),
            subject=subject,
            label=spec.label,
            confirm=decision.confirm,
            approval=decision.approval is not None,
        )
    )
    if not decision.confirm:
        turn.say(spec.waiting if decision.approval else spec.started, facts, tone=tone)
        return "begun"
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
    return "waits"


def drop_pending(turn: Turn, memory: ConversationState) -> None:
    """Withdraw an action that still waited for its yes."""
    pending = memory.get("pending")
    if pending:
        _settle(turn, pending, yes=False)
        memory["pending"] = None


def _drop_paused(turn: Turn, memory: ConversationState) -> None:
    """Leave interrupted flows whose action waits for a yes: the new one takes their place."""
    paused = memory.get("paused") or []
    for frame in paused:
        withdraw(turn, frame["pending"])
    memory["paused"] = [frame for frame in paused if not frame["pending"]]


def withdraw(turn: Turn, pending: Pending | None) -> None:
    """End an action unbegun that will not be asked about again."""
    if pending:
        _settle(turn, pending, yes=False)


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
                book=turn.rules.book.version,
            )
        )
    else:
        turn.draft.changes.append(ActionChange(action_id=action_id, state="cancelled"))


def decide_pending(turn: Turn, memory: ConversationState, *, yes: bool, tone: str) -> bool:
    """Pass the customer's yes or no on to the action, say what follows; True when its flow goes on."""
    pending = memory.get("pending")
    if not pending:
        turn.say("affirm_nothing" if yes else "deny_nothing", tone=tone)
        return False
    _settle(turn, pending, yes=yes)
    memory["pending"] = None
    goes_on = _goes_on(turn, memory, pending, yes=yes)
    if not goes_on:
        end_flow(memory)
    if not yes:
        memory["intents"] = []
        turn.say("action_cancelled_by_customer", pending["facts"], tone=tone)
    elif pending["approval"]:
        turn.say(pending["waiting"], pending["facts"], tone=tone)
    else:
        turn.say(pending["started"], pending["facts"], tone=tone)
    return goes_on


def _goes_on(turn: Turn, memory: ConversationState, pending: Pending, *, yes: bool) -> bool:
    """Move to what the flow says behind the answer, if it says anything."""
    flow, at = turn.rules.book.flows.get(memory.get("flow") or ""), memory.get("step", 0)
    step = flow.steps[at] if flow is not None and at < len(flow.steps) else None
    if not isinstance(step, Act) or step.action != pending["action"]:
        return False
    target = step.agreed if yes else step.declined
    memory["step"] = target if target is not None else at
    return target is not None
