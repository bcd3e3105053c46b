"""The graph of one action with effect: check, confirm, approve, run, verify, report.

It runs on a thread of its own, so that a person who takes an hour to decide
never blocks the chat. No effect stands before an interrupt in its node: what
is resumed runs again from the node's start.
"""

from typing import Any, Literal

from langgraph.graph import END
from langgraph.runtime import Runtime
from langgraph.types import Command, interrupt

from graphs.draft import ActionChange, ApprovalRequest
from graphs.events import ActionStarts, ApprovalExpires, CustomerDecides, PersonDecides
from graphs.reads import note, read_fact
from graphs.state import ActionThread
from graphs.thread import Graph, Place, compiled
from graphs.turn import Turn, TurnFailed
from graphs.versions import approved, judge_in_both, rules_asking
from graphs.walking import customer_facts
from policies.model import ActionSpec, Decision
from tools.spec import ActionKey, Failed, NotFound, Refused, Succeeded, Unknown


async def check(
    state: ActionThread, runtime: Runtime[Turn]
) -> Command[Literal["confirm", "approve", "run", "report"]]:
    """Read the facts afresh and ask the book again: the world may have changed since the proposal."""
    turn = runtime.context
    memory: ActionThread = {**state, **_opening(turn)}
    spec = turn.rules.book.actions[memory["action"]]
    facts = await _fresh_facts(turn, memory)
    if facts is None:
        return _to_report(turn, memory, "rejected", "failed")
    memory["facts"] = facts
    decision = judge_in_both(turn, spec, _all_facts(turn, memory))
    turn.trace.decided(decision.because, decision.places)
    if not _allowed(turn, memory, spec, decision) and await turn.desk.tools.begun(turn.caller, _key(memory)):
        # It was decided and sent before: the facts that object now may be its own effect.
        return _to_run(turn, memory)
    if decision.refused:
        memory["message"] = decision.refused
        return _to_report(turn, memory, "rejected", "refused")
    if decision.confirm and not memory.get("confirmed"):
        turn.draft.changes.append(ActionChange(action_id=memory["action_id"], state="confirming"))
        return Command(goto="confirm", update=memory)
    return _after_yes(turn, memory, spec, decision)


def _opening(turn: Turn) -> ActionThread:
    if not isinstance(turn.event, ActionStarts):
        return {}
    start = turn.event
    return {
        "action_id": start.action_id,
        "action": start.action,
        "args": dict(start.args),
        "reads": [{"tool": read.tool, "args": dict(read.args), "save": read.save} for read in start.reads],
        "confirmed": start.confirmed,
        "book": turn.rules.book.version,
    }


async def _fresh_facts(turn: Turn, memory: ActionThread) -> dict[str, Any] | None:
    """Repeat the reads behind the rules; None when what they name is gone."""
    facts: dict[str, Any] = {}
    for read in memory.get("reads", []):
        found = await read_fact(turn, read["tool"], read["args"])
        if found is None:
            return None
        facts[read["save"]] = found
    return facts


def _all_facts(turn: Turn, memory: ActionThread) -> dict[str, Any]:
    """The variables that rules and templates may name."""
    return {
        **memory.get("facts", {}),
        "args": memory["args"],
        "slots": {},
        "customer": customer_facts(turn),
        "conversation": {"id": turn.conversation_id, "channel": turn.channel},
    }


def _allowed(turn: Turn, memory: ActionThread, spec: ActionSpec, decision: Decision) -> bool:
    """Say whether nobody objects and everybody has been asked."""
    confirmed = bool(memory.get("confirmed")) or not decision.confirm
    agreed = approved(memory, decision.approval, _amount(turn, memory, spec))
    return not decision.refused and confirmed and agreed


def _amount(turn: Turn, memory: ActionThread, spec: ActionSpec) -> float | None:
    """Return what the action is about in money, if anything."""
    amount = spec.amount.evaluate(_all_facts(turn, memory)) if spec.amount else None
    return float(amount) if isinstance(amount, int | float) else None


def _key(memory: ActionThread) -> ActionKey:
    """Name the effect of the action, for ever."""
    return ActionKey(f"{memory['action_id']}:run")


