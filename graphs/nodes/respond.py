"""Last node: introduce ourselves once, and let nothing out that a rail objects to."""

from dataclasses import replace
from typing import Literal

from langgraph.runtime import Runtime
from langgraph.types import Command

from graphs.nodes.asking import leave_questions
from graphs.outgoing import check_outgoing, check_replies
from graphs.proactive import offer_help, tone_for
from graphs.saying import said_now
from graphs.state import ConversationState
from graphs.turn import Turn
from graphs.wishes import offer_next
from graphs.writing import reword


async def respond(
    state: ConversationState, runtime: Runtime[Turn]
) -> Command[Literal["hand_off", "__end__"]]:
    """Check every reply; one that a rail stops goes to a person instead of the customer."""
    turn = runtime.context
    changes = offer_next(turn, state)
    changes |= offer_help(turn, {**state, **changes})
    await reword(turn, state, tone_for(turn))
    blocked = await check_replies(turn)
    if blocked is not None:
        turn.trace.withheld = [reply.text for reply in turn.draft.replies]
        turn.draft.replies.clear()
        turn.draft.proposals.clear()
        turn.hand_over("rail", blocked.why, rule=13)
        turn.notify("handing_over", hold=True)
        leave_questions(turn, state)
        return Command(goto="hand_off", update={"pending": None, "paused": [], "queued": []})
    if turn.draft.replies:
        changes["said"] = said_now(turn)
    return Command(goto="__end__", update={**changes, **await _introduce(turn, state)})


async def _introduce(turn: Turn, state: ConversationState) -> ConversationState:
    """Begin a conversation's first reply with who speaks; returns what is to be remembered of it."""
    if not turn.draft.replies or state.get("introduced"):
        return {}
    first = turn.draft.replies[0]
    if first.template != "introduction":
        hello = _hello(turn, first.text)
        report = await check_outgoing(turn, hello, ())
        if report.passed:
            turn.draft.replies[0] = replace(first, text=f"{report.mended or hello} {first.text}")
    return {"introduced": True}


def _hello(turn: Turn, text: str) -> str:
    """Introduce ourselves to the customer by name, unless the reply says it anyway."""
    known = turn.company["customer"]
    named = known["first_name"] and known["first_name"] in text
    return turn.render("introduction", {"customer": {**known, "first_name": ""}} if named else {})
