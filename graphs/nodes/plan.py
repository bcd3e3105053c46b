"""Third node: do what the planner proposes, as far as policy lets it."""

from typing import Any, Literal

from langgraph.runtime import Runtime
from langgraph.types import Command

from graphs.events import CustomerSays
from graphs.flows import fill_ahead, first_collect, walk
from graphs.frames import interrupt, outermost, take_up_again
from graphs.lanes import under_way
from graphs.near import SURE_PRODUCT, own_orders, with_product
from graphs.nodes.answer import answer_and_return
from graphs.nodes.wishes import choose, decline, take_up
from graphs.planner import commands
from graphs.planner.rules import plan
from graphs.proactive import tone_for
from graphs.propose import decide_pending, drop_pending
from graphs.questions import ask, say_question, skip
from graphs.saying import say_again
from graphs.state import ConversationState, working_copy
from graphs.turn import Turn
from graphs.versions import begin_anew
from graphs.walking import Walk, end_flow
from graphs.wishes import drop_if_moved_on
from policies.model import Flow

LATE = {"deny_nothing": "deny_under_way", "affirm_nothing": "action_under_way"}
LASTING = ("order_number", "email")
"""Slot types that name something and stay true; an amount or an address was meant for the flow before."""


async def carry_out(
    state: ConversationState, runtime: Runtime[Turn]
) -> Command[Literal["hand_off", "respond"]]:
    """Turn one message into one command, carry it out, and keep what it changed."""
    turn = runtime.context
    if turn.understood is None or not isinstance(turn.event, CustomerSays):
        raise RuntimeError("plan was reached without an understood message")
    memory = working_copy(state)
    with turn.trace.stage("plan"):
        command = turn.proposed or plan(memory, turn.event, turn.understood, turn.rules.book)
        tone = tone_for(turn)
        await do(turn, memory, command, tone=tone)
        _return(turn, memory, tone)
    if turn.draft.hand_off is not None:
        turn.notify("handing_over", hold=True)
        return Command(goto="hand_off", update=memory)
    return Command(goto="respond", update=memory)


async def do(turn: Turn, memory: ConversationState, command: commands.PlanCommand, *, tone: str) -> None:
    """Carry out one command of the planner."""
    intent = turn.understood.intent if turn.understood else None
    match command:
        case commands.TakeUp():
            follow = await take_up(turn, memory)
            await do(turn, memory, follow, tone=tone)
        case commands.Decline():
            decline(turn, memory, tone=tone)
        case commands.Choose():
            drop_pending(turn, memory)
            end_flow(memory)
            choose(turn, memory, tone=tone)
        case commands.Repeat():
            say_again(turn, memory)
        case commands.StartFlow() | commands.Answer() | commands.Speak() | commands.HandOver():
            drop_if_moved_on(turn, memory, intent)
            await _begin(turn, memory, command, tone=tone)
        case _:
            await _go_on(turn, memory, command, tone=tone)
    if intent in ("thanks", "goodbye"):
        memory["attempts"] = 0


async def _begin(
    turn: Turn,
    memory: ConversationState,
    command: commands.StartFlow | commands.Answer | commands.Speak | commands.HandOver,
    *,
    tone: str,
) -> None:
    """Do something that the customer has newly asked for."""
    match command:
        case commands.StartFlow(flow=flow, slots=slots):
            await _begin_flow(turn, memory, flow, dict(slots), tone)
        case commands.Speak(template=template):
            turn.say(_fitting(turn, template), tone=tone)
        case commands.HandOver(kind=kind, text=text):
            turn.hand_over(kind, text, rule=6)
        case commands.Answer():
            await answer_and_return(turn, memory, tone)


async def _begin_flow(
    turn: Turn, memory: ConversationState, flow: str, slots: dict[str, Any], tone: str
) -> None:
    """Begin a flow on the newest book; where that has none for it, what is asked is a question."""
    intent = turn.understood.intent if turn.understood else None
    interrupt(turn, memory, flow, intent)
    begins = begin_anew(turn, flow, intent)
    if begins is None:
        end_flow(memory)
        await answer_and_return(turn, memory, tone)
        return
    book = turn.rules.book
    if book.flow_of_intent.get(intent or "") == begins:
        memory["wanted"] = intent
    given = {name: value for name, value in slots.items() if name in book.flows[begins].slots}
    await _start(turn, memory, begins, given, tone)


async def _go_on(turn: Turn, memory: ConversationState, command: commands.PlanCommand, *, tone: str) -> None:
    """Do what follows from the flow or the action that is open."""
    match command:
        case commands.FillSlot(slots=slots):
            memory["slots"].update(slots)
            memory["asked"], memory["suggested"] = None, []
            await walk(turn, memory, tone=tone)
        case commands.Correct(slots=slots):
            drop_pending(turn, memory)
            memory["intents"] = []
            await _start(turn, memory, outermost(memory), {**_still_right(turn, memory), **slots}, tone)
        case commands.AskAnew(flow=flow, slot=slot):
            await _ask_anew(turn, memory, flow, slot, tone)
        case commands.AskAgain(counted=counted, invalid=invalid):
            await _ask_again(turn, memory, tone, counted=counted, invalid=invalid)
        case commands.SkipSlot(slot=slot):
            skip(Walk.running(turn, memory, tone), slot)
            await walk(turn, memory, tone=tone)
        case commands.ConfirmAgain():
            pending = memory.get("pending")
            turn.say("confirm_again", pending["facts"] if pending else {}, tone=tone)
        case commands.Decide(yes=yes):
            await _decide(turn, memory, yes=yes, tone=tone)
        case commands.CancelFlow():
            end_flow(memory)
            if not memory.get("paused"):
                turn.say("deny_nothing", tone=tone)


