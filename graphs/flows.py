"""Walking a flow of the book: ask, read, branch, propose, say, until it waits or ends."""

from collections.abc import Mapping
from typing import Any

from graphs.frames import call, go_back
from graphs.near import near_numbers, own_orders
from graphs.planner.options import opened
from graphs.planner.slots import as_value, fits
from graphs.propose import propose
from graphs.questions import ask, offer
from graphs.reads import read_fact, read_together
from graphs.state import ConversationState
from graphs.turn import Turn
from graphs.walking import Walk, end_flow
from policies.flow_model import (
    Act,
    Again,
    Branch,
    Call,
    Collect,
    Flow,
    HandOver,
    Jump,
    Link,
    Read,
    ReadAll,
    Say,
    SetSlots,
    Slot,
    Step,
)
from policies.values import Expression, Place

MOST_STEPS = 200
"""A flow that takes more steps in one turn runs in a circle."""


class FlowStuck(Exception):
    """A flow went round in circles: `frontdesk check` shows the loop."""


async def walk(turn: Turn, memory: ConversationState, *, tone: str) -> None:
    """Go on in the flow of `memory` until it waits for the customer, or is done."""
    for _ in range(MOST_STEPS):
        here = Walk.running(turn, memory, tone)
        flow, position = here.flow, memory.get("step", 0)
        if position >= len(flow.steps):
            if go_back(memory):
                continue
            end_flow(memory)
            return
        step = flow.steps[position]
        note_place(turn, flow, position, step.place)
        if not await take(here, step):
            return
    raise FlowStuck(f"flow {memory.get('flow')} took more than {MOST_STEPS} steps in one turn")


def note_place(turn: Turn, flow: Flow, position: int, place: Place) -> None:
    """Keep for the trace where the flow stands."""
    turn.trace.flow = {"name": flow.name, "step": position, "file": place.file, "line": place.line}


def fill_ahead(turn: Turn, memory: ConversationState, flow: Flow) -> None:
    """Fill the slots that the book fills in advance, where the customer has said nothing else."""
    slots = memory.setdefault("slots", {})
    for slot in flow.slots.values():
        if slot.prefill is None or slots.get(slot.name) is not None:
            continue
        value = slot.prefill.evaluate(Walk(turn=turn, flow=flow, memory=memory, tone="neutral").facts)
        if value is not None and fits(slot, value):
            slots[slot.name] = value


async def take(here: Walk, step: Step) -> bool:
    """Take one step; False when the flow now waits or has ended."""
    match step:
        case Collect(slot=name):
            return _collect(here, name)
        case Read():
            return await _read(here, step)
        case ReadAll():
            return await _read_all(here, step)
        case Act():
            return await _act(here, step)
        case HandOver(reason=reason, skills=skills):
            kind = "asked" if reason.startswith("asked") else "complex"
            here.turn.hand_over(kind, reason, rule=1 if kind == "asked" else 6, skills=skills)
            end_flow(here.memory)
            return False
        case _:
            _move(here, step)
    return True


def _move(here: Walk, step: Step) -> None:
    """Take a step that neither waits nor asks a system."""
    memory, facts, behind = here.memory, here.facts, here.memory.get("step", 0) + 1
    match step:
        case Branch(condition=condition, otherwise=otherwise):
            memory["step"] = behind if condition.evaluate(facts) else otherwise
        case Jump(target=target):
            memory["step"] = target
        case Again():
            memory["step"] = step.target if _once_more(here, step) else behind
        case Say(template=template):
            here.turn.say(template, facts, tone=here.tone)
            memory["step"] = behind
        case SetSlots(values=values):
            _set(memory, values, facts)
            memory["step"] = behind
        case Call(flow=flow, values=values):
            _set(memory, values, facts)
            call(memory, flow)
            fill_ahead(here.turn, memory, here.turn.rules.book.flows[flow])
        case Link(flow=flow):
            memory["flow"], memory["step"], memory["asks"] = flow, 0, {}
            fill_ahead(here.turn, memory, here.turn.rules.book.flows[flow])


def _set(memory: ConversationState, values: Mapping[str, Expression], facts: Mapping[str, Any]) -> None:
    """Give slots their values; those that are null become empty."""
    found = {name: value.evaluate(facts) for name, value in values.items()}
    kept = {name: value for name, value in memory.get("slots", {}).items() if name not in found}
    memory["slots"] = {**kept, **{name: value for name, value in found.items() if value is not None}}


def _once_more(here: Walk, step: Again) -> bool:
    """Say whether the flow goes back; if so, what is asked for in between is forgotten."""
    memory, facts = here.memory, here.facts
    place = f"{here.flow.name}:{memory.get('step', 0)}"
    rounds = memory.setdefault("rounds", {})
    if rounds.get(place, 0) >= step.at_most or (step.until is not None and step.until.evaluate(facts)):
        return False
    rounds[place] = rounds.get(place, 0) + 1
    for name in step.forget:
        memory.get("slots", {}).pop(name, None)
        memory.get("asks", {}).pop(name, None)
    memory["skipped"] = [name for name in memory.get("skipped", []) if name not in step.forget]
    return True


