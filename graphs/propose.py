"""Proposing an action with effect: policy first, then the customer, then perhaps a person."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from graphs.draft import ActionChange, Confirmation, Proposal
from graphs.events import ActionStarts, FactSource
from graphs.lanes import Meeting, if_queued, meeting, not_beside
from graphs.state import ConversationState, Pending
from graphs.turn import Turn
from graphs.versions import judge_in_both
from graphs.walking import end_flow
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
    met = meeting(turn, spec, args, subject)
    if met in ("same", "blocked"):
        turn.say("action_under_way" if met == "same" else "action_conflict", facts, tone=tone)
        return "refused"
    if _confirms_first(turn) or not (decision.confirm or await turn.desk.interpreter.present()):
        decision = Decision(
            refused=None,
            confirm=True,
            approval=decision.approval,
            because=decision.because,
            places=decision.places,
        )
    wanted = _Wanted(spec=spec, args=args, facts=facts, subject=subject, waits=met == "waits")
    return _begin(turn, memory, wanted, decision, tone=tone)


def _confirms_first(turn: Turn) -> bool:
    """Say whether the message was understood too unsurely to act on it unasked."""
    return turn.route is not None and turn.route.kind == "confirm_first"


@dataclass(frozen=True, kw_only=True)
class _Wanted:
    """An action that the book allows, with what it was judged on."""

    spec: ActionSpec
    args: dict[str, Any]
    facts: Mapping[str, Any]
    subject: str
    waits: bool
    """Something else is under way for the same thing."""


def _begin(
    turn: Turn, memory: ConversationState, wanted: _Wanted, decision: Decision, *, tone: str
) -> Proposed:
    """Propose the action and say what it waits for; without a confirmation it begins at once."""
    drop_pending(turn, memory)
    _drop_paused(turn, memory)
    spec, facts = wanted.spec, wanted.facts
    start = _start(turn, memory, wanted)
    turn.draft.proposals.append(
        Proposal(
            start=start,
            subject=wanted.subject,
            label=spec.label,
            confirm=decision.confirm,
            approval=decision.approval is not None,
            waits_for=not_beside(turn.rules.book, spec.name),
        )
    )
    if not decision.confirm:
        begun = spec.waiting if decision.approval else spec.started
        _say_begun(turn, start.action_id, begun, facts, waits=wanted.waits, tone=tone)
        return "begun"
    turn.say(spec.ask, facts, tone=tone)
    memory["pending"] = Pending(
        action_id=start.action_id,
        action=spec.name,
        started=spec.started,
        waiting=spec.waiting,
        approval=decision.approval is not None,
        facts={name: value for name, value in facts.items() if name not in ("customer", "conversation")},
        args=wanted.args,
        reads=memory.get("reads", []),
        follows=dict(start.follows),
        subject=wanted.subject,
    )
    return "waits"


def _start(turn: Turn, memory: ConversationState, wanted: _Wanted) -> ActionStarts:
    """Number the action and write down what it would begin with."""
    number = memory.get("next_action", 1)
    memory["next_action"] = number + 1
    return ActionStarts(
        action_id=f"{turn.conversation_id}:action:{number}",
        action=wanted.spec.name,
        args=wanted.args,
        reads=tuple(FactSource(**read) for read in memory.get("reads", [])),
        channel=turn.channel,
        book=turn.rules.book.version,
        facts=_read_facts(wanted.facts, memory.get("reads", [])),
        follows=_follows(turn, memory, wanted),
    )


def _read_facts(facts: Mapping[str, Any], reads: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Keep what was read, apart from what was said."""
    return {read["save"]: facts[read["save"]] for read in reads if read["save"] in facts}


def _follows(turn: Turn, memory: ConversationState, wanted: _Wanted) -> dict[str, str]:
    """Name the arguments that are nothing but a field of what was read: they change with it."""
    step = turn.rules.book.flows[memory["flow"] or ""].steps[memory.get("step", 0)]
    given = step.args if isinstance(step, Act) else {}
    saved = {read["save"] for read in memory.get("reads", [])}
    sources = {name: value.source.strip() for name, value in given.items()}
    return {
        name: source
        for name, source in sources.items()
        if source.count(".") == 1 and source.split(".")[0] in saved and source.replace(".", "").isidentifier()
    }


def _say_begun(
    turn: Turn, action_id: str, begun: str, facts: Mapping[str, Any], *, waits: bool, tone: str
) -> None:
    """Say that the action begins, or what it waits for; have the latter ready if only the commit shows it."""
    if waits:
        turn.say("action_queued", facts, tone=tone)
        return
    turn.say(begun, facts, tone=tone)
    if_queued(turn, action_id, facts)


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
                facts=_read_facts(pending["facts"], pending.get("reads", [])),
                follows=pending.get("follows", {}),
            )
        )
    else:
        turn.draft.changes.append(ActionChange(action_id=action_id, state="cancelled"))


def decide_pending(turn: Turn, memory: ConversationState, *, yes: bool, tone: str) -> bool:
    """Pass the customer's yes or no on to the action, say what follows; True when its flow goes on."""
    pending = memory.get("pending")
    memory["pending"] = None
    if not pending:
        turn.say("affirm_nothing" if yes else "deny_nothing", tone=tone)
        return False
    lost = _lost(turn, pending) if yes else None
    if lost:
        withdraw(turn, pending)
        end_flow(memory)
        turn.say(lost, pending["facts"], tone=tone)
        return False
    _settle(turn, pending, yes=yes)
    goes_on = _goes_on(turn, memory, pending, yes=yes)
    if not goes_on:
        end_flow(memory)
    if not yes:
        memory["intents"] = []
        turn.say("action_cancelled_by_customer", pending["facts"], tone=tone)
    else:
        begun = pending["waiting"] if pending["approval"] else pending["started"]
        waits = _meets(turn, pending) != "free"
        _say_begun(turn, pending["action_id"], begun, pending["facts"], waits=waits, tone=tone)
    return goes_on


def _lost(turn: Turn, pending: Pending) -> str | None:
    """Name the reply for a yes that comes to nothing: the question was dropped, or the same is under way."""
    if pending["action_id"] not in {action.action_id for action in turn.open_actions}:
        return "action_left_open"
    return "action_under_way" if _meets(turn, pending) == "same" else None


def _meets(turn: Turn, pending: Pending) -> Meeting:
    """Say what the agreed action meets now; one on its own thread has its place already."""
    spec = turn.rules.book.actions.get(pending["action"])
    args, subject = pending.get("args"), pending.get("subject")
    if spec is None or args is None or subject is None:
        return "free"
    return meeting(turn, spec, args, subject)


def _goes_on(turn: Turn, memory: ConversationState, pending: Pending, *, yes: bool) -> bool:
    """Move to what the flow says behind the answer, if it says anything."""
    flow, at = turn.rules.book.flows.get(memory.get("flow") or ""), memory.get("step", 0)
    step = flow.steps[at] if flow is not None and at < len(flow.steps) else None
    if not isinstance(step, Act) or step.action != pending["action"]:
        return False
    target = step.agreed if yes else step.declined
    memory["step"] = target if target is not None else at
    return target is not None
