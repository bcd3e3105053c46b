"""Causing an action's effect: every step once, what fails taken back, what is in doubt never guessed."""

from dataclasses import dataclass
from typing import Any, Literal

from langgraph.runtime import Runtime
from langgraph.types import Command, interrupt

from graphs.agreement import all_facts, run_key, undo_key
from graphs.draft import ActionChange, Task, TaskSettled
from graphs.events import LooksAgain, PersonSettles
from graphs.heeding import unfit
from graphs.reads import note
from graphs.state import ActionThread
from graphs.turn import Turn, TurnFailed
from policies.model import ActionSpec
from tools.outcomes import STALE
from tools.spec import ActionKey, Failed, NotFound, Refused, Succeeded, ToolOutcome, Unknown

NEVER_REPEATED = frozenset({"cannot_settle", "not_repeatable"})
"""Codes of an outcome that trying again cannot settle."""

AfterRun = Command[Literal["check", "verify", "doubt", "report"]]


@dataclass(frozen=True, kw_only=True)
class Step:
    """One call of the action, as it was made."""

    number: int
    tool: str
    args: dict[str, Any]
    key: ActionKey


async def run(state: ActionThread, runtime: Runtime[Turn]) -> AfterRun:
    """Cause the effect, each step once for ever under its key; the journal answers re-runs."""
    turn = runtime.context
    spec = turn.rules.book.actions[state["action"]]
    done: list[tuple[Step, Succeeded]] = []
    with turn.trace.stage("effect"):
        for number in range(1 + len(spec.then)):
            step = _step(turn, state, spec, number, done)
            outcome = await _caused(turn, step)
            note(turn, step.tool, step.args, outcome)
            if not isinstance(outcome, Succeeded):
                return await _stopped(turn, state, step, outcome, done)
            done.append((step, outcome))
    _change(turn, state, "done")
    return Command(goto="verify", update={"outcome": "done", "made": dict(done[0][1].result)})


async def _caused(turn: Turn, step: Step) -> ToolOutcome:
    """Cause one step's effect, unless an argument carries instructions to a program."""
    if await unfit(turn, step.args) and not await turn.desk.tools.begun(turn.caller, step.key):
        return Refused(code="rail", detail="an argument carries instructions to a program", ms=0.0)
    return await turn.desk.tools.effect(step.tool, turn.caller, step.args, step.key)


def _step(
    turn: Turn, state: ActionThread, spec: ActionSpec, number: int, done: list[tuple[Step, Succeeded]]
) -> Step:
    """Return one call of the action: its tool, or what the book says follows."""
    if number == 0:
        return Step(number=0, tool=spec.tool, args=state["args"], key=run_key(state))
    call, facts = spec.then[number - 1], {**all_facts(turn, state), "made": dict(done[0][1].result)}
    args = {name: value.evaluate(facts) for name, value in call.args.items()}
    return Step(number=number, tool=call.tool, args=args, key=run_key(state, number))


async def _stopped(
    turn: Turn, state: ActionThread, step: Step, outcome: ToolOutcome, done: list[tuple[Step, Succeeded]]
) -> AfterRun:
    """Decide what follows when a step did not succeed."""
    match outcome:
        case Failed(code=code) | Unknown(code=code) if code == STALE and not state.get("stale"):
            return Command(goto="check", update={"stale": True})
        case Failed(code=code) | Unknown(code=code) if not turn.last_try and code not in NEVER_REPEATED:
            raise TurnFailed(f"{step.tool}:{code}")
        case Unknown(code=code):
            return _doubted(turn, state, step, code)
        case Failed(code=code) | Refused(code=code):
            return await _fail(turn, state, step, code, done)
        case _:
            return await _fail(turn, state, step, "not_found", done)


def _doubted(turn: Turn, state: ActionThread, step: Step, code: str) -> AfterRun:
    """Leave what nobody can find out to a person, and say so once."""
    if not state.get("told_doubt"):
        reason = f"{step.tool} was called and its outcome is not known ({code})."
        open_task(turn, state, "unknown_outcome", reason)
        turn.notify("action_in_doubt", all_facts(turn, state), hold=True)
        _change(turn, state, "unknown")
    doubted = {"tool": step.tool, "args": step.args, "key": step.key}
    return Command(goto="doubt", update={"told_doubt": True, "doubted": doubted})


async def doubt(state: ActionThread, runtime: Runtime[Turn]) -> Command[Literal["run", "doubt"]]:
    """Wait until the backend or a person knows what became of the effect; it is not caused again."""
    interrupt({"kind": "doubt", "action_id": state["action_id"]})
    turn, step = runtime.context, state["doubted"]
    tools, key = turn.desk.tools, ActionKey(step["key"])
    match turn.event:
        case LooksAgain():
            found = await tools.look_up(step["tool"], turn.caller, step["args"], key)
        case PersonSettles(happened=happened):
            found = await tools.settle(step["tool"], turn.caller, step["args"], key, happened=happened)
        case other:
            raise TypeError(f"an effect in doubt cannot be settled by {type(other).__name__}")
    note(turn, step["tool"], step["args"], found)
    if isinstance(found, Failed | Unknown):
        return Command(goto="doubt")
    outcome: Literal["happened", "did_not_happen"] = (
        "happened" if isinstance(found, Succeeded) else "did_not_happen"
    )
    turn.draft.settled.append(TaskSettled(action_id=state["action_id"], outcome=outcome))
    return Command(goto="run", update={"told_doubt": False})


async def _fail(
    turn: Turn, state: ActionThread, step: Step, code: str, done: list[tuple[Step, Succeeded]]
) -> AfterRun:
    """End an action that did not come about; earlier steps are taken back, or become a person's task."""
    left = [earlier.tool for earlier, made in reversed(done) if not await _undone(turn, state, earlier, made)]
    reason = f"{step.tool} did not come about ({code})"
    if left:
        open_task(turn, state, "half_done", f"{reason}; still in force: {', '.join(left)}.")
    else:
        stands = "What was done before it is taken back." if done else "Nothing was changed."
        open_task(turn, state, "failed_action", f"{reason}. {stands}")
    _change(turn, state, "failed")
    return Command(goto="report", update={"outcome": "failed"})


async def _undone(turn: Turn, state: ActionThread, step: Step, made: Succeeded) -> bool:
    """Take one step back, once for ever; False when that is left to a person."""
    key = undo_key(state, step.number)
    outcome = await turn.desk.tools.undo(step.tool, turn.caller, step.args, made, key)
    note(turn, f"undo {step.tool}", step.args, outcome)
    if isinstance(outcome, Failed | Unknown) and not turn.last_try and outcome.code not in NEVER_REPEATED:
        raise TurnFailed(f"undo {step.tool}:{outcome.code}")
    return isinstance(outcome, Succeeded | NotFound)


def open_task(
    turn: Turn,
    state: ActionThread,
    kind: Literal["unknown_outcome", "failed_action", "half_done"],
    reason: str,
) -> None:
    """Put the action on the list of what only a person can settle."""
    known = next((one for one in turn.open_actions if one.action_id == state["action_id"]), None)
    spec = turn.rules.book.actions[state["action"]]
    turn.draft.tasks.append(
        Task(
            action_id=state["action_id"],
            kind=kind,
            label=spec.label,
            subject=known.subject if known else "",
            args=state["args"],
            reason=reason,
        )
    )


def _change(turn: Turn, state: ActionThread, to: Literal["done", "failed", "unknown"]) -> None:
    turn.draft.changes.append(ActionChange(action_id=state["action_id"], state=to, args=state["args"]))