async def _act(here: Walk, step: Act) -> bool:
    """Propose an action; the flow goes on where the book says what follows."""
    memory = here.memory
    outcome = await propose(here.turn, memory, step, here.facts, tone=here.tone)
    if outcome == "waits":
        return False
    target = step.agreed if outcome == "begun" else step.declined
    if target is None or here.turn.draft.hand_off is not None:
        end_flow(memory)
        return False
    memory["step"] = target
    return True


def _collect(here: Walk, name: str) -> bool:
    """Go on when the slot is filled or left empty on purpose, else ask for it."""
    memory = here.memory
    unfit = _take_options(here, here.flow.slots[name])
    settled = memory.get("slots", {}).get(name) is not None or name in memory.get("skipped", [])
    if not settled and not ask(here, name, invalid=unfit):
        return False
    memory["asked"] = None
    memory["step"] = memory.get("step", 0) + 1
    return True


def _take_options(here: Walk, slot: Slot) -> bool:
    """Keep the options that a choice has here, and find among them what was said; True when it is none."""
    memory = here.memory
    if slot.options is None:
        return False
    values = slot.options.evaluate(here.facts)
    options = [str(value) for value in values] if isinstance(values, list | tuple) else []
    memory["options"] = {**(memory.get("options") or {}), slot.name: options}
    said = memory.get("slots", {}).pop(slot.name, None)
    meant = as_value(opened(slot, memory), str(said)) if said is not None else None
    if meant is not None:
        memory["slots"][slot.name] = meant
    return said is not None and meant is None


async def _read(here: Walk, step: Read) -> bool:
    """Read a fact; when there is no such thing, say so and ask for what named it again."""
    args = {name: value.evaluate(here.facts) for name, value in step.args.items()}
    found = await read_fact(here.turn, step.tool, args)
    if found is None:
        return await _missing(here, step)
    _keep(here.memory, step, args, found)
    here.memory["step"] = here.memory.get("step", 0) + 1
    return True


async def _read_all(here: Walk, step: ReadAll) -> bool:
    """Make several reads at once; the first that finds nothing decides what follows."""
    facts = here.facts
    calls = [
        (read.tool, {name: value.evaluate(facts) for name, value in read.args.items()}) for read in step.reads
    ]
    results = await read_together(here.turn, calls)
    for read, (_, args), found in zip(step.reads, calls, results, strict=True):
        if found is None:
            return await _missing(here, read)
        _keep(here.memory, read, args, found)
    here.memory["step"] = here.memory.get("step", 0) + 1
    return True


def _keep(memory: ConversationState, step: Read, args: dict[str, Any], found: dict[str, Any]) -> None:
    """Make what was found a fact, and remember how, so that an action can read it afresh."""
    memory.setdefault("facts", {})[step.save] = found
    reads = [read for read in memory.get("reads", []) if read["save"] != step.save]
    memory["reads"] = [*reads, {"tool": step.tool, "args": args, "save": step.save}]


async def _missing(here: Walk, step: Read) -> bool:
    """Say that there is no such thing, and ask for what named it again."""
    memory = here.memory
    near = await _near(here, step)
    if step.missing and not near:
        here.turn.say(step.missing, here.facts, tone=here.tone)
    for name in step.forget:
        memory.get("slots", {}).pop(name, None)
    asked = next((name for name in step.forget if name in here.flow.slots), None)
    if asked is None:
        end_flow(memory)
        return False
    memory["step"] = first_collect(here.flow, asked)
    _count_ask(here, asked)
    if near and memory.get("asked"):
        offer(here, here.flow.slots[asked], "order_near", near)
    return False


async def _near(here: Walk, step: Read) -> list[str]:
    """Return the customer's own orders whose number is nearly the one that was not found."""
    for name in step.forget:
        slot = here.flow.slots.get(name)
        given = here.memory.get("slots", {}).get(name)
        if slot is not None and slot.type == "order_number" and given:
            return near_numbers(str(given), await own_orders(here.turn))
    return []


def _count_ask(here: Walk, name: str) -> None:
    """The missing template was the question; a slot asked too often goes to a person."""
    memory, slot = here.memory, here.flow.slots[name]
    asks = memory.setdefault("asks", {})
    asks[name] = asks.get(name, 0) + 1
    memory["asked"] = name
    if asks[name] > slot.attempts:
        here.turn.hand_over("unsure", f"no usable {name} after {slot.attempts} attempts", rule=5)
        end_flow(memory)


def first_collect(flow: Flow, slot: str) -> int:
    """Return the step that asks for a slot, the first step when none does."""
    for position, step in enumerate(flow.steps):
        if isinstance(step, Collect) and step.slot == slot:
            return position
    return 0