def _to_run(turn: Turn, memory: ActionThread) -> Command[Literal["confirm", "approve", "run", "report"]]:
    turn.draft.changes.append(
        ActionChange(action_id=memory["action_id"], state="running", args=memory["args"])
    )
    return Command(goto="run", update=memory)


def _after_yes(
    turn: Turn, memory: ActionThread, spec: ActionSpec, decision: Decision
) -> Command[Literal["confirm", "approve", "run", "report"]]:
    """Ask a person when the book wants one who has not decided yet, else go on and do it."""
    need, amount = decision.approval, _amount(turn, memory, spec)
    if need is None or approved(memory, need, amount):
        return _to_run(turn, memory)
    facts = _all_facts(turn, memory)
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
            args = {**state["args"], **decided.args}
            return Command(goto="check", update={"approved_by": decided.by, "args": args})
        case PersonDecides(message=message):
            turn.draft.changes.append(ActionChange(action_id=state["action_id"], state="rejected"))
            return Command(goto="report", update={"outcome": "person_refused", "message": message})
        case ApprovalExpires():
            turn.draft.changes.append(ActionChange(action_id=state["action_id"], state="expired"))
            return Command(goto="report", update={"outcome": "expired"})
        case other:
            raise TypeError(f"an approval cannot be resumed by {type(other).__name__}")


async def run(state: ActionThread, runtime: Runtime[Turn]) -> Command[Literal["verify", "report"]]:
    """Cause the effect, once for ever under the action's key; the journal answers re-runs."""
    turn = runtime.context
    spec = turn.rules.book.actions[state["action"]]
    with turn.trace.stage("effect"):
        outcome = await turn.desk.tools.effect(spec.tool, turn.caller, state["args"], _key(state))
    note(turn, spec.tool, state["args"], outcome)
    match outcome:
        case Succeeded():
            turn.draft.changes.append(
                ActionChange(action_id=state["action_id"], state="done", args=state["args"])
            )
            return Command(goto="verify", update={"outcome": "done"})
        case Failed(code=code) | Unknown(code=code):
            raise TurnFailed(f"{spec.tool}:{code}")
        case Refused() | NotFound():
            turn.draft.changes.append(ActionChange(action_id=state["action_id"], state="failed"))
            return Command(goto="report", update={"outcome": "failed"})


async def verify(state: ActionThread, runtime: Runtime[Turn]) -> Command[Literal["report"]]:
    """Read the facts once more, so that what the customer is told is what the systems now hold."""
    turn = runtime.context
    try:
        facts = await _fresh_facts(turn, state)
    except TurnFailed:
        facts = None
    return Command(goto="report", update={"facts": facts} if facts else {})


async def report(state: ActionThread, runtime: Runtime[Turn]) -> Command[Literal["__end__"]]:
    """Tell the customer what came of it, in a notice that may be sent whoever speaks now."""
    turn = runtime.context
    spec = turn.rules.book.actions[state["action"]]
    facts = {
        **_all_facts(turn, state),
        "message": state.get("message") or None,
        "asked_amount": state.get("asked_amount"),
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
    asked, amount = state.get("asked_amount"), _amount(turn, state, spec)
    return asked is not None and amount is not None and amount < asked


def _to_report(
    turn: Turn, memory: ActionThread, change: Literal["rejected"], outcome: str
) -> Command[Literal["confirm", "approve", "run", "report"]]:
    turn.draft.changes.append(ActionChange(action_id=memory["action_id"], state=change))
    memory["outcome"] = outcome
    return Command(goto="report", update=memory)


def build() -> Graph:
    """Compile the graph; do it once, a turn takes a copy with its own checkpointer."""
    return compiled(
        (
            Place(name="check", node=check, ways=("confirm", "approve", "run", "report")),
            Place(name="confirm", node=confirm, ways=("check", END), waits=True),
            Place(name="approve", node=approve, ways=("check", "report"), waits=True),
            Place(name="run", node=run, ways=("verify", "report")),
            Place(name="verify", node=verify, ways=("report",)),
            Place(name="report", node=report, ways=(END,)),
        )
    )
