"""What the rails say about texts that go out: replies, rewordings, notices."""

from dataclasses import replace

from graphs.events import CustomerSays
from graphs.model_rails import FACT_CHECK, fact_check, wanted
from graphs.turn import Turn
from guardrails.verdict import Audience, RailReport

SAFE_NOTICE = "handing_over"


async def check_outgoing(turn: Turn, text: str, supported: tuple[str, ...]) -> RailReport:
    """Run the output rails over a text for the customer of this turn, on the channel they use."""
    own_words = (turn.event.text,) if isinstance(turn.event, CustomerSays) else ()
    audience = Audience(
        customer_id=turn.caller.customer_id,
        own_identifiers=turn.customer.own_identifiers,
        supported=(*supported, *own_words),
        channel=turn.channel,
    )
    return await turn.desk.rails.check_output(text, audience)


async def check_replies(turn: Turn) -> RailReport | None:
    """Run the output rails over all replies; return the first report that did not pass."""
    if not turn.draft.replies:
        return None
    with turn.trace.stage("rails out"):
        for place, reply in enumerate(turn.draft.replies):
            report = await check_outgoing(turn, reply.text, reply.supported)
            turn.trace.rail("output", report)
            if not report.passed:
                return report
            if report.mended is not None:
                turn.draft.replies[place] = replace(reply, text=report.mended)
        if wanted(turn, FACT_CHECK) and (checked := await fact_check(turn, turn.draft.replies)):
            turn.trace.rail("output", checked)
            return None if checked.passed else checked
    return None


async def check_notices(turn: Turn) -> None:
    """Run the output rails over all notices; in the place of one that they stop a person is announced.

    A notice is a template, but what a system or a colleague wrote may stand in it.
    """
    for place, notice in enumerate(turn.draft.notices):
        report = await check_outgoing(turn, notice.text, notice.supported)
        turn.trace.rail("output", report)
        if not report.passed:
            turn.trace.withheld.append(notice.text)
            turn.hand_over("rail", report.why, rule=13)
            turn.draft.notices[place] = replace(
                notice, text=turn.render(SAFE_NOTICE, {}), template=SAFE_NOTICE, buttons=(), hold=True
            )
        elif report.mended is not None:
            turn.draft.notices[place] = replace(notice, text=report.mended)
