"""Walking a flow of the book: ask, read, branch, propose, say, until it waits or ends."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from graphs.near import near_numbers, options, own_orders
from graphs.propose import propose
from graphs.reads import read_fact
from graphs.state import ConversationState
from graphs.turn import Turn
from policies.model import (
    Act,
    Branch,
    Collect,
    Flow,
    HandOver,
    Jump,
    Link,
    Place,
    Read,
    Say,
    Slot,
    Step,
)

MOST_STEPS = 200
"""A flow that takes more steps in one turn runs in a circle."""


class FlowStuck(Exception):
    """A flow went round in circles: `frontdesk check` shows the loop."""


@dataclass(kw_only=True)
class Walk:
    """One walk through a flow within a turn; `memory` is what will be kept."""

    turn: Turn
    flow: Flow
    memory: ConversationState
    tone: str

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
        "intent": turn.understood.intent if turn.understood else None,
        "status": "active",
        "turns": memory.get("turns", 0),
        "under_way": under_way(turn, memory),
    }


def under_way(turn: Turn, memory: ConversationState) -> bool:
    """Say whether an agreed action on something that a slot names is not finished yet."""
    pending = memory.get("pending")
    asked = pending["action_id"] if pending else None
    named = {str(value) for value in (memory.get("slots") or {}).values()}
    return any(action.subject in named and action.action_id != asked for action in turn.open_actions)


async def walk(turn: Turn, memory: ConversationState, *, tone: str) -> None:
    """Go on in the flow of `memory` until it waits for the customer, or is done."""
    for _ in range(MOST_STEPS):
        flow = turn.rules.book.flows[memory["flow"] or ""]
        position = memory.get("step", 0)
        if position >= len(flow.steps):
            end_flow(memory)
            return
        here = Walk(turn=turn, flow=flow, memory=memory, tone=tone)
        step = flow.steps[position]
        note_place(turn, flow, position, step.place)
        if not await take(here, step):
            return
    raise FlowStuck(f"flow {memory.get('flow')} took more than {MOST_STEPS} steps in one turn")


def note_place(turn: Turn, flow: Flow, position: int, place: Place) -> None:
    """Keep for the trace where the flow stands."""
    turn.trace.flow = {"name": flow.name, "step": position, "file": place.file, "line": place.line}


async def take(here: Walk, step: Step) -> bool:
    """Take one step; False when the flow now waits or has ended."""
    memory, facts = here.memory, here.facts
    match step:
        case Collect(slot=name):
            return _collect(here, name)
        case Read():
            return await _read(here, step)
        case Branch(condition=condition, otherwise=otherwise):
            memory["step"] = memory.get("step", 0) + 1 if condition.evaluate(facts) else otherwise
        case Jump(target=target):
            memory["step"] = target
        case Say(template=template):
            here.turn.say(template, facts, tone=here.tone)
            memory["step"] = memory.get("step", 0) + 1
        case Link(flow=flow):
            memory["flow"], memory["step"], memory["asks"] = flow, 0, {}
        case HandOver(reason=reason):
            kind = "asked" if reason.startswith("asked") else "complex"
            here.turn.hand_over(kind, reason, rule=1 if kind == "asked" else 6)
            end_flow(memory)
            return False
        case Act():
            waits = await propose(here.turn, memory, step, facts, tone=here.tone)
            if not waits:
                end_flow(memory)
            return False
    return True


def _collect(here: Walk, name: str) -> bool:
    memory = here.memory
    if memory.get("slots", {}).get(name) is not None:
        memory["asked"] = None
        memory["step"] = memory.get("step", 0) + 1
        return True
    ask(here, name)
    return False


def ask(here: Walk, name: str) -> None:
    """Ask for a slot, or hand over when it was asked often enough."""
    memory, slot = here.memory, here.flow.slots[name]
    asks = memory.setdefault("asks", {})
    if asks.get(name, 0) >= slot.attempts:
        here.turn.hand_over("unsure", f"{name} was asked {slot.attempts} times without an answer", rule=5)
        end_flow(memory)
        return
    asks[name] = asks.get(name, 0) + 1
    memory["asked"] = name
    say_question(here, slot)


def say_question(here: Walk, slot: Slot) -> None:
    """Ask for a slot: which of the values that may be meant where there are some, else openly."""
    suggested = here.memory.get("suggested") or []
    if not suggested:
        here.turn.say(slot.ask, here.facts, tone=here.tone)
        return
    template = "order_suggested" if len(suggested) == 1 else "order_which"
    offer(here, slot, template, suggested)


def offer(here: Walk, slot: Slot, template: str, values: Sequence[str]) -> None:
    """Name values that may be meant, with a button for each; none is used before the customer says so."""
    here.memory["suggested"] = list(values)
    kind = slot.entities[0] if slot.entities else slot.name
    named = tuple((f"#{value}", f'/inform{{"{kind}":"{value}"}}') for value in values)
    plain = here.turn.rules.book.templates[template].buttons
    here.turn.say(template, {"options": options(values)}, tone=here.tone, buttons=(*named, *plain))


async def _read(here: Walk, step: Read) -> bool:
    """Read a fact; when there is no such thing, say so and ask for what named it again."""
    memory = here.memory
    args = {name: value.evaluate(here.facts) for name, value in step.args.items()}
    found = await read_fact(here.turn, step.tool, args)
    if found is not None:
        memory.setdefault("facts", {})[step.save] = found
        reads = [read for read in memory.get("reads", []) if read["save"] != step.save]
        memory["reads"] = [*reads, {"tool": step.tool, "args": args, "save": step.save}]
        memory["step"] = memory.get("step", 0) + 1
        return True
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


def end_flow(memory: ConversationState) -> None:
    """Leave the flow; its slots stay, so that the next one need not ask again."""
    memory["flow"], memory["step"], memory["asked"], memory["asks"] = None, 0, None, {}
    memory["reads"], memory["suggested"] = [], []
