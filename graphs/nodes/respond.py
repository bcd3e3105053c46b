"""Last node: introduce ourselves once, and let nothing out that a rail objects to."""

from typing import Literal

from langgraph.runtime import Runtime
from langgraph.types import Command

from graphs.draft import Reply
from graphs.events import CustomerSays
from graphs.nodes.asking import leave_questions
from graphs.proactive import offer_help, tone_for
from graphs.saying import said_now
from graphs.state import ConversationState
from graphs.turn import Turn
from graphs.wishes import offer_next
from graphs.writing import reword
from guardrails.verdict import Audience, RailReport


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
        hit = blocked.hits[0] if blocked.hits else None
        turn.hand_over("rail", f"rail {hit.rail}: {hit.reason}" if hit else "a rail failed", rule=13)
        turn.notify("handing_over", hold=True)
        leave_questions(turn, state)
        return Command(goto="hand_off", update={"pending": None, "paused": [], "queued": []})
    if turn.draft.replies:
        changes["said"] = said_now(turn)
    if turn.draft.replies and not state.get("introduced"):
        first = turn.draft.replies[0]
        hello = _hello(turn, first.text)
        if first.template != "introduction":
            turn.draft.replies[0] = Reply(
                text=f"{hello} {first.text}",
                template=first.template,
                buttons=first.buttons,
                citations=first.citations,
                supported=first.supported,
            )
        changes["introduced"] = True
    return Command(goto="__end__", update=changes)


def _hello(turn: Turn, text: str) -> str:
    """Introduce ourselves to the customer by name, unless the reply says it anyway."""
    known = turn.company["customer"]
    named = known["first_name"] and known["first_name"] in text
    return turn.render("introduction", {"customer": {**known, "first_name": ""}} if named else {})


async def check_replies(turn: Turn) -> RailReport | None:
    """Run the output rails over all replies; return the first report that did not pass."""
    if not turn.draft.replies:
        return None
    own_words = (turn.event.text,) if isinstance(turn.event, CustomerSays) else ()
    with turn.trace.stage("rails out"):
        for reply in turn.draft.replies:
            audience = Audience(
                customer_id=turn.caller.customer_id,
                own_identifiers=turn.customer.own_identifiers,
                supported=(*reply.supported, *own_words),
            )
            report = await turn.desk.rails.check_output(reply.text, audience)
            turn.trace.rail("output", report)
            if not report.passed:
                return report
    return None
