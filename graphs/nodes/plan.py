"""Third node: do what the planner proposes, as far as policy lets it."""

from typing import Literal

from langgraph.runtime import Runtime
from langgraph.types import Command

from graphs.assess.sentiment import tone as tone_of
from graphs.events import CustomerSays
from graphs.flows import Walk, ask, end_flow, walk
from graphs.nodes.answer import answer_and_return
from graphs.planner import commands
from graphs.planner.rules import plan
from graphs.propose import decide_pending, drop_pending
from graphs.state import ConversationState, working_copy
from graphs.turn import Turn

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
        command = plan(memory, turn.event, turn.understood, turn.rules.book)
        await do(turn, memory, command, tone=tone_of(turn.understood.sentiment))
    if turn.draft.hand_off is not None:
        turn.notify("handing_over", hold=True)
        return Command(goto="hand_off", update=memory)
    return Command(goto="respond", update=memory)


async def do(turn: Turn, memory: ConversationState, command: commands.PlanCommand, *, tone: str) -> None:
    """Carry out one command of the planner."""
    match command:
        case commands.StartFlow(flow=flow, slots=slots):
            await _start(turn, memory, flow, dict(slots), tone)
        case commands.FillSlot(slots=slots):
            memory["slots"].update(slots)
            memory["asked"] = None
            await walk(turn, memory, tone=tone)
        case commands.Correct(slots=slots):
            drop_pending(turn, memory)
            memory["intents"] = []
            await _start(turn, memory, memory.get("flow") or "", dict(slots), tone)
        case commands.AskAgain():
            _ask_again(turn, memory, tone)
        case commands.ConfirmAgain():
            pending = memory.get("pending")
            turn.say("confirm_again", pending["facts"] if pending else {}, tone=tone)
        case commands.Decide(yes=yes):
            decide_pending(turn, memory, yes=yes, tone=tone)
        case commands.CancelFlow():
            end_flow(memory)
            turn.say("deny_nothing", tone=tone)
        case commands.Speak(template=template):
            turn.say(template, tone=tone)
        case commands.HandOver(kind=kind, text=text):
            turn.hand_over(kind, text, rule=6)
        case commands.Answer():
            await answer_and_return(turn, memory, tone)
    if turn.understood and turn.understood.intent in ("thanks", "goodbye"):
        memory["attempts"] = 0


async def _start(
    turn: Turn, memory: ConversationState, flow: str, slots: dict[str, object], tone: str
) -> None:
    """Begin a flow; a pending action of another flow stays until something replaces it."""
    memory["flow"], memory["step"], memory["asked"], memory["asks"] = flow, 0, None, {}
    memory["facts"], memory["reads"] = {}, []
    memory["book"] = turn.rules.book.version
    wanted = turn.rules.book.flows[flow].slots
    known = {
        name: value
        for name, value in memory.get("slots", {}).items()
        if name not in wanted or wanted[name].type in LASTING
    }
    memory["slots"] = {**known, **slots}
    await walk(turn, memory, tone=tone)


def _ask_again(turn: Turn, memory: ConversationState, tone: str) -> None:
    flow = turn.rules.book.flows[memory["flow"] or ""]
    ask(Walk(turn=turn, flow=flow, memory=memory, tone=tone), memory["asked"] or "")
