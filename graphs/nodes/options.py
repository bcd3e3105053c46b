"""What a customer who waits for a person has chosen meanwhile, carried out in notices."""

from typing import Literal

from langgraph.runtime import Runtime
from langgraph.types import Command

from graphs.draft import Notice
from graphs.events import CustomerSays
from graphs.following import out_of_place
from graphs.nodes.old_button import answer_old_button
from graphs.nodes.plan import do
from graphs.nodes.understand import read_message
from graphs.options import chosen, collecting, say_with_options
from graphs.outgoing import check_replies
from graphs.planner import commands
from graphs.planner.rules import plan
from graphs.ports import Understood
from graphs.state import ConversationState, working_copy
from graphs.turn import Turn
from graphs.walking import end_flow

GOES_ON = (
    commands.FillSlot
    | commands.AskAgain
    | commands.AskAnew
    | commands.Correct
    | commands.SkipSlot
    | commands.ConfirmAgain
    | commands.Decide
    | commands.CancelFlow
)
"""What belongs to the flow that arranges something; everything else is for the person."""


async def choose_meanwhile(
    state: ConversationState, runtime: Runtime[Turn]
) -> Command[Literal["hand_off", "__end__"]]:
    """Go on waiting, arrange something instead, or give the place in the queue back."""
    turn, memory = runtime.context, working_copy(state)
    if not isinstance(turn.event, CustomerSays):
        raise TypeError(f"nobody chooses by a {type(turn.event).__name__}")
    turn.draft.in_queue = True
    option = chosen(turn.event, state)
    if option == "wait":
        return _keep_waiting(turn, memory)
    if option == "assistant":
        return _withdraw(turn, memory)
    if option is not None:
        turn.option = option
        await _begin(turn, memory, turn.rules.book.routing.while_waiting.get(option))
    else:
        await _go_on(turn, memory, turn.event)
    return await _settle(turn, memory)


def _keep_waiting(turn: Turn, memory: ConversationState) -> Command[Literal["hand_off", "__end__"]]:
    """Leave what was being arranged; the place in the queue is as it was."""
    turn.option = "wait"
    _leave(memory)
    say_with_options(turn, "waiting_goes_on")
    return Command(goto="hand_off", update=memory)


def _withdraw(turn: Turn, memory: ConversationState) -> Command[Literal["hand_off", "__end__"]]:
    """Give the place in the queue back: the assistant goes on, and what went wrong before counts no more."""
    turn.option, turn.draft.back_to_assistant = "assistant", True
    _leave(memory)
    memory["unsure"], memory["attempts"], memory["tried"] = 0, 0, 0
    memory["signs"], memory["scores"], memory["failures_before"] = [], [], turn.failed_actions
    turn.notify("waiting_withdrawn")
    return Command(goto="__end__", update=memory)


def _leave(memory: ConversationState) -> None:
    if memory.get("flow"):
        end_flow(memory)
    memory["pending"], memory["offered"] = None, None
    memory["paused"], memory["queued"], memory["suggested"] = [], [], []


async def _begin(turn: Turn, memory: ConversationState, flow: str | None) -> None:
    """Begin the flow that arranges it; whatever was open before the handoff is over."""
    _leave(memory)
    if flow is None:
        return
    turn.understood = Understood(intent=None, confidence=1.0, path="button")
    await do(turn, memory, commands.StartFlow(flow=flow), tone="neutral")


async def _go_on(turn: Turn, memory: ConversationState, says: CustomerSays) -> None:
    """Take an answer to what was asked; a message about anything else is left to the person."""
    turn.option = collecting(memory)
    if says.payload and out_of_place(says, memory):
        answer_old_button(turn, memory)
        return
    turn.understood = await read_message(turn, says, memory)
    if turn.understood is None:
        return
    command = plan(memory, says, turn.understood, turn.rules.book)
    if isinstance(command, GOES_ON):
        await do(turn, memory, command, tone="neutral")


async def _settle(turn: Turn, memory: ConversationState) -> Command[Literal["hand_off", "__end__"]]:
    """Say it in notices; who has arranged something leaves the queue, who has not waits on."""
    draft = turn.draft
    if await check_replies(turn) is not None:
        draft.replies.clear()
        draft.proposals.clear()
        return _keep_waiting(turn, memory)
    draft.hand_off = None
    for reply in draft.replies:
        draft.notices.append(
            Notice(
                text=reply.text,
                template=reply.template or "",
                buttons=reply.buttons,
                supported=reply.supported,
            )
        )
    draft.replies.clear()
    begun = bool(draft.starts) or any(not one.confirm for one in draft.proposals)
    if begun:
        draft.back_to_assistant = True
        _leave(memory)
        turn.notify("waiting_arranged")
        return Command(goto="__end__", update=memory)
    open_still = memory.get("asked") or memory.get("pending")
    return Command(goto="hand_off", update=memory) if open_still else _keep_waiting(turn, memory)
