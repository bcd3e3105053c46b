"""The graph of one action with effect: check, confirm, approve, run (or doubt), verify, report.

It runs on a thread of its own, so that a person who takes an hour to decide
never blocks the chat. No effect stands before an interrupt in its node: what
is resumed runs again from the node's start.
"""

from collections.abc import Mapping
from typing import Any, Literal

from langgraph.graph import END
from langgraph.runtime import Runtime
from langgraph.types import Command, interrupt

from graphs.agreement import (
    all_facts,
    amount_of,
    differs,
    followed,
    fresh_facts,
    opening,
    refreshed,
    run_key,
)
from graphs.draft import ActionChange, ApprovalRequest
from graphs.effect import doubt, open_task, run
from graphs.events import ActionAsks, ApprovalExpires, CustomerDecides, PersonDecides
from graphs.state import ActionThread
from graphs.thread import Course, Place
from graphs.turn import Turn, TurnFailed
from graphs.versions import approved, judge_in_both, rules_asking
from policies.model import ActionSpec, Decision

AfterCheck = Command[Literal["confirm", "approve", "run", "report"]]


async def check(state: ActionThread, runtime: Runtime[Turn]) -> AfterCheck:
    """Read the facts afresh and ask the book again: the world may have changed since the proposal."""
    turn = runtime.context
    memory: ActionThread = {**state, **opening(turn, state)}
    spec = turn.rules.book.actions[memory["action"]]
    facts = await fresh_facts(turn, memory)
    if facts is None:
        return await _gone(turn, memory)
    memory["facts"], before = facts, memory["args"]
    memory["args"] = fresh = followed(memory, facts)
    decision = judge_in_both(turn, spec, all_facts(turn, memory))
    turn.trace.decided(decision.because, decision.places)
    changed = bool(memory.get("confirmed")) and differs(turn, memory, spec)
    if changed or not _allowed(turn, memory, spec, decision):
        memory["args"] = before
        if await turn.desk.tools.begun(turn.caller, run_key(memory)):
            # It was decided and sent before: the facts that object now may be its own effect.
            memory["args"] = refreshed(turn, memory, spec, fresh)
            return _to_run(turn, memory)
        memory["args"] = fresh
    if decision.refused:
        memory["message"] = decision.refused
        return _to_report(turn, memory, "rejected", "refused")
    if changed or (decision.confirm and not memory.get("confirmed")):
        return _ask(turn, memory, spec, decision)
    return _after_yes(turn, memory, spec, decision)


async def _gone(turn: Turn, memory: ActionThread) -> AfterCheck:
    """Go on with what was sent before; else what the action was about is not there any more."""
    if await turn.desk.tools.begun(turn.caller, run_key(memory)):
        return _to_run(turn, memory)
    open_task(turn, memory, "failed_action", "What it was about could not be found any more.")
    return _to_report(turn, memory, "rejected", "failed")


def _ask(turn: Turn, memory: ActionThread, spec: ActionSpec, decision: Decision) -> AfterCheck:
    """Ask the customer, who agreed to something else or to nothing yet."""
    memory["confirmed"], memory["approved_by"] = False, None
    memory["agreed"] = {"args": memory["args"], "facts": memory.get("facts", {})}
    facts = {**memory.get("facts", {}), "args": memory["args"], "slots": {}}
    turn.draft.asks.append(
        ActionAsks(
            action_id=memory["action_id"],
            action=spec.name,
            facts=facts,
            approval=decision.approval is not None,
        )
    )
    turn.draft.changes.append(
        ActionChange(action_id=memory["action_id"], state="confirming", args=memory["args"])
    )
    return Command(goto="confirm", update=memory)


def _allowed(turn: Turn, memory: ActionThread, spec: ActionSpec, decision: Decision) -> bool:
    """Say whether nobody objects and everybody has been asked."""
    confirmed = bool(memory.get("confirmed")) or not decision.confirm
    agreed = approved(memory, decision.approval, amount_of(turn, memory, spec))
    return not decision.refused and confirmed and agreed


def _to_run(turn: Turn, memory: ActionThread) -> AfterCheck:
    turn.draft.changes.append(
        ActionChange(action_id=memory["action_id"], state="running", args=memory["args"])
    )
    return Command(goto="run", update=memory)


def _after_yes(turn: Turn, memory: ActionThread, spec: ActionSpec, decision: Decision) -> AfterCheck:
    """Ask a person when the book wants one who has not decided yet, else go on and do it."""
    need, amount = decision.approval, amount_of(turn, memory, spec)
    if need is None or approved(memory, need, amount):
        return _to_run(turn, memory)
    facts = all_facts(turn, memory)
    asking = rules_asking(turn, spec, facts)
    memory.setdefault("asked_amount", amount)
    memory["approval"], memory["approved_by"] = {"role": need.role, "up_to": need.up_to}, None
    turn.draft.approval = ApprovalRequest(
        action_id=memory["action_id"],
        action=spec.name,
        label=spec.label,
        args=memory["args"],
        editable=spec.editable,
        amount=amount,
        up_to=need.up_to,
        role=need.role,
        expires_minutes=need.expires_minutes,
        effect=turn.render(spec.effect or spec.started, facts),
        rule_id=asking[0].id,
        rule_text="; ".join(rule.says or rule.id for rule in asking),
        file=asking[0].place.file,
        line=asking[0].place.line,
    )
    if spec.checking:
        turn.notify(spec.checking, facts, hold=True)
    turn.draft.changes.append(ActionChange(action_id=memory["action_id"], state="approving"))
    return Command(goto="approve", update=memory)


