"""Answers from the company's articles, with their sources."""

from dataclasses import asdict

from graphs.draft import Reply
from graphs.events import CustomerSays
from graphs.turn import Turn
from knowledge.answer_types import Answered


async def answer_from_articles(turn: Turn, *, at_least: float = 0.0) -> bool:
    """Add a cited reply when the articles answer surely enough; say whether they did."""
    says = turn.event
    if not isinstance(says, CustomerSays):
        return False
    vector = turn.understood.vector if turn.understood else None
    with turn.trace.stage("knowledge"):
        found = await turn.desk.knowledge.answer(
            turn.caller.tenant_id, says.text, vector, language=turn.customer.language
        )
    needed = max(at_least, turn.rules.book.thresholds.knowledge_confidence)
    citations = found.citations if isinstance(found, Answered) else found.nearest
    turn.trace.sources = [
        {**asdict(citation), "confidence": round(found.confidence, 3)} for citation in citations
    ]
    if not isinstance(found, Answered) or found.confidence < needed:
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
