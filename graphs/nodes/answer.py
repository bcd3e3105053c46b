"""Answers from the company's articles, with their sources."""

from typing import Literal

from langgraph.runtime import Runtime
from langgraph.types import Command

from graphs.draft import Reply
from graphs.events import CustomerSays
from graphs.heeding import fit
from graphs.proactive import tone_for
from graphs.questions import say_question
from graphs.state import ConversationState, working_copy
from graphs.turn import Turn
from graphs.walking import Walk
from graphs.wishes import drop_if_moved_on
from knowledge.answer_types import Answered
from policies.ladder import unsure_answer


async def answer(state: ConversationState, runtime: Runtime[Turn]) -> Command[Literal["hand_off", "respond"]]:
    """Answer a question from the articles, and keep what it changed."""
    turn = runtime.context
    memory = working_copy(state)
    drop_if_moved_on(turn, memory, turn.understood.intent if turn.understood else None)
    await answer_and_return(turn, memory, tone_for(turn))
    if turn.draft.hand_off is not None:
        turn.notify("handing_over", hold=True)
        return Command(goto="hand_off", update=memory)
    return Command(goto="respond", update=memory)


async def answer_and_return(turn: Turn, memory: ConversationState, tone: str) -> None:
    """Answer from the articles or in the intent's own words, then return to what was open before."""
    found = await answer_from_articles(turn)
    memory["answered"] = question_of(turn) if found else None
    answered = found or _in_own_words(turn, tone)
    if not answered:
        _leave_to_a_person(turn, memory, tone)
    memory["attempts"] = memory.get("attempts", 0) + (0 if answered else 1)
    if memory.get("asked"):
        here = Walk.running(turn, memory, tone)
        say_question(here, here.flow.slots[memory["asked"] or ""])
    elif pending := memory.get("pending"):
        turn.say("confirm_again", pending["facts"], tone=tone)


def _leave_to_a_person(turn: Turn, memory: ConversationState, tone: str) -> None:
    """Guess nothing (row 13): a person answers, unless something else is open that goes on."""
    row = unsure_answer(turn.trace.answer_confidence, turn.rules.book.thresholds)
    if row is None or memory.get("asked") or memory.get("pending"):
        turn.say("no_answer", tone=tone)
        return
    turn.hand_over("unsure", row.reason, rule=row.rule)
    turn.trace.route |= {"answer": {"rule": row.rule, "reason": row.reason}}


def _in_own_words(turn: Turn, tone: str) -> bool:
    """Say what the book holds ready for this need, if anything, when no article answers it surely."""
    understood, book = turn.understood, turn.rules.book
    if understood is None or understood.confidence < book.thresholds.confidence_clarify:
        return False
    intent = book.intents.get(understood.intent or "")
    if intent is None or intent.answer != "knowledge" or intent.template is None:
        return False
    turn.say(intent.template, tone=tone)
    return True


def question_of(turn: Turn) -> str:
    """Return the customer's question, whole where it was only a part of the one before."""
    return turn.meant or (turn.event.text if isinstance(turn.event, CustomerSays) else "")


async def answer_from_articles(turn: Turn, *, at_least: float = 0.0) -> bool:
    """Add a cited reply when the articles answer surely enough; say whether they did."""
    says = turn.event
    if not isinstance(says, CustomerSays):
        return False
    vector = turn.understood.vector if turn.understood else None
    with turn.trace.stage("knowledge"):
        found = await turn.desk.knowledge.answer(
            turn.caller.tenant_id, question_of(turn), vector, language=turn.customer.language
        )
    turn.trace.answer_confidence = found.confidence
    needed = max(at_least, turn.rules.book.thresholds.knowledge_confidence)
    citations = found.citations if isinstance(found, Answered) else found.nearest
    turn.trace.sources = [
        {**vars(citation), "confidence": round(found.confidence, 3)} for citation in citations
    ]
    if not isinstance(found, Answered) or found.confidence < needed:
        return False
    for citation in found.citations:
        if not await fit(turn, citation.passage):
            return False
    turn.draft.replies.append(
        Reply(
            text=found.text,
            template="knowledge",
            citations=found.citations,
            supported=tuple(citation.passage for citation in found.citations),
        )
    )
    return True