def _fitting(turn: Turn, template: str) -> str:
    """Let a late no hear that what was agreed to goes on, and a second yes that it is not done twice."""
    going = any(under_way(action) for action in turn.open_actions)
    return LATE.get(template, template) if going else template


async def _decide(turn: Turn, memory: ConversationState, *, yes: bool, tone: str) -> None:
    """Pass a yes or no on; without understanding no effect begins, and the question stays open."""
    if yes and memory.get("pending") and not await turn.desk.interpreter.present():
        turn.say("effect_waits", tone=tone)
        return
    if decide_pending(turn, memory, yes=yes, tone=tone):
        await walk(turn, memory, tone=tone)


async def _start(turn: Turn, memory: ConversationState, name: str, slots: dict[str, Any], tone: str) -> None:
    """Begin a flow; a pending action of another flow stays until something replaces it."""
    flow = turn.rules.book.flows[name]
    memory["flow"], memory["step"], memory["asked"], memory["asks"] = name, 0, None, {}
    memory["facts"], memory["reads"], memory["suggested"] = {}, [], []
    memory["callers"], memory["rounds"], memory["skipped"], memory["options"] = [], {}, [], {}
    memory["book"], memory["last_flow"] = turn.rules.book.version, name
    given = {**await _by_product(turn, memory, flow, slots), **slots}
    known = {
        slot: value
        for slot, value in memory.get("slots", {}).items()
        if slot not in flow.slots or (flow.slots[slot].type in LASTING and not memory["suggested"])
    }
    memory["slots"] = {**known, **given}
    fill_ahead(turn, memory, flow)
    await walk(turn, memory, tone=tone)


def _still_right(turn: Turn, memory: ConversationState) -> dict[str, Any]:
    """Return what the customer has said that a correction of something else leaves as it is.

    Options that came with the thing that was wrong go with it.
    """
    slots = memory.get("slots") or {}
    kept = [one.name for one in turn.rules.book.flows[outermost(memory)].slots.values() if not one.options]
    return {name: slots[name] for name in kept if slots.get(name) is not None}


async def _by_product(
    turn: Turn, memory: ConversationState, flow: Flow, slots: dict[str, Any]
) -> dict[str, Any]:
    """Find the order that an article was named for; where several hold it, or the name is unsure, suggest."""
    slot = next((one for one in flow.slots.values() if one.type == "order_number"), None)
    named = [one for one in (turn.understood.entities if turn.understood else ()) if one.name == "product"]
    if slot is None or slot.name in slots or not named:
        return {}
    found = with_product(named[0].value, await own_orders(turn))
    if len(found) == 1 and named[0].confidence >= SURE_PRODUCT:
        return {slot.name: found[0]}
    memory["suggested"] = found
    return {}


async def _ask_anew(turn: Turn, memory: ConversationState, name: str, slot: str, tone: str) -> None:
    """Forget a wrong value with all that followed from it, and ask for the right one."""
    drop_pending(turn, memory)
    running = memory.get("flow") == name
    flow = turn.rules.book.flows[name]
    memory["flow"], memory["step"] = name, first_collect(flow, slot)
    memory["book"] = turn.rules.book.version
    memory["suggested"], memory["intents"] = [], []
    memory["slots"].pop(slot, None)
    here = Walk(turn=turn, flow=flow, memory=memory, tone=tone)
    if running:
        if ask(here, slot):
            await walk(turn, memory, tone=tone)
        return
    memory["asks"], memory["asked"] = {slot: 1}, slot
    turn.say("correction_ask", tone=tone)


def _return(turn: Turn, memory: ConversationState, tone: str) -> None:
    """Take up again what a newer wish interrupted, with the question that was open there."""
    if not take_up_again(turn, memory):
        return
    if pending := memory.get("pending"):
        turn.say("confirm_again", pending["facts"], tone=tone)
        return
    here = Walk.running(turn, memory, tone)
    say_question(here, here.flow.slots[memory.get("asked") or ""])


async def _ask_again(
    turn: Turn, memory: ConversationState, tone: str, *, counted: bool, invalid: bool
) -> None:
    """Ask the open question once more; an optional one that was asked often enough is left."""
    here, slot = Walk.running(turn, memory, tone), memory["asked"] or ""
    if not counted:
        say_question(here, here.flow.slots[slot])
        return
    memory["suggested"] = []
    if ask(here, slot, invalid=invalid):
        await walk(turn, memory, tone=tone)