async def confirm(state: ActionThread, runtime: Runtime[Turn]) -> Command[Literal["check", "__end__"]]:
    """Wait for the customer's yes; a no ends the action."""
    interrupt({"kind": "confirm", "action_id": state["action_id"]})
    turn = runtime.context
    if isinstance(turn.event, CustomerDecides) and turn.event.yes:
        return Command(goto="check", update={"confirmed": True})
    turn.draft.changes.append(ActionChange(action_id=state["action_id"], state="cancelled"))
    return Command(goto="__end__", update={"outcome": "cancelled"})


async def approve(state: ActionThread, runtime: Runtime[Turn]) -> Command[Literal["check", "report"]]:
    """Wait for a person: accept, edit (checked again), respond, or ignore."""
    interrupt({"kind": "approve", "action_id": state["action_id"]})
    turn = runtime.context
    match turn.event:
        case PersonDecides(type="accept") as decided:
            return Command(goto="check", update={"approved_by": decided.by})
        case PersonDecides(type="edit") as decided:
            return Command(goto="check", update={"approved_by": decided.by, **_edited(state, decided.args)})
        case PersonDecides(message=message):
            turn.draft.changes.append(ActionChange(action_id=state["action_id"], state="rejected"))
            return Command(goto="report", update={"outcome": "person_refused", "message": message})
        case ApprovalExpires():
            turn.draft.changes.append(ActionChange(action_id=state["action_id"], state="expired"))
            open_task(turn, state, "failed_action", "Nobody decided in time. Nothing was changed.")
            return Command(goto="report", update={"outcome": "expired"})
        case other:
            raise TypeError(f"an approval cannot be resumed by {type(other).__name__}")


def _edited(state: ActionThread, edits: Mapping[str, Any]) -> dict[str, Any]:
    """Take over what a person changed; a lower amount is told to the customer, not asked about."""
    agreed = state.get("agreed") or {"args": state["args"], "facts": state.get("facts", {})}
    lowered = {name: value for name, value in edits.items() if name == "amount"}
    follows = {name: source for name, source in state.get("follows", {}).items() if name not in edits}
    return {
        "args": {**state["args"], **edits},
        "follows": follows,
        "agreed": {**agreed, "args": {**agreed["args"], **lowered}},
    }


async def verify(state: ActionThread, runtime: Runtime[Turn]) -> Command[Literal["report"]]:
    """Read the facts once more, so that what the customer is told is what the systems now hold."""
    turn = runtime.context
    try:
        facts = await fresh_facts(turn, state)
    except TurnFailed:
        facts = None
    return Command(goto="report", update={"facts": facts} if facts else {})


async def report(state: ActionThread, runtime: Runtime[Turn]) -> Command[Literal["__end__"]]:
    """Tell the customer what came of it, in a notice that may be sent whoever speaks now."""
    turn = runtime.context
    spec = turn.rules.book.actions[state["action"]]
    facts = {
        **all_facts(turn, state),
        "message": state.get("message") or None,
        "asked_amount": state.get("asked_amount"),
        "made": state.get("made"),
    }
    turn.notify(_report_template(turn, state, spec), facts)
    return Command(goto="__end__")


def _report_template(turn: Turn, state: ActionThread, spec: ActionSpec) -> str:
    match state.get("outcome"):
        case "done":
            less = f"{spec.done}_less"
            lowered = _lowered(state, spec, turn)
            return less if lowered and less in turn.rules.book.templates else spec.done
        case "refused":
            return state.get("message") or spec.failed
        case "person_refused":
            return spec.rejected
        case "expired":
            return "approval_expired"
        case _:
            return spec.failed


def _lowered(state: ActionThread, spec: ActionSpec, turn: Turn) -> bool:
    """Say whether a person approved less than was asked for."""
    asked, amount = state.get("asked_amount"), amount_of(turn, state, spec)
    return asked is not None and amount is not None and amount < asked


def _to_report(turn: Turn, memory: ActionThread, change: Literal["rejected"], outcome: str) -> AfterCheck:
    turn.draft.changes.append(ActionChange(action_id=memory["action_id"], state=change))
    memory["outcome"] = outcome
    return Command(goto="report", update=memory)


COURSE = Course(
    (
        Place(name="check", node=check, ways=("confirm", "approve", "run", "report")),
        Place(name="confirm", node=confirm, ways=("check", END), waits=True),
        Place(name="approve", node=approve, ways=("check", "report"), waits=True),
        Place(name="run", node=run, ways=("check", "verify", "doubt", "report")),
        Place(name="doubt", node=doubt, ways=("run", "doubt"), waits=True),
        Place(name="verify", node=verify, ways=("report",)),
        Place(name="report", node=report, ways=(END,)),
    )
)
